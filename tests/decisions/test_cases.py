"""The decisions of docs/conformance are answered as they say, by the product and by the slow evaluator."""

from __future__ import annotations

from typing import Any

import pytest

from controls.decisions.actions import ACTIONS
from controls.decisions.words import Outcome
from tests.decisions.cases import cases, faults, main

CASES = cases()
MEMBERS = {
    *("name", "action", "at", "me", "other", "relationship", "told", "my_id", "other_id", "unenrolled_allowed"),
    *("outcome", "reasons", "obligations", "valid_until"),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_case_is_answered_as_it_says(case: Any) -> None:
    assert list(faults(case)) == []


def test_there_are_at_least_sixty_and_every_action_has_one() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 60
    assert {case["action"] for case in CASES} == set(ACTIONS)
    assert {member for case in CASES for member in case} <= MEMBERS
    assert {case["outcome"] for case in CASES} == {outcome.value for outcome in Outcome}


def test_the_count_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert f"{len(CASES)} decisions" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "ask"},
        {"reasons": ["nobody call.who"]},
        {"obligations": ["remind {}"]},
        {"valid_until": CASES[0]["at"]},
    ],
)
def test_a_case_that_says_otherwise_would_be_seen(wrong: Any) -> None:
    assert list(faults({**CASES[0], **wrong}))
