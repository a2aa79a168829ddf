"""The whole handshake against an obvious model: whatever two or three accounts do in whatever order.

The model knows dictionaries and the rules as they are told; the product knows rows, locks and events. After each step
both answer alike: what was refused and why, who is what to whom, what everybody's history says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts import limits
from accounts.gather import relationship
from accounts.models import Account, Block, Follow
from accounts.ties import Relationship, Ties, relationship_between
from family_pairing.problems import Problem
from ledger.models import Teen
from tests import ties
from tests.builders import AT, HOUR, SECOND, a_teen, kinds
from tests.counts import either

REGISTERED = ("platform-tess", "platform-theo")
Way = tuple[str, str]


@dataclass
class Model:
    """What anybody would write down who was told the rules."""

    registered: frozenset[str]
    at: datetime = AT
    states: dict[Way, str] = field(default_factory=dict)
    refusals: Counter[Way] = field(default_factory=Counter)
    too_early: dict[Way, datetime] = field(default_factory=dict)
    kept_away: set[Way] = field(default_factory=set)
    unheard: set[Way] = field(default_factory=set)
    asked: Counter[tuple[int, Way]] = field(default_factory=Counter)
    told: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def tell(self, kind: str, *whom: str) -> str:
        """Write down what each of these reads, if it is registered; returns that nothing was refused."""
        for who in whom:
            if who in self.registered:
                self.told[who].append(kind)
        return ""

    def follows(self, a: str, b: str) -> str:
        """Say what comes of an ask."""
        if self.states.get((a, b)) in ("asked", "accepted"):
            return ""
        if (a, b) in self.kept_away:
            return "invalid_value"
        if (a, b) in self.unheard:
            return "" if (b, a) in self.kept_away else self.is_heard(a, b)
        if self.at < self.too_early.get((a, b), self.at):
            return "cooling_off"
        day = self.at.toordinal()
        if self.asked[day, (a, b)] == limits.ASKS_OF_ONE_A_DAY.most:
            return "too_many"
        self.asked[day, (a, b)] += 1
        if (b, a) in self.kept_away:
            self.unheard.add((a, b))
            return self.tell("follow.asked", a)
        self.states[a, b] = "asked"
        return self.tell("follow.asked", a, b)

    def is_heard(self, a: str, b: str) -> str:
        """Let an ask be heard that was made behind a block."""
        self.unheard.remove((a, b))
        self.states[a, b] = "asked"
        return self.tell("follow.asked", b)

    def takes_back_unheard(self, a: str, b: str) -> str:
        """Say what comes of an end that who was asked never hears of."""
        if (a, b) not in self.unheard:
            return ""
        self.unheard.remove((a, b))
        return self.tell("follow.withdrawn", a)

    def accepts(self, b: str, a: str) -> str:
        """Say what comes of a yes."""
        state = self.states.get((a, b))
        if state != "asked":
            return {None: "not_found", "accepted": ""}.get(state, "gone")
        self.states[a, b] = "accepted"
        self.refusals.pop((a, b), None)
        self.too_early.pop((a, b), None)
        return self.tell("follow.accepted", a, b)

    def says_no(self, b: str, a: str) -> str:
        """Say what comes of a no."""
        state = self.states.get((a, b))
        if state != "asked":
            return {None: "not_found", "refused": ""}.get(state, "gone")
        self.states[a, b] = "refused"
        self.refusals[a, b] += 1
        self.too_early[a, b] = self.at + timedelta(days=1 if self.refusals[a, b] == 1 else 7)
        return self.tell("follow.refused", a, b)

    def unfollows(self, a: str, b: str) -> str:
        """Say what comes of an end."""
        ends = {"asked": "withdrawn", "accepted": "removed"}
        end = ends.get(self.states.get((a, b), ""))
        if end is None:
            return self.takes_back_unheard(a, b)
        self.states[a, b] = end
        return self.tell(f"follow.{end}", a, b)

    def blocks(self, a: str, b: str) -> str:
        """Say what comes of a block; ties end in the order in which they were first asked for."""
        if (a, b) in self.kept_away:
            return ""
        for way in [way for way in self.states if set(way) == {a, b}]:
            if way == (b, a) and self.states[way] == "asked":
                self.says_no(a, b)
            else:
                self.unfollows(*way)
        self.takes_back_unheard(a, b)
        self.kept_away.add((a, b))
        return self.tell("block.added", a) if a in self.registered else self.tell("block.received", b)

    def unblocks(self, a: str, b: str) -> str:
        """Say what comes of taking a block back."""
        if (a, b) not in self.kept_away:
            return ""
        self.kept_away.remove((a, b))
        return self.tell("block.removed", a) if a in self.registered else self.tell("block.lifted", b)

    def relationship(self, a: str, b: str) -> Relationship:
        """Say what one is to the other."""
        if self.kept_away & {(a, b), (b, a)}:
            return Relationship.BLOCKED
        one, other = (self.states.get(way) == "accepted" for way in ((a, b), (b, a)))
        return {
            (True, True): Relationship.FRIEND,
            (True, False): Relationship.FOLLOWS,
            (False, True): Relationship.FOLLOWED_BY,
        }.get((one, other), Relationship.NONE)


def answer(move: Callable[..., object], one: str, other: str, at: datetime) -> str:
    """Return the code of a refusal; nothing where a move was made."""
    try:
        move(one, other, at=at)
    except Problem as problem:
        return problem.code
    return ""


class Handshakes(RuleBasedStateMachine):
    """Two registered accounts who do whatever comes to mind."""

    names: tuple[str, ...] = REGISTERED

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.teens: dict[str, Account] = {name: a_teen(name=name.removeprefix("platform-")) for name in REGISTERED}
        self.model = Model(frozenset(REGISTERED))

    def teardown(self) -> None:
        """Forget everything."""
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def pair(self, number: int) -> Way:
        """Return one of the ordered pairs."""
        pairs = list(permutations(self.names, 2))
        return pairs[number % len(pairs)]

    def say(self, move: str, one: str, other: str) -> None:
        """Let one account do something about the other, and expect the answer of the model."""
        expected = getattr(self.model, move)(one, other)
        assert answer(getattr(ties, move), one, other, self.model.at) == expected

    @rule(
        move=st.sampled_from(["follows", "accepts", "says_no", "unfollows", "blocks", "unblocks"]),
        number=st.integers(0, 5),
    )
    def move(self, move: str, number: int) -> None:
        """Let one account do what comes to mind."""
        self.say(move, *self.pair(number))

    @rule(number=st.integers(0, 5))
    def step(self, number: int) -> None:
        """Take the step of the handshake that comes next on one way, so that many become friends."""
        one, other = self.pair(number)
        if self.model.states.get((one, other)) == "asked":
            self.say("accepts", other, one)
        else:
            self.say("follows", one, other)

    @rule(passes=st.sampled_from([HOUR, timedelta(days=1) - SECOND, timedelta(days=1), timedelta(days=7)]))
    def wait(self, passes: timedelta) -> None:
        """Let time pass."""
        self.model.at += passes

    @invariant()
    def everybody_is_to_everybody_what_the_rules_say(self) -> None:
        known: dict[str, Ties | None] = dict.fromkeys(self.names)
        for name, teen in self.teens.items():
            known[name] = ties.ties(teen)
        for a, b in permutations(self.names, 2):
            expected = self.model.relationship(a, b)
            assert relationship(a, b) is expected
            assert relationship_between(a, known[a], b, known[b]) is expected

    @invariant()
    def every_history_says_what_the_rules_say_and_parents_count_none_of_it(self) -> None:
        for name, teen in self.teens.items():
            assert kinds(teen)[1:] == self.model.told[name]
            counter = Teen.objects.get(pk=teen.pk)
            assert (counter.seq, counter.aside) == (1 + len(self.model.told[name]), len(self.model.told[name]))

    @invariant()
    def no_tie_is_held_across_a_block(self) -> None:
        for block in Block.objects.all():
            assert not Follow.objects.live().between(block.blocker, block.blocked).exists()


class HandshakesOfThree(Handshakes):
    """The same with a third account, which is not registered here."""

    names = (*REGISTERED, ties.STRANGER)


@pytest.mark.timeout(either(full=1200, reduced=180))
@pytest.mark.parametrize("machine", [Handshakes, HandshakesOfThree])
def test_whatever_accounts_do_it_comes_out_as_the_rules_say(machine: type[Handshakes]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=either(full=150, reduced=12),
            stateful_step_count=either(full=40, reduced=25),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
