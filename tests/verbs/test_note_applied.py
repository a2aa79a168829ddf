"""A device says which version it enforces; parents see that the change has arrived."""

from __future__ import annotations

import pytest

from accounts.actions import revoke_device
from controls.arrival import arrivals, note_applied, note_received
from controls.models import Arrival
from controls.snapshots import Present, present_account
from ledger.actor import SYSTEM
from ledger.cache import Version
from ledger.models import Debt
from tests.builders import AT, HOUR, Phone, a_device, a_parent, a_teen, paired, refused, seq, sets


def says(phone: Phone, version: object, *, at: object = AT) -> None:
    """Let the device say what it enforces."""
    present = present_account(phone.device.account, at=AT)
    note_applied(phone.device, str(version), "5.1.0", present, at=at)  # type: ignore[arg-type]  # a moment


def marks(present: Present) -> list[tuple[bool, bool, bool]]:
    """Return sent, received and enforced for each device."""
    return [(each.is_sent, each.is_received, each.is_enforced) for each in arrivals(present)]


def test_a_device_that_says_nothing_has_nothing() -> None:
    tess = a_teen()
    a_device(tess)
    assert marks(present_account(tess, at=AT)) == [(False, False, False)]


def test_what_a_device_enforces_has_arrived() -> None:
    tess = a_teen()
    phone = a_device(tess)
    present = present_account(tess, at=AT)
    says(phone, present.version)
    (arrival,) = arrivals(present)
    assert (arrival.is_sent, arrival.is_received, arrival.is_enforced) == (True, True, True)
    assert (arrival.applied_at, arrival.app_version) == (AT, "5.1.0")


def test_a_change_is_on_its_way_again() -> None:
    tess = a_teen()
    phone = a_device(tess)
    says(phone, present_account(tess, at=AT).version)
    sets(paired(tess, a_parent()), {"comment.who": "nobody"})
    assert marks(present_account(tess, at=AT)) == [(False, False, False)]


def test_sent_received_and_enforced_come_one_after_the_other() -> None:
    tess = a_teen()
    phone = a_device(tess)
    present = present_account(tess, at=AT)
    Debt.objects.filter(subscriber="stream").update(acked=seq(tess))
    assert marks(present) == [(True, False, False)]
    note_received([(str(phone.device.pk), str(present.version))])
    assert marks(present) == [(True, True, False)]
    says(phone, present.version)
    assert marks(present) == [(True, True, True)]


def test_an_older_version_is_noted_and_is_not_the_present_one() -> None:
    tess = a_teen()
    phone = a_device(tess)
    version = present_account(tess, at=AT).version
    says(phone, Version(version.epoch, version.seq - 1, version.as_of))
    assert marks(present_account(tess, at=AT)) == [(False, False, False)]


@pytest.mark.parametrize("text", ["", "0.0.0", "1", "1.2", "1.2.3.4", "a.b.c", "1.-2.3", "1.٣.3", "9999.1.1", "1 .1.1"])
def test_a_version_that_was_never_made_is_refused(text: str) -> None:
    phone = a_device(a_teen())
    with refused("invalid_value"):
        says(phone, text)


def test_saying_it_twice_is_once() -> None:
    tess = a_teen()
    phone = a_device(tess)
    version = present_account(tess, at=AT).version
    before = seq(tess)
    says(phone, version)
    says(phone, version, at=AT + HOUR)
    assert (Arrival.objects.count(), seq(tess)) == (1, before)


def test_a_revoked_device_is_not_waited_for() -> None:
    tess = a_teen()
    lost = a_device(tess)
    revoke_device(lost.device, actor=SYSTEM, at=AT)
    assert arrivals(present_account(tess, at=AT)) == []


def test_receipts_of_devices_that_are_gone_are_left_out() -> None:
    tess = a_teen()
    phone = a_device(tess)
    note_received([(str(phone.device.pk), "1.1.1"), (str(tess.pk), "1.1.1")])
    assert Arrival.objects.get().device_id == phone.device.pk
