"""What operators ask of packs and laws: whether everything can be read and obeyed, and what binds where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time

from controls.laws.binding import Effect, Standing, When, change_at, standings
from controls.laws.conflicts import PolicyConflict
from controls.laws.demands import Status
from controls.laws.joining import timeline
from controls.packs import baseline_at, recorded, released
from controls.packs.atlas import complaint, every_place
from controls.packs.explaining import WORDS, Question, explained
from controls.packs.operator import posture, statuses_of
from controls.packs.reading import PackError
from controls.policy.bands import LATEST, zone_of
from controls.policy.facts import Birth


def read_all() -> None:
    """Read every pack, every law and the operator's posture.

    Raises PackError.
    """
    released()
    recorded()
    posture()


def counted() -> str:
    """Say how much there is."""
    laws = recorded()
    keys, places = {law.key for law in laws.records}, {law.place for law in laws.records}
    return f"as released: baselines {len(released())}, laws {len(keys)}, places {len(places)}"


def conflicts() -> list[str]:
    """Return what cannot be obeyed under this posture, a sentence for each; a law that nobody knows counts too."""
    laws, chosen = recorded(), posture()
    keys = {law.key for law in laws.records}
    found = [f"POLICY_OPT_IN: unknown law `{key}`" for key in sorted(chosen.opt_in - keys)]
    found += [
        f"POLICY_RULINGS: unknown law `{key}`"
        for ruling in chosen.rulings
        for key in sorted(ruling.laws - keys - {pack.key for pack in released()})
    ]
    for place in sorted({*laws.names, *laws.within}):
        try:
            timeline(laws, place, "UTC", chosen, released())
        except PolicyConflict as conflict:
            found.append(f"{place}: {conflict}")
    return found


def out_of_scope(at: datetime) -> list[str]:
    """Return the laws that would bind somewhere if the platform were not what the operator says it is."""
    laws, chosen = recorded(), posture()
    when = When.of(at, "UTC", max(at, newest_record()))
    everywhere = replace(chosen, platform=replace(chosen.platform, users=10**12, feed_share=100, is_small=False))
    return [
        each.law.key
        for place in sorted(laws.names)
        for each, large in zip(
            standings(laws, place, chosen, when), standings(laws, place, everywhere, when), strict=True
        )
        if each.law.place == place and each.effect is Effect.OUT_OF_SCOPE and large.effect is Effect.BINDS
    ]


def unconfirmed(at: datetime) -> list[str]:
    """Return the laws whose day has come and of which nothing was recorded since, a sentence for each."""
    laws, chosen = recorded(), posture()
    found: list[str] = []
    for place in sorted(laws.names):
        for each in standings(laws, place, chosen, When.of(at, "UTC", max(at, newest_record()))):
            if each.law.place == place:
                found += _unconfirmed(each, at)
    return found


def _unconfirmed(standing: Standing, at: datetime) -> Iterator[str]:
    law = standing.law
    newest = change_at(law.history, When.of(at, "UTC", max(at, newest_record())), UTC)
    if newest is None:
        return
    if newest.status is Status.IN_FORCE and newest.since is not None and newest.since > newest.recorded_on:
        words = f"in force since {newest.since} as foreseen on {newest.recorded_on}"
        yield f"{law.place}: `{law.key}` is {words}; record what became of it"
    day = law.effective_on
    if newest.status is Status.ENACTED_PENDING and day is not None and newest.recorded_on < day <= at.date():
        effect = WORDS[standing.effect]
        yield f"{law.place}: `{law.key}` is enacted and its day, {day}, has come ({effect}); record what became of it"


def explain(
    place: str, age: int | None, time_zone: str, at: datetime, known_at: datetime | None, words: str | None
) -> list[str]:
    """Return the lines that explain what binds somebody in a place; without a day by all that is recorded.

    Raises PackError for a place, zone or posture that is none, PolicyConflict where laws cannot both be obeyed.
    """
    if zone_of(time_zone) is None:
        raise PackError(f"`{time_zone}` is no time zone")
    if place not in {*every_place(), *recorded().names}:
        raise PackError(f"`{place}`: {complaint(place)}")
    chosen = posture() if words is None else replace(posture(), statuses=statuses_of(words.split(",")))
    known = known_at or max(at, newest_record())
    question = Question(recorded(), baseline_at(at), chosen, place, at, time_zone, known)
    born = None if age is None else Birth.from_age(age, at.astimezone(zone_of(time_zone) or LATEST).date())
    return list(explained(question, born))


def newest_record() -> datetime:
    """Return the moment from which on everything is known that is recorded."""
    days = [change.recorded_on for law in recorded().records for change in law.history]
    return datetime.combine(max(days), time(), UTC)
