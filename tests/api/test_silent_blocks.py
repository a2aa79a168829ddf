"""Who is blocked is not told: two worlds in which the other side blocks, or does the same without a block, look alike.

What a phone can learn is compared: its settings with their version, and everything that it may ask. Ids are renamed in
the order in which they appear.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import orjson
import pytest
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts import blocks as product
from accounts.follows import Teens, end_follow, lock_pair, note
from accounts.models import Account
from controls.snapshots import present_account, settings_of
from ledger import clock
from ledger.models import Teen
from tests.builders import DAY, HOUR, MINUTE, a_device, a_service, a_teen
from tests.callers import Caller, anonymous, bearer
from tests.counts import either
from tests.matrix.table import DJANGO, lines
from tests.ties import accepts, befriended, blocks, follows, says_no, unblocks

READS = [line.route for line in lines(DJANGO) if line.method == "GET" and line.route.startswith("v1/me/")]
UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
Move = Callable[[Account, Account, datetime], object]


def nothing(tess: Account, theo: Account, at: datetime) -> None:
    """Do nothing."""


def asked(tess: Account, theo: Account, at: datetime) -> None:
    """Let tess ask."""
    follows(tess, theo, at=at)


def asks(tess: Account, theo: Account, at: datetime) -> None:
    """Let theo ask."""
    follows(theo, tess, at=at)


def friends(tess: Account, theo: Account, at: datetime) -> None:
    """Let both become friends."""
    befriended(tess, theo, at=at)


def followed(tess: Account, theo: Account, at: datetime) -> None:
    """Let tess follow theo, and theo ask."""
    follows(tess, theo, at=at)
    accepts(theo, tess, at=at)
    follows(theo, tess, at=at)


def leaves(tess: Account, theo: Account, at: datetime) -> None:
    """Let theo end what there is, either way."""
    for follower, followed_one in ((tess, theo), (theo, tess)):
        end_follow(follower.external_id, followed_one.external_id, actor=theo.actor, at=at)


def refuses(tess: Account, theo: Account, at: datetime) -> None:
    """Let theo say no."""
    says_no(theo, tess, at=at)


def keeps_away(tess: Account, theo: Account, at: datetime) -> None:
    """Let theo block."""
    blocks(theo, tess, at=at)


BEFORE: dict[str, tuple[Move, Move]] = {
    "nothing": (nothing, nothing),
    "an ask": (asked, refuses),
    "an ask of the other": (asks, leaves),
    "a follow": (followed, leaves),
    "friends": (friends, leaves),
}


FOLLOW, BACK = "/v1/accounts/platform-tess/follows/platform-theo", "/v1/accounts/platform-theo/follows/platform-tess"
BLOCK = "/v1/accounts/platform-tess/blocks/platform-theo"
# What who is blocked may try, over days: by a service of the platform, as it asks for anybody.
TRIES: dict[str, Callable[[Caller], HttpResponse]] = {
    "ask": lambda service: service.put(FOLLOW),
    "ask with words": lambda service: service.put(FOLLOW, {"state": "asked"}),
    "take back": lambda service: service.delete(FOLLOW),
    "refuse the other": lambda service: service.put(BACK, {"state": "refused"}),
    "accept the other": lambda service: service.put(BACK, {"state": "accepted"}),
    "end the other": lambda service: service.delete(BACK),
    "block": lambda service: service.put(BLOCK),
    "unblock": lambda service: service.delete(BLOCK),
    "list": lambda service: service.get("/v1/accounts/platform-tess/ties"),
}
WAITS = {"a minute": MINUTE, "a day": DAY, "a week": 7 * DAY}


def tried(before: Move, move: Move, moves: list[tuple[str, str]]) -> list[bytes]:
    """Tell one world in which tess tries this and that, and return all that she and her phone learn."""
    with transaction.atomic():
        at = datetime(2026, 11, 2, 12, tzinfo=UTC)
        tess, theo = a_teen(at=at), a_teen(name="theo", at=at)
        phone, service = bearer(a_device(tess, at=at).token), bearer(a_service("graph:read", "graph:write"))
        before(tess, theo, at + MINUTE)
        move(tess, theo, at + HOUR)
        at += 2 * HOUR
        learned = []
        for name, wait in moves:
            with patch.object(clock, "now", return_value=at):
                answer = TRIES[name](service)
                heads = f"{name} {answer.status_code} {answer.get('Retry-After')} ".encode()
                learned += [heads + anonymous(answer), *look(phone, tess, at)]
            at += WAITS[wait]
        transaction.set_rollback(True)
    return learned


@pytest.mark.timeout(either(full=1200, reduced=180))
@settings(max_examples=either(full=200, reduced=8), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    what=st.sampled_from(["nothing", "an ask", "an ask of the other", "a follow", "friends"]),
    moves=st.lists(st.tuples(st.sampled_from(sorted(TRIES)), st.sampled_from(sorted(WAITS))), min_size=2, max_size=8),
)
@example(what="nothing", moves=[("ask", "a day")] * 2 + [("list", "a day"), ("take back", "a day"), ("ask", "a day")])
@example(what="an ask", moves=[("ask", "a minute"), ("ask", "a day"), ("ask", "a day"), ("list", "a day")])
@example(what="nothing", moves=[("ask", "a minute"), ("take back", "a minute")] * 4)
@example(
    what="friends", moves=[("refuse the other", "a minute"), ("block", "a day"), ("unblock", "a day"), ("ask", "a day")]
)
def test_whatever_who_is_blocked_tries_looks_as_if_nobody_answered(what: str, moves: list[tuple[str, str]]) -> None:
    before, otherwise = BEFORE[what]
    assert tried(before, keeps_away, moves) == tried(before, otherwise, moves)


def look(caller: Caller, tess: Account, at: datetime) -> list[bytes]:
    """Return everything that the phone can learn."""
    names: dict[bytes, bytes] = {}
    answers = [orjson.dumps(settings_of(present_account(tess, at=at)))]
    for route in READS:
        answer = caller.get("/" + route.format(key="accounts.blocked"))
        assert answer.status_code == 200
        answers.append(f"{route} {answer.get('ETag')} ".encode() + answer.content)
    return [UUID.sub(lambda found: names.setdefault(found[0], b"id-%d" % len(names)), each) for each in answers]


def told(before: Move, move: Move, *, is_lifted: bool) -> list[bytes]:
    """Tell one world, look at it from the phone, and forget it."""
    with transaction.atomic():
        at = timezone.now().replace(minute=0, second=0, microsecond=0) - DAY
        tess, theo = a_teen(at=at), a_teen(name="theo", at=at)
        phone = bearer(a_device(tess, at=at).token)
        before(tess, theo, at + MINUTE)
        move(tess, theo, at + HOUR)
        seen = look(phone, tess, at + HOUR)
        if is_lifted:
            unblocks(theo, tess, at=at + 2 * HOUR)
            seen += look(phone, tess, at + 2 * HOUR)
        transaction.set_rollback(True)
    return seen


@pytest.mark.parametrize("what", BEFORE)
def test_a_block_looks_like_what_could_have_happened_without_it(what: str) -> None:
    before, otherwise = BEFORE[what]
    assert told(before, keeps_away, is_lifted=True) == told(before, otherwise, is_lifted=True)


def test_everything_that_a_phone_may_read_is_looked_at() -> None:
    assert {"v1/me/history", "v1/me/supervision", "v1/me/requests", "v1/me/choices/{key}"} <= set(READS)


@pytest.mark.parametrize("what", BEFORE)
def test_a_block_that_is_told_would_be_seen(what: str) -> None:
    before, otherwise = BEFORE[what]

    def to_both(kind: str, teens: object, body: Any, **rest: Any) -> None:
        note(kind, everybody, body, **rest)

    everybody: list[Teen] = []

    def lock(one: str, other: str) -> Teens:
        teens = lock_pair(one, other)
        everybody[:] = teens.values()
        return teens

    with patch.object(product, "note", to_both), patch.object(product, "lock_pair", lock):
        assert told(before, keeps_away, is_lifted=False) != told(before, otherwise, is_lifted=False)
