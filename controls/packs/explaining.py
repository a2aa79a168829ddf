"""The laws in words for operators: what binds in a place, what it asks for, and why the rest does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from controls.laws.admission import Asked, Need, Tie, admission
from controls.laws.binding import Effect, Standing, When, standings
from controls.laws.demands import (
    AgeAssurance,
    ConsentAge,
    Demand,
    MinimumAge,
    MustNotExpose,
    MustOffer,
    Pairing,
    Permission,
    Usage,
)
from controls.laws.joining import tightened
from controls.laws.law import Laws, Posture
from controls.policy.facts import Birth, World
from controls.policy.packs import Pack, Rule
from controls.policy.values import Json

WORDS: Final = {
    Effect.BINDS: "binds",
    Effect.NOT_EFFECTIVE: "not effective",
    Effect.OUT_OF_SCOPE: "not about this platform",
    Effect.NOT_IN_FORCE: "not in force",
    Effect.OPT_IN_ONLY: "only where an operator opts in",
}
ASKED: Final = {
    Asked.MINIMUM_AGE: "no account",
    Asked.PERMISSION: "a verified parent's permission",
    Asked.PAIRING: "a pairing with a parent",
    Asked.CONSENT: "a verified parent's consent to processing",
}


class Question(NamedTuple):
    """What is asked: of a place, a moment, what was known then, and a posture."""

    laws: Laws
    base: Pack
    posture: Posture
    place: str
    at: datetime
    time_zone: str
    known_at: datetime

    @property
    def when(self) -> When:
        return When.of(self.at, self.time_zone, self.known_at)


def explained(question: Question, born: Birth | None) -> Iterator[str]:
    """Go through the lines of an explanation.

    Raises PolicyConflict where laws cannot both be obeyed.
    """
    laws, place = question.laws, question.place
    chain = " > ".join(f"{each} {laws.names.get(each, '(nothing recorded)')}" for each in laws.chain(place))
    yield f"{chain}, at {question.at.isoformat()} ({question.time_zone}), as known on {question.when.known_on}"
    for standing in standings(laws, place, question.posture, question.when):
        yield from ("", *_law(standing))
    yield from ("", *_person(question, born))
    yield from ("", *_rules(question))


def in_words(demand: Demand) -> str:
    """Return a demand in a few words."""
    ages = f"from {demand.from_age} until {demand.below}" if demand.from_age else f"below {demand.below}"
    match demand:
        case MinimumAge():
            return f"no account {ages}"
        case Permission():
            return f"a verified parent's permission {ages}"
        case Pairing():
            return f"a pairing with a parent {ages}"
        case ConsentAge():
            return f"a parent's consent to processing {ages}"
        case AgeAssurance():
            return f"who is not known to be {demand.below} by at least the level `{demand.level}` counts as younger"
        case MustOffer():
            return f"parents can see `{demand.insight}` {ages}"
        case MustNotExpose():
            return f"parents do not see `{demand.insight}` {ages}"
        case Usage():
            return f"`{demand.control.key}` {', '.join(_values(demand))} {ages}"
    raise TypeError(f"a demand without words: {type(demand).__name__}")


def brief(value: Json) -> str:
    """Return a value in a few words: of parts that are alike, one."""
    if isinstance(value, dict):
        if value.get("limited") is False:
            return "no limit"
        if "minutes" in value:
            return f"{value['minutes']} min"
        if "windows" in value:
            return ", ".join(f"{each['from']}-{each['until']}" for each in value["windows"]) or "never"
        parts = {brief(each) for each in value.values()}
        return parts.pop() if len(parts) == 1 else ", ".join(f"{name} {brief(each)}" for name, each in value.items())
    return str(value)


def _values(demand: Usage) -> Iterator[str]:
    kind = demand.control.kind
    if demand.default is not None:
        yield f"is {brief(kind.dump(demand.default))} by default"
    if demand.loosest is not None:
        yield f"is at most {brief(kind.dump(demand.loosest))}"
    if demand.may_loosen is not None:
        yield f"is loosened by {demand.may_loosen}"


def _law(standing: Standing) -> Iterator[str]:
    law = standing.law
    yield f"{law.key}: {law.title} [{standing.status or 'unknown'}] {WORDS[standing.effect]}"
    yield f"  {'; '.join(law.citations)}"
    for demand in law.demands:
        binds = any(demand is each for each in standing.demands)
        yield f"  {'+' if binds else '-'} {in_words(demand)}"
    if standing.effect is Effect.BINDS and law.duties:
        yield f"  duties: {', '.join(law.duties)}"


def _person(question: Question, born: Birth | None) -> Iterator[str]:
    world = World(born, question.place, question.time_zone)
    bands = question.base.bands
    found = admission(question.laws, world, Tie.NONE, question.posture, bands, question.at, known_at=question.known_at)
    yield "A person of this age needs:" if born else "A person of unknown age needs:"
    yield from (f"  {_need(need)}" for need in found.needs)
    if not found.needs:
        yield "  nothing"
    if found.offered or found.hidden:
        shown, hidden = (", ".join(sorted(each)) or "nothing" for each in (found.offered, found.hidden))
        yield f"  parents must see {shown}; never {hidden}"
    if found.next_at:
        yield f"  until {found.next_at.isoformat()}"


def _need(need: Need) -> str:
    return f"{ASKED[need.asked]} until {need.until_age}: {need.law}, {need.citations[0]}"


def _rules(question: Question) -> Iterator[str]:
    made = tightened(question.base, question.laws, question.place, question.posture, question.when)
    yield f"Stricter than {question.base.key}:" if made else f"Nothing is stricter than {question.base.key}."
    for (band, key), rule in made.items():
        yield f"  {band} {key}: {_rule(rule)} ({'+'.join(sorted(set(rule.laws.values())))})"


def _rule(rule: Rule) -> str:
    default, loosest = (brief(rule.control.kind.dump(value)) for value in (rule.default, rule.loosest))
    return f"{default} -> {loosest}, {rule.may_loosen}" if default != loosest else default
