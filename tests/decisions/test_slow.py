"""A second, slow and obvious evaluator agrees with the product in random worlds, and a bug in either is found."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from controls.decisions import checks, decide, things
from controls.decisions.actions import ACTIONS
from controls.decisions.words import Code, Outcome
from tests.counts import either
from tests.decisions import enforced, questions, slow
from tests.decisions.questions import Question, comparable, decision_of, drawn, in_plain_words
from tests.decisions.worlds import forget

WORLDS = either(full=200_000, reduced=1_000)
SEED = 20_271_115


def differences(worlds: int, seed: int = SEED) -> Iterator[tuple[Question, object, object]]:
    """Go through the random questions that the two answer differently, at their moment or one before it ends."""
    dice = random.Random(seed)
    for _ in range(worlds):
        question = drawn(dice)
        at = question["at"]
        decision = decision_of(question, at)
        said, plain = comparable(decision), in_plain_words(question)
        if (other := slow.decided(plain, at)) != said:
            yield question, said, other
            continue
        if decision.valid_until is not None and decision.valid_until > at.timestamp():
            left = decision.valid_until - at.timestamp()
            later = at + timedelta(seconds=dice.choice([left - 0.001, left * dice.random()]))
            if (other := slow.decided(plain, later)) != said:
                yield question, said, (later, other)


@pytest.mark.timeout(either(full=1_800, reduced=180))
def test_both_ways_agree() -> None:
    different = list(differences(WORLDS))
    print(f"{WORLDS:,} random worlds, {len(different)} answered differently")
    assert different[:1] == []


def test_the_worlds_are_not_all_alike() -> None:
    dice = random.Random(SEED)
    answers = [(each["action"], decision_of(each, each["at"])) for each in (drawn(dice) for _ in range(1_500))]
    outcomes = Counter(decision.outcome for _, decision in answers)
    assert min(outcomes[Outcome.ALLOW], outcomes[Outcome.DENY]) > 300
    assert outcomes[Outcome.ASK] > 5
    assert {name for name, decision in answers if decision.outcome is Outcome.ALLOW} == set(ACTIONS)


def never(*_: Any) -> None:
    return None


def no(*_: Any, **__: Any) -> bool:
    return False


PLANTED: list[tuple[object, str, Callable[..., Any]]] = [
    (checks.Adults, "judge", never),
    (checks.Who, "judge", never),
    (checks.Blocks, "judge", never),
    (checks.Away, "judge", never),
    (checks.Away, "until", never),
    (checks.NewContact, "judge", never),
    (things.Labels, "judge", never),
    (things.MonthlyCap, "judge", never),
    (decide, "_barred", lambda me: decide._refused(Code.PAUSED, 0)),
    (slow, "keeps_away", no),
    (slow, "crisis", never),
    (slow, "may_be_adult", no),
    (questions, "said_band", never),
    (enforced, "counts", no),
    (enforced, "has_ended", no),
]


@pytest.mark.parametrize(("owner", "name", "bug"), PLANTED)
def test_a_bug_in_either_is_found(
    owner: object, name: str, bug: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, name, bug)
    forget()
    assert next(differences(10_000), None) is not None
    monkeypatch.undo()
    forget()
