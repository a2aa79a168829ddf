"""Device tokens and stream tickets: genuine or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.tokens import DeviceToken, Ring, Ticket, mint_device, mint_ticket, read_device, read_ticket

TEEN, DEVICE = "0193a0e0-0000-7000-8000-000000000001", "0193a0e0-0000-7000-8000-000000000002"
OLD, NEW = b"0" * 32, b"1" * 32
RING = Ring({"k1": NEW, "k0": OLD})
TOKEN = mint_device(RING, TEEN, DEVICE, 3)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(st.uuids(), st.uuids(), st.integers(0, 2**32 - 1), st.text(LETTERS, min_size=1, max_size=32))
def test_what_was_minted_is_read(teen: object, device: object, generation: int, key_id: str) -> None:
    ring = Ring({key_id: NEW})
    token = mint_device(ring, str(teen), str(device), generation)
    assert read_device(ring, token) == DeviceToken(str(teen), str(device), generation)
    ticket = mint_ticket(ring, str(teen), str(device), generation)
    assert read_ticket(ring, ticket, generation) == Ticket(str(teen), str(device))


def test_every_key_of_the_ring_is_accepted_and_the_first_one_mints() -> None:
    assert read_device(RING, mint_device(Ring({"k0": OLD}), TEEN, DEVICE, 3)) == DeviceToken(TEEN, DEVICE, 3)
    assert mint_device(Ring({"k1": NEW}), TEEN, DEVICE, 3) == TOKEN
    assert read_device(Ring({"k0": OLD}), TOKEN) is None
    assert read_device(Ring({"k1": OLD}), TOKEN) is None


def test_no_other_spelling_of_a_token_is_accepted() -> None:
    for place, letter in enumerate(TOKEN):
        for other in LETTERS + ".=+/ ":
            if other != letter:
                assert read_device(RING, TOKEN[:place] + other + TOKEN[place + 1 :]) is None
        assert read_device(RING, TOKEN[:place]) is None
    for changed in (TOKEN + "=", TOKEN + "A", " " + TOKEN, TOKEN.upper(), TOKEN + "\n"):
        assert read_device(RING, changed) is None


def test_a_credential_of_one_kind_is_never_taken_for_another() -> None:
    ticket = mint_ticket(RING, TEEN, DEVICE, 3)
    assert read_device(RING, ticket) is None
    assert read_device(RING, "fpd_" + ticket[4:]) is None
    assert read_ticket(RING, TOKEN, 3) is None
    assert read_ticket(RING, "fpt_" + TOKEN[4:], 3) is None


def test_a_ticket_is_good_for_its_day_and_the_next() -> None:
    ticket = mint_ticket(RING, TEEN, DEVICE, 20_000)
    good = [day for day in range(19_990, 20_010) if read_ticket(RING, ticket, day)]
    assert good == [20_000, 20_001]


@given(st.one_of(st.text(), st.text(LETTERS + "."), st.binary().map(lambda raw: raw.decode("latin-1"))))
def test_garbage_is_nothing_and_raises_nothing(text: str) -> None:
    for part in (text, "fpd_" + text, "fpt_" + text, "fpd_" + text + "." + "A" * 43):
        assert read_device(RING, part) is None
        assert read_ticket(RING, part, 20_000) is None


def test_a_ring_takes_only_keys_that_prove_something() -> None:
    for keys in ({}, {"": NEW}, {"k" * 33: NEW}, {"k1": b"short"}):
        with pytest.raises(ValueError, match="expected"):
            Ring(keys)
    with pytest.raises(ValueError, match="badly formed"):
        mint_device(RING, "tess", DEVICE, 1)
    with pytest.raises(ValueError, match="expected 0 to"):
        mint_device(RING, TEEN, DEVICE, -1)
    assert "1111" not in repr(RING)
