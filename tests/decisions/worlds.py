"""Strategies: briefs with any values, and questions about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from controls.decisions.actions import ACTIONS, Action
from controls.decisions.briefs import READ, Bar, Brief
from controls.decisions.decide import Case, decide
from controls.decisions.words import Code, Decision, Outcome, Relationship
from controls.policy.catalogue import CATALOGUE
from controls.policy.windows import Week
from tests.core.worlds import whole_values
from tests.decisions.questions import told

AT = datetime(2027, 10, 30, 12, tzinfo=UTC)
ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
# Clocks go back in Europe in the night after, and in America a week later.
MOMENTS = st.integers(0, 12 * 86_400).map(lambda second: AT + timedelta(seconds=second))
IDS = ("ant", "bee", "")
RULE = "baseline/2026-11-01"
ORDER = [Outcome.DENY, Outcome.ASK, Outcome.ALLOW]


def rank(decision: Decision) -> int:
    """Return how much a decision lets through."""
    return ORDER.index(decision.outcome)


def placed(value: Any, zone: str) -> Any:
    """Return a value, of hours in a zone."""
    return Week(value.spans, zone) if isinstance(value, Week) else value


@st.composite
def briefs(draw: st.DrawFn, action: Action) -> Brief:
    """Return somebody with any values of what an action reads, everything else at its loosest."""
    zone = draw(ZONES)
    keys = draw(st.lists(st.sampled_from(sorted(action.controls)), max_size=4)) if action.controls else []
    values = {key: CATALOGUE[key].kind.loosest for key in READ}
    values |= {key: draw(whole_values(CATALOGUE[key].kind)) for key in keys}
    adult, said_adult = draw(st.sampled_from([(True, False), (False, False), (False, True)]))
    return Brief(
        band="18+" if adult else "16-17",
        adult=adult,
        known=draw(st.integers(0, 9)) > 0,
        values={key: placed(value, zone) for key, value in values.items()},
        grounds=dict.fromkeys(READ, ("pack", RULE)),
        bars=draw(st.sampled_from([()] * 9 + [(Bar(Code.PAIRING_NEEDED, ("BR-1",)),)])),
        valid_until=draw(st.sampled_from([None, None, int((AT + timedelta(days=20)).timestamp())])),
        supervised=draw(st.booleans()),
        said_adult=said_adult,
    )


@st.composite
def cases(draw: st.DrawFn, names: tuple[str, ...] = tuple(ACTIONS)) -> Case:
    """Return a question about any action."""
    action = ACTIONS[draw(st.sampled_from(names))]
    dice = draw(st.randoms(use_true_random=False))
    given = {each.name: told(dice, each.name) for each in action.properties}
    properties = {
        each.name: each.read(given[each.name], each.pointer)
        for each in action.properties
        if given[each.name] is not None
    }
    return Case(
        action,
        draw(briefs(action)),
        draw(briefs(action) | st.none()) if action.other else None,
        draw(st.sampled_from([None, *Relationship])),
        properties,
        draw(MOMENTS),
        "ant",
        draw(st.sampled_from(IDS)),
    )


def with_value(brief: Brief, key: str, value: Any) -> Brief:
    """Return a brief with another value for one control."""
    zone = brief.values["time.away"].time_zone
    return replace(brief, values={**brief.values, key: placed(value, zone)})


def decided(case: Case) -> Decision:
    """Decide as an operator has it who lets strangers be."""
    return decide(case, unenrolled_allowed=True)


def forget() -> None:
    """Let actions look anew at what their checks are asked by; for tests that plant a bug in a check."""
    for action in ACTIONS.values():
        for remembered in ("judges", "judges_upon", "timed"):
            action.__dict__.pop(remembered, None)
