"""The page of decisions has every action, check, property, reason and obligation as the table has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from controls.decisions.actions import ACTIONS, Action
from controls.decisions.briefs import ELSEWHERE
from controls.decisions.checks import Check
from controls.decisions.words import Code, Duty

PAGE = (Path(__file__).parents[2] / "docs" / "decisions.md").read_text(encoding="utf-8")
ROWS = PAGE.splitlines()


@pytest.mark.parametrize("action", ACTIONS.values(), ids=list(ACTIONS))
def test_an_action_stands_there_with_what_may_be_told_and_asked(action: Action) -> None:
    about = "*always open*" if action.always_open else action.about
    (row,) = [row for row in ROWS if row.startswith(f"| `{action.name}` | {about} | `{action.resource}` |")]
    cells = [cell.strip() for cell in row.strip("|").split(" | ")]
    told = [f"{each.of} `{each.name}`: {each.kind} (absent: {each.absent})" for each in action.properties]
    assert cells[3].split("<br>") == (told or [""])
    for cell, checks in zip(cells[4:], (action.acts, action.acted_upon), strict=True):
        assert all(f"`{key}`" in cell or "*hours*" in cell for check in checks for key in check.controls)


@pytest.mark.parametrize(
    "check", dict.fromkeys(check for action in ACTIONS.values() for check in (*action.acts, *action.acted_upon))
)
def test_a_check_stands_there_with_what_it_reads_and_may_answer(check: Check) -> None:
    cells = (" ".join(f"`{each}`" for each in cell) for cell in (check.controls, check.codes, check.duties))
    assert f"| {check.name} | {' | '.join(cells)} |" in ROWS


def test_every_reason_obligation_and_control_stands_there_in_order() -> None:
    places = [PAGE.index(f"\n| `{each}` | ") for each in (*Code, *Duty, *ELSEWHERE) if each != Duty.FRIENDS_ONLY]
    assert places == sorted(places)
    assert all(f"| `{key}` | {why} |" in ROWS for key, why in ELSEWHERE.items())
