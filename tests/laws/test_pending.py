"""A law that is enacted waits for its day; it binds then by a forecast that was recorded, or by the posture alone."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from controls.laws.demands import Change, Pairing, Status
from controls.laws.law import Law, Posture
from controls.packs import questions
from controls.packs.questions import unconfirmed
from tests.laws.cast import AT, IN_FORCE_ONLY, RECORDED, SECOND, a_law, a_teen, admitted, changed, laws

DAY = date(2027, 1, 1)
CAME = datetime(2027, 1, 1, tzinfo=UTC)
PENDING = changed(Status.ENACTED_PENDING)
FORESEEN = changed(Status.IN_FORCE, DAY)
INCLUDED = Posture(frozenset({Status.ENACTED_PENDING}))


def an_enacted(*history: Change, effective_on: date | None = DAY) -> Law:
    """Return a law that asks for a pairing."""
    return a_law("XX-1", "XX", Pairing(below=18), history=history, effective_on=effective_on)


def binds(law: Law, posture: Posture, at: datetime) -> bool:
    """Tell whether it binds a teen."""
    return bool(admitted(a_teen(15, "XX"), at, posture=posture, known=laws(law)).bars)


@pytest.mark.parametrize(
    ("law", "posture", "expected"),
    [
        (an_enacted(PENDING), IN_FORCE_ONLY, (False, False, False)),
        (an_enacted(PENDING), INCLUDED, (False, False, True)),
        (an_enacted(PENDING, effective_on=None), IN_FORCE_ONLY, (False, False, False)),
        (an_enacted(PENDING, effective_on=None), INCLUDED, (True, True, True)),
        (an_enacted(PENDING, FORESEEN), IN_FORCE_ONLY, (False, False, True)),
        (an_enacted(PENDING, FORESEEN), INCLUDED, (False, False, True)),
        (an_enacted(PENDING, FORESEEN, effective_on=None), IN_FORCE_ONLY, (False, False, True)),
    ],
)
def test_an_enacted_law_binds_by_a_forecast_or_by_the_posture(
    law: Law, posture: Posture, expected: tuple[bool, bool, bool]
) -> None:
    assert tuple(binds(law, posture, at) for at in (AT, CAME - SECOND, CAME)) == expected


def test_a_forecast_is_honoured_until_something_else_is_recorded() -> None:
    stopped = changed(Status.ENJOINED, date(2026, 12, 20), date(2026, 12, 21))
    law = an_enacted(PENDING, FORESEEN, stopped)
    assert not binds(law, IN_FORCE_ONLY, CAME)
    postponed = changed(Status.ENACTED_PENDING, date(2026, 12, 20), date(2026, 12, 21))
    assert not binds(an_enacted(PENDING, FORESEEN, postponed), IN_FORCE_ONLY, CAME)
    confirmed = changed(Status.IN_FORCE, DAY, date(2027, 1, 5))
    assert binds(an_enacted(PENDING, FORESEEN, confirmed), IN_FORCE_ONLY, CAME)


def test_what_came_unconfirmed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    both = laws(
        a_law("XX-1", "XX", history=(PENDING, FORESEEN), effective_on=DAY),
        a_law("XX-2", "XX", history=(PENDING,), effective_on=DAY),
        a_law("XX-3", "XX", history=(PENDING,)),
        a_law("XX-4", "XX", history=(PENDING, FORESEEN, changed(Status.IN_FORCE, DAY, DAY)), effective_on=DAY),
        names={"XX": "Nowhere"},
    )
    monkeypatch.setattr(questions, "recorded", lambda: both)
    assert unconfirmed(CAME - SECOND) == []
    assert unconfirmed(CAME) == [
        f"XX: `XX-1` is in force since 2027-01-01 as foreseen on {RECORDED}; record what became of it",
        "XX: `XX-2` is enacted and its day, 2027-01-01, has come (not in force); record what became of it",
    ]


def test_the_check_says_what_has_to_be_confirmed() -> None:
    def said(*words: str) -> list[str]:
        out = io.StringIO()
        call_command("policy", "check", *words, stdout=out)
        return out.getvalue().splitlines()

    named = said("--at", "2026-12-02")
    assert named[:1] == said() == said("--at", "2026-11-30")
    assert named[1:] == [
        "CL: `CL-21719` is in force since 2026-12-01 as foreseen on 2026-06-30; record what became of it"
    ]
