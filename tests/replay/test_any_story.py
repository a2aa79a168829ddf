"""Whatever a family does in whatever order: the events tell it again, and nobody passes the loosest value."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account, Pairing, User
from accounts.pairing import claim, confirm_pairing, decline_pairing, expire_pairings
from controls.boundaries import end_temporaries, enter_bands
from controls.endings import end_pairing, finish_endings, leave_pairing
from controls.models import Request
from controls.requests import ask_to_leave, create_request, expire_requests
from controls.snapshots import present_account
from family_pairing.problems import Problem
from tests.builders import AT, a_parent, a_teen, approves, asks, chooses, minutes, offered, refuses, seq, sets
from tests.replay.replay import assert_told_again

# Stories that are tried: few in the quick tests, the full count with ALL=1.
STORIES = 400 if os.environ.get("ALL") == "1" else 12

VALUES: dict[str, list[Any]] = {
    "account.visibility": ["private", "public"],
    "comment.who": ["nobody", "friends", "followers", "everyone"],
    "dm.who_can_send": ["nobody", "friends"],
    "time.daily_minutes": [minutes(30), minutes(60), minutes(500), {"mon": {"limited": False}}, {}],
    "content.autoplay": ["off", "on"],
}
words = st.sampled_from([(key, value) for key, values in VALUES.items() for value in [*values, None]])
steps = st.one_of(
    st.tuples(st.just("set"), st.integers(0, 1), words, st.sampled_from([None, 1, 30])),
    st.tuples(st.just("choose"), words),
    st.tuples(st.just("wait"), st.sampled_from([1, 24, 60, 24 * 400])),
    st.tuples(st.sampled_from(["end", "leave", "pair", "verify", "decline", "refuse", "let_go"]), st.integers(0, 1)),
    st.tuples(st.just("ask"), words),
    st.tuples(st.just("approve"), st.integers(0, 1), st.sampled_from([None, 1, 30])),
)


class Family:
    """Two parents and a teen, and the hour it is."""

    def __init__(self, age: int) -> None:
        self.at = AT
        self.tess = a_teen(age)
        self.parents: list[User] = [a_parent(), a_parent("pierre")]

    def step(self, what: str, *said: Any) -> None:
        """Let one thing happen; a refusal changes nothing."""
        before = seq(self.tess)
        try:
            with transaction.atomic():
                getattr(self, what)(*said)
        except Problem:
            assert seq(self.tess) == before

    def tie(self, who: int) -> Pairing:
        """Return what binds a parent, if anything does."""
        found = Pairing.objects.active().filter(parent=self.parents[who]).first()
        if found is None:
            raise Problem("not_found")
        return found

    def set(self, who: int, word: tuple[str, Any], hours: int | None) -> None:
        """Let a parent say something."""
        until = self.at + timedelta(hours=hours) if hours else None
        sets(self.tie(who), dict([word]), until=until, at=self.at)

    def choose(self, word: tuple[str, Any]) -> None:
        """Let the teen choose."""
        chooses(self.tess, *word, at=self.at)

    def wait(self, hours: int) -> None:
        """Let time pass, and enact what it has brought."""
        self.at += timedelta(hours=hours)
        for chore in (end_temporaries, enter_bands, finish_endings, expire_pairings, expire_requests):
            chore(at=self.at)

    def ask(self, word: tuple[str, Any]) -> None:
        """Let the teen ask for a value."""
        asks(self.tess, *word, at=self.at)

    def approve(self, who: int, hours: int | None) -> None:
        """Let a parent approve what was asked last, for good or for some hours."""
        until = self.at + timedelta(hours=hours) if hours else None
        approves(self.tie(who), self.asked(), "until" if hours else "always", until, at=self.at)

    def refuse(self, who: int) -> None:
        """Let a parent refuse what was asked last."""
        refuses(self.tie(who), self.asked(), at=self.at)

    def let_go(self, who: int) -> None:
        """Let the teen ask to leave, and the parent approve."""
        tie = self.tie(who)
        approves(tie, create_request(self.tess, ask_to_leave(tie), actor=self.tess.actor, at=self.at), at=self.at)

    def asked(self) -> Request:
        """Return what was asked last."""
        found = Request.objects.order_by("-id").first()
        if found is None:
            raise Problem("not_found")
        return found

    def pair(self, who: int) -> None:
        """Pair with a parent."""
        waiting = claim(offered(self.tess, at=self.at).pairing.pk, self.parents[who], at=self.at)
        confirm_pairing(waiting, self.parents[who].pk, actor=self.tess.actor, at=self.at)

    def decline(self, who: int) -> None:
        """Let a parent claim, and refuse."""
        waiting = claim(offered(self.tess, at=self.at).pairing.pk, self.parents[who], at=self.at)
        decline_pairing(waiting, actor=self.tess.actor, at=self.at)

    def verify(self, who: int) -> None:
        """Verify the tie of a parent, as support does outside of these stories."""
        Pairing.objects.filter(pk=self.tie(who).pk).update(proof="in_person")

    def end(self, who: int) -> None:
        """Let a parent stop supervising."""
        end_pairing(self.tie(who), actor=self.parents[who].actor, at=self.at)

    def leave(self, who: int) -> None:
        """Let the teen leave a parent."""
        leave_pairing(self.tie(who), actor=self.tess.actor, at=self.at)


def assert_within_bounds(tess: Account, family: Family) -> None:
    """Check that nothing is looser than the policy allows, and that everything says why."""
    for enforced in present_account(tess, at=family.at).resolution.values.values():
        assert enforced.kind.at_least_as_strict(enforced.value, enforced.loosest)
        assert enforced.reasons


@pytest.mark.usefixtures("database")
@settings(
    max_examples=STORIES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(age=st.sampled_from([14, 15, 17]), story=st.lists(steps, min_size=4, max_size=14))
def test_any_story_is_told_again(age: int, story: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        family = Family(age)
        for what in (("pair", 0), ("verify", 0), ("pair", 1), *story):
            family.step(*what)
        assert_told_again(family.tess)
        assert_within_bounds(family.tess, family)
        transaction.set_rollback(True)
