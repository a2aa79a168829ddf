"""Nothing that is kept is used when it does not hold any more: by any clock, after any order of questions."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from family_pairing_client import Client, Clock, Decision, Options, Question, account
from family_pairing_client.kept import Cache

START = 1_795_392_000


class World:
    """A server with a clock, and a client whose clock goes as it likes."""

    def __init__(self, behind: float, keep: int, max_age: float):
        self.now, self.behind = float(START), behind
        self.asked, self.end = 0, 0.0
        clock = Clock(lambda: self.now - self.behind, lambda: self.now)
        transport = httpx.MockTransport(self.answer)
        self.client = Client(
            "http://pdp", "fps_x", Options(keep=keep, max_age=max_age, clock=clock), transport=transport
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer what holds for a while, and say so."""
        self.asked += 1
        del request
        body = {"decision": True, "context": {"valid_until": datetime.fromtimestamp(self.end, UTC).isoformat()}}
        return httpx.Response(200, json=body, headers={"date": formatdate(self.now, usegmt=True)})


def about(number: int) -> Question:
    return Question(account("tess"), "message.send", account(str(number)))


STEPS = st.lists(st.tuples(st.integers(0, 5), st.floats(0, 40), st.floats(0, 90)), max_size=40)


@settings(max_examples=300, deadline=None)
@given(STEPS, st.floats(-100, 100), st.integers(0, 4), st.floats(0, 120))
def test_no_decision_is_used_at_or_after_its_end(steps: Any, behind: float, keep: int, max_age: float) -> None:
    world = World(behind, keep, max_age)
    for number, passes, holds in steps:
        world.now += passes
        world.end = float(int(world.now + holds))
        before = world.asked
        decision = world.client.decide(about(number))
        if world.asked == before:
            # It was kept: then it holds by the server's clock and by the client's.
            assert decision.valid_until is not None
            assert decision.valid_until.timestamp() > max(world.now, world.now - behind)
        assert len(world.client._asking.cache) <= keep


@given(st.floats(0, 100), st.floats(0, 10), st.floats(0, 100))
def test_nothing_is_kept_for_longer_than_wanted(holds: float, max_age: float, passes: float) -> None:
    now = [0.0]
    kept = Cache(10, max_age, Clock(lambda: START + now[0], lambda: now[0]))
    decision = Decision(True, "allow", valid_until=datetime.fromtimestamp(START + holds, UTC))
    kept.put(about(1), decision, 0.0, None)
    now[0] = passes
    found = kept.get(about(1))
    assert (found is None) or (passes < max_age and passes < holds)


def test_what_has_no_end_is_not_kept_and_another_question_is_another() -> None:
    kept = Cache(10, 60, Clock(lambda: START, lambda: 0.0))
    endless = Decision(True, "allow")
    kept.put(about(1), endless, 0.0, None)
    assert kept.get(about(1)) is None
    until_later = replace(endless, valid_until=datetime.fromtimestamp(START + 30, UTC))
    asked = about(1)
    kept.put(asked, until_later, 0.0, None)
    assert kept.get(about(1)) is until_later
    others = [
        *(replace(asked, action="call.start"), replace(asked, action_properties={"a": 1})),
        *(replace(asked, context={"time": "now"}), replace(asked, resource=account("1", relationship="friend"))),
        *(replace(asked, resource=replace(asked.resource, type="profile")), replace(asked, subject=account("theo"))),
    ]
    assert [kept.get(each) for each in others] == [None] * len(others)
    one, true = (replace(asked, action_properties={"a": each}) for each in (1, True))
    kept.put(one, until_later, 0.0, None)
    assert kept.get(true) is None


def test_only_so_many_are_kept_and_the_oldest_goes() -> None:
    kept = Cache(100, 60, Clock(lambda: START, lambda: 0.0))
    decision = Decision(True, "allow", valid_until=datetime.fromtimestamp(START + 30, UTC))
    dice = random.Random(3)
    for _ in range(1_000):
        kept.put(about(dice.randrange(300)), decision, 0.0, None)
        assert len(kept) <= 100
    kept.put(about(1_000), decision, 0.0, None)
    assert kept.get(about(1_000)) is decision
    kept.clear()
    assert len(kept) == 0
