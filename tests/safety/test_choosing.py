"""Who is shown which lines: the nearest first, none that is gone, and never nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.helplines.choosing import Help, help_in
from safety.helplines.line import FRESH_FOR, Audience, Channel, Confidence, Line, Message, Status
from safety.helplines.reading import recorded
from tests.safety.written import NOON, TODAY, a_line, hours, the_world

DAY = timedelta(days=1)


def shown(place: str, *lines: Line, languages: tuple[str, ...] = ("fr",), audience: Audience = Audience.CHILD) -> Help:
    """Return what is shown in a place of a world of these lines."""
    return help_in(the_world(*lines), place, languages, audience, NOON)


def keys(lines: tuple[Line, ...]) -> list[str]:
    return [line.key for line in lines]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("CA-QC", ["quebec", "canada"]),
        ("CA-ON", ["canada"]),
        ("CA", ["canada"]),
        ("FR", []),
        ("FR-RE", []),
        ("", []),
        ("001", []),
    ],
)
def test_the_nearest_come_first_and_others_not_at_all(place: str, expected: list[str]) -> None:
    found = shown(place, a_line("canada", "CA"), a_line("quebec", "CA-QC"))
    assert keys(found.lines) == expected
    assert keys(found.elsewhere) == ([] if expected else ["world"])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (a_line("b", languages=("fr",)), a_line("a", languages=("nl",))),
        (a_line("b", languages=("nl",)), a_line("a", languages=("nl",), audience=(Audience.PARENT,))),
        (a_line("b"), a_line("a", hours=hours("13:00", "14:00"))),
        (a_line("b"), a_line("a")),
        (a_line("b", hours=None), a_line("a", hours=None)),
        (a_line("b", languages=("fr",), hours=hours("13:00", "14:00")), a_line("a", languages=("nl",))),
    ],
)
def test_among_those_of_a_place_language_then_audience_then_hours_count(first: Line, second: Line) -> None:
    assert keys(shown("FR", first, second).lines) == ["b", "a"]
    if (first.languages, first.audience, first.hours) != (second.languages, second.audience, second.hours):
        assert keys(shown("FR", second, first).lines) == ["b", "a"]


def test_a_regional_form_is_the_language() -> None:
    dutch, french = a_line("dutch", "BE", languages=("nl",)), a_line("french", "BE", languages=("fr",))
    assert keys(shown("BE", dutch, french, languages=("fr-BE",)).lines) == ["french", "dutch"]


def test_parents_are_shown_first_who_listens_to_parents() -> None:
    child, parent = a_line("child"), a_line("parent", audience=(Audience.PARENT,))
    assert keys(shown("FR", child, parent, audience=Audience.PARENT).lines) == ["parent", "child"]


@pytest.mark.parametrize(
    ("tried", "is_beside"),
    [(TODAY, False), (TODAY - FRESH_FOR, False), (TODAY - FRESH_FOR - DAY, True), (None, True)],
)
def test_beside_what_nobody_tried_for_a_year_stands_the_directory_of_the_world(tried: object, is_beside: bool) -> None:
    found = shown("FR", a_line("tried"), a_line("doubtful", last_verified_at=tried))
    assert keys(found.lines) == ["tried", "doubtful"]
    assert keys(found.elsewhere) == (["world"] if is_beside else [])


lines = st.builds(
    a_line,
    key=st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=1, max_size=3),
    place=st.sampled_from(["FR", "CA", "CA-QC", "BE"]),
    status=st.sampled_from(Status),
    languages=st.sampled_from([("fr",), ("nl", "fr"), ()]),
    audience=st.sampled_from([(Audience.CHILD,), (Audience.PARENT,)]),
    last_verified_at=st.sampled_from([None, TODAY, TODAY - FRESH_FOR - DAY]),
    hours=st.sampled_from([None, hours("09:00", "10:00"), hours("22:00", "06:00")]),
)


@given(st.lists(lines, max_size=6), st.sampled_from(["FR", "CA-QC", "CA", "BE", "DE", ""]), st.sampled_from(Audience))
def test_nobody_is_shown_nothing_nor_a_line_that_is_gone(some: list[Line], place: str, audience: Audience) -> None:
    found = help_in(the_world(*some), place, ["fr"], audience, NOON)
    assert found.lines or found.elsewhere
    assert all(line.status is Status.ACTIVE and place.startswith(line.place) for line in found.lines)
    here = [line for line in some if line.status is Status.ACTIVE and place.startswith(line.place)]
    assert sorted(keys(found.lines)) == sorted(line.key for line in here)


def test_in_france_3018_is_shown_and_3020_nowhere() -> None:
    world = recorded()
    france = help_in(world, "FR", ["fr"], Audience.CHILD, NOON)
    assert keys(france.lines)[0] == "FR-3018"
    assert france.emergency == ("112",)
    places = {line.place for line in world.lines}
    for place in places:
        found = help_in(world, place, ["fr"], Audience.CHILD, NOON)
        assert "3020" not in {line.number for line in (*found.lines, *found.elsewhere)}
        assert found.lines or found.elsewhere


def test_the_european_number_is_shown_only_where_a_country_has_it() -> None:
    with_it = {line.place for line in recorded().lines if line.number.replace(" ", "") == "116111"}
    assert {"DE", "PL", "SE"} <= with_it
    for place in ("FR", "ES", "CH", "US"):
        found = help_in(recorded(), place, ["fr"], Audience.CHILD, NOON)
        assert all(line.number.replace(" ", "") != "116111" for line in found.lines)


def test_what_is_recorded_is_whole() -> None:
    world = recorded()
    assert len(world.lines) >= 100
    for line in world.lines:
        assert line.number or line.sms or line.url, line.key
        assert (line.status is Status.DISCONTINUED) == bool(line.replaced_by), line.key
        assert isinstance(line.sms, Message | None)
        assert line.confidence in Confidence
        assert line.languages or line.place == "001", line.key
        assert Channel.PHONE not in line.channels or line.number, line.key
    assert all(number.isdecimal() for _, numbers in world.emergency for number in numbers)
