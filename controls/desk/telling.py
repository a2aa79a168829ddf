"""What differs and what it changes, in lines for people and as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from controls.desk.differing import Diff, LawMoved, Moved
from controls.desk.impact import Impact
from controls.desk.policies import ELSEWHERE
from controls.desk.releasing import NEEDED, operators_of
from controls.models import Proposal, Release
from controls.packs.explaining import brief

# How many places are named before they are counted.
NAMED: Final = 6
ORDER: Final = ("looser", "sideways", "stricter", "same")


def diff_lines(found: Diff) -> Iterator[str]:
    """Go through what differs: what loosens first, places that are alike together."""
    yield f"{found.old} -> {found.new}, from {found.at:%Y-%m-%d %H:%M} on, in {found.places} places"
    for title, moved in (("Rules", found.rules), ("Accounts", found.admissions)):
        if moved:
            yield from ("", f"{title}:", *_moved(moved, found))
    if found.laws:
        yield from ("", "Laws:", *(line for law in found.laws for line in _law(law, found)))
    counts = {way: sum(each.way == way for each in (*found.rules, *found.admissions)) for way in ORDER[:3]}
    yield from ("", ", ".join(f"{way} {count}" for way, count in counts.items()) + f", laws {len(found.laws)}")


def _moved(every: tuple[Moved, ...], found: Diff) -> Iterator[str]:
    places: dict[str, list[str]] = {}
    for each in every:
        values = f"{shown(each.before)} -> {shown(each.after)}"
        line = f"  {each.way:8} {each.ages} {each.subject} {each.aspect}: {values}{_span(each, found)}"
        places.setdefault(line, []).append(each.place or "elsewhere")
    for line in sorted(places, key=lambda line: (ORDER.index(line.split()[0]), line)):
        yield f"{line} ({_places(places[line], found.places)})"


def _law(each: LawMoved, found: Diff) -> Iterator[str]:
    ends = "ceases to bind" if not each.begins else "begins to bind" if not each.ceases else "asks for something else"
    yield f"  {each.place} {each.law} {ends}{_span(each, found)}"
    yield from (f"    + {text}" for text in each.begins)
    yield from (f"    - {text}" for text in each.ceases)


def _span(each: Moved | LawMoved, found: Diff) -> str:
    since = "" if each.since <= found.at else f", from {each.since:%Y-%m-%d}"
    return since + (f", until {each.until:%Y-%m-%d}" if each.until else "")


def _places(names: list[str], every: int) -> str:
    if len(names) == every:
        return "everywhere"
    return ", ".join(names) if len(names) <= NAMED else f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"


def shown(value: Any) -> str:
    """Return a value in a few words."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    return "nothing" if value is None else brief(value)


def diff_json(found: Diff) -> str:
    """Return everything that differs as JSON."""
    return as_json({
        "old": found.old,
        "new": found.new,
        "at": found.at,
        "places": found.places,
        "loosens": bool(found.loosening),
        "rules": [_named(each) for each in found.rules],
        "admissions": [_named(each) for each in found.admissions],
        "laws": [_named(each) for each in found.laws],
    })  # fmt: skip


def _named(each: Moved | LawMoved) -> dict[str, Any]:
    return {**each._asdict(), "place": None if each.place == ELSEWHERE else each.place}


def impact_lines(impact: Impact) -> Iterator[str]:
    """Go through what changes for stored accounts: what loosens first."""
    days = ", ".join(f"{each:%Y-%m-%d}" for each in impact.moments)
    yield f"{impact.assessed:,} accounts, as of {days}: {impact.changed:,} change, {impact.loosened:,} of them loosen"
    for change, count in sorted(impact.counts.items(), key=lambda item: (ORDER.index(item[0].way), item[0])):
        yield f"  {change.way:8} {change.subject} {change.aspect}: {count:,}"
        yield from (f"    {account}" for account in impact.samples.get(change, ()))


def proposal_lines(proposal: Proposal) -> Iterator[str]:
    """Go through what there is to know before approving."""
    base = f"version {proposal.follows}" if proposal.follows else "nothing"
    back = f", rolling back to version {proposal.rolls_back_to}" if proposal.rolls_back_to else ""
    yield f"proposal {proposal.pk} by {proposal.by}, after {base}{back}: {proposal.why}"
    differs = ", ".join(f"{name} {count}" for name, count in proposal.differs.items())
    yield f"  differs: {differs or 'the first version'}"
    if proposal.impact:
        yield f"  accounts: {proposal.impact['changed']:,} change, {proposal.impact['loosened']:,} of them loosen"
    if proposal.loosens:
        names = ", ".join(str(each) for each in operators_of(proposal)) or "nobody yet"
        yield f"  needs the approval of {NEEDED} other operators; approved by {names}"


def release_line(release: Release) -> str:
    """Return one version in a line."""
    proposal = release.proposal
    back = f", rolls back to version {proposal.rolls_back_to}" if proposal.rolls_back_to else ""
    approved = [str(each) for each in (release.approved_by, release.seconded_by) if each]
    by = f"{release.proposed_by}" + (f", approved by {' and '.join(approved)}" if approved else "")
    return f"{release}, {release.at:%Y-%m-%d %H:%M}, {proposal.digest[:12]}, by {by}{back}: {proposal.why}"


def as_json(value: Any) -> str:
    """Return a value as JSON on a line of its own."""
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)
