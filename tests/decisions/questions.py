"""Questions as plain JSON, how the product answers them, and random ones.

A question is `{action, me, other, relationship, told, my_id, other_id, unenrolled_allowed, at}`. A person is a family
of docs/families.toml with, besides, `supervised`, `known` and `bars`.
"""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from controls.decisions.actions import ACTIONS, read_properties
from controls.decisions.briefs import Bar, Brief, brief_of, dump_brief, load_brief
from controls.decisions.decide import Case, decide
from controls.decisions.words import Code, Decision, Relationship
from controls.packs import baseline_at
from controls.policy.catalogue import CATALOGUE
from controls.policy.facts import Assurance
from controls.policy.resolve import resolve
from controls.policy.stages import said_band
from tests.core.families import json_of, world_of
from tests.decisions.enforced import age_band
from tests.decisions.slow import Answer

Question = dict[str, Any]
AT = datetime(2027, 6, 15, 12, tzinfo=UTC)
# Where an age that is only said is no adult's.
WARY = replace(baseline_at(AT), adult_assurance=Assurance.BASIC)


def brief_for(person: Any, at: datetime) -> Brief:
    """Return the brief of a person, as it comes out of where it is kept."""
    world = world_of({**person, "at": at})
    pack = WARY if person.get("unsure") else baseline_at(at)
    resolution = resolve(world, pack, at)
    said = said_band(world, pack, at)
    brief = brief_of(
        resolution,
        adult=any(band.adult for band in pack.bands if band.name == resolution.band),
        bars=[Bar(Code(code), ("FR-1",)) for code in person.get("bars", ())],
        known=person.get("known", True),
        supervised=person.get("supervised", True),
        said_adult=said is not None and said.adult,
    )
    return load_brief(dump_brief(brief))


def case_of(question: Question, at: datetime) -> Case:
    """Return a question as the product is asked it; each property is told where the table has it."""
    action = ACTIONS[question["action"]]
    told = question["told"]
    places = {
        of: {each.name: told[each.name] for each in action.properties if each.of == of and each.name in told}
        for of in ("action", "resource")
    }
    other, relationship = question.get("other"), question.get("relationship")
    return Case(
        action,
        brief_for(question["me"], at),
        brief_for(other, at) if other else None,
        Relationship(relationship) if relationship else None,
        read_properties(action, places["action"], places["resource"]),
        at,
        question["my_id"],
        question["other_id"],
    )


def decision_of(question: Question, at: datetime) -> Decision:
    """Let the product decide."""
    return decide(case_of(question, at), unenrolled_allowed=question["unenrolled_allowed"])


def comparable(decision: Decision) -> Answer:
    """Return a decision in the form of the slow evaluator's answer."""
    return Answer(
        decision.outcome.value,
        frozenset((why.code.value, why.control) for why in decision.reasons),
        frozenset(f"{each.type.value} {dict(sorted(each.properties.items()))}" for each in decision.obligations),
    )


# Random ones

# Many values must fit before these are more than refused.
CLOSING = {"time.pause", "time.away", "time.bedtime"}
ASKING = {"contact.new_contact_approval", "time.limit_action", "purchase.policy"}
OFTEN = ["message.send"] * 4 + ["app.use", "purchase.create", "content.view", "content.recommend"]
BIRTHS = [date(2027 - age, 6, 15) for age in (12, 13, 14, 15, 16, 17, 18, 19)] + [
    date(2011, 6, 16),
    date(2009, 6, 14),
    None,
]
OLDER = [date(2027 - age, 6, 15) for age in (16, 17, 18, 19)] + [date(2009, 6, 14)]
BANDS = ["13-15", "16-17", "18+"]
ZONES = ["Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland"]
CLOCK = ["00:00", "06:30", "07:00", "12:00", "14:30", "21:00", "22:00", "23:59"]
TIES = ["none", "follows", "followed_by", "friend", "friend", "friend", "blocked", "parent", None]
IDS = ["tess", "mallory", "pierre"]
WORDS = ["ant", "bee", "cat"]
BARS = ["below_minimum_age", "permission_needed", "pairing_needed"]


def drawn(dice: random.Random) -> Question:
    """Return a random question."""
    name = dice.choice([*ACTIONS, *OFTEN])
    read = sorted(ACTIONS[name].controls)
    at = AT + timedelta(seconds=dice.randrange(-30 * 86_400, 200 * 86_400))
    at = dice.choice([at, at.replace(minute=dice.choice([0, 30, 59]), second=dice.choice([0, 59]))])
    return {
        "action": name,
        "me": person(dice, read, at),
        "other": person(dice, read, at) if ACTIONS[name].other and dice.random() < 0.97 else None,
        "relationship": dice.choice(TIES),
        "told": {each.name: value for each in ACTIONS[name].properties if (value := told(dice, each.name)) is not None},
        "my_id": "tess",
        "other_id": dice.choice(["mallory"] * 9 + [""]),
        "unenrolled_allowed": dice.random() < 0.5,
        "at": at,
    }


def person(dice: random.Random, read: list[str], at: datetime) -> Any:
    """Return somebody of any age, and what was said about what the action reads."""
    # Before 16 nobody writes messages, whatever else is so.
    born = dice.choice(OLDER if "dm.media" in read and dice.random() < 0.8 else BIRTHS)
    zone, unsure = dice.choice(ZONES), dice.random() < 0.2
    band = age_band({"born": born, "zone": zone, "unsure": unsure}, at)
    if dice.random() < 0.05:
        # Nothing is known, and nobody has said anything.
        return {"zone": "Europe/Paris", "known": False, "supervised": False}
    openness = dice.choice([dice.random(), 1.0])
    settings = [
        {
            "parent": parent,
            "verified": dice.random() < 0.7,
            "control": key,
            "raw": raw(dice, key, openness),
            "until": until,
        }
        for key in read
        for parent in ("paula", "pierre")
        for until in (None, moment(dice, at))
        if dice.random() < (0.35 if until is None else 0.1)
    ]
    choices = [
        {
            "control": key,
            "raw": raw(dice, key, openness),
            "until": until,
            "band": dice.choice([band] * 6 + BANDS),
        }
        for key in read
        for until in (None, moment(dice, at))
        if dice.random() < (0.6 if until is None else 0.1)
    ]
    return {
        **({"born": born} if born else {}),
        "zone": zone,
        "unsure": unsure,
        "grew_up_here": dice.random() < 0.5,
        "settings": settings,
        "choices": choices,
        "supervised": dice.random() < 0.7,
        "bars": [dice.choice(BARS)] if dice.random() < 0.03 else [],
    }


def moment(dice: random.Random, at: datetime) -> datetime:
    """Return an end of a temporary word, near a moment."""
    return at.replace(microsecond=0) + timedelta(seconds=dice.choice([-3600, -1, 0, 1, 60, 3600, 90_000]))


def raw(dice: random.Random, key: str, openness: float) -> Any:
    """Return JSON that a control can read, the looser the more open; seldom some that it cannot."""
    if dice.random() < 0.02:
        return dice.choice(["?", 7, [], {"?": 1}, None])
    kind: Any = CATALOGUE[key].kind
    # Else the app is nearly always closed, and hardly anybody is ever asked.
    loose = dice.random() < (0.9 if key in CLOSING else 0.1 if key in ASKING else openness)
    match kind.name:
        case "choice":
            return kind.values[-1] if loose else dice.choice(kind.values)
        case "severities":
            return {
                label: dice.choice([3, 4] if loose else [0, 1, 2, 3, 4])
                for label in dice.sample(kind.parts, dice.randrange(20))
            }
        case "topics":
            some = dice.sample(kind.parts[:-1], dice.randrange(6))
            ways = ["neutral", "reduced"] if loose else ["blocked", "reduced", "neutral"]
            return {"all": True} if dice.random() < 0.02 else {topic: dice.choice(ways) for topic in some}
        case "minutes_by_weekday":
            minutes: Any = "none" if loose else dice.choice([0, 30, 60, 600])
            return json_of(key, minutes)
        case "windows":
            return {"windows": [] if loose else [window(dice) for _ in range(dice.randrange(3))]}
        case "amount":
            limited = {
                "limited": True,
                "minor_units": str(dice.randrange(0, 400, 100)),
                "currency": dice.choice(["EUR", "BRL"]),
            }
            return {"limited": False} if loose else limited
        case _:
            some = dice.sample(IDS if key == "accounts.blocked" else WORDS, dice.randrange(3))
            return {"all": True} if dice.random() < 0.02 else {"all": False, "items": [] if loose else some}


def window(dice: random.Random) -> Any:
    """Return a written window."""
    since, until = dice.sample(CLOCK, 2)
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return {"days": dice.sample(days, dice.randrange(1, 8)), "from": since, "until": until}


def told(dice: random.Random, name: str) -> Any:
    """Return a property that can be read, sometimes none."""
    if dice.random() < 0.15:
        return None
    some: dict[str, list[Any]] = {
        "relationship": ["none", "friend"],
        "mutual_friends": [0, 1, 7],
        "is_new_contact": [True, False],
        "content_type": ["text"] * 6 + ["link", "image", "video"],
        "audience": ["only_me", "friends", "followers", "everyone"],
        "list": ["following_list", "liked_posts", "online_status"],
        "level": ["limited", "teen", "mature"],
        "text": ["a bee and", "nothing here", ""],
        "author": IDS,
        "query_class": ["plain", "crisis"],
        "amount": [0, 100, 101, 250],
        "currency": ["EUR", "BRL", "XXX"],
        "spent_this_month": [0, 100],
        "used_minutes": [0, 29, 30, 60, 61, 900],
        "with": ["assistant", "character"],
    }
    kinds: Any = CATALOGUE
    if name == "labels":
        labels = dice.sample([*kinds["content.labels"].kind.parts, "unheard_of"], dice.randrange(4))
        return {label: dice.choice([0, 1, 1, 2, 3, 4]) for label in labels}
    if name == "topics":
        return dice.sample([*kinds["content.topics"].kind.parts[:-1], "unheard_of"], dice.randrange(5))
    return dice.choice(some[name])


def in_plain_words(question: Question) -> Question:
    """Return a question as the slow evaluator reads it: births as dates, and every word as JSON."""
    sides = {side: plain_person(question[side], question["at"]) for side in ("me", "other") if question.get(side)}
    return {**question, **sides}


def plain_person(somebody: Any, at: datetime) -> Any:
    """Return a person whose words are JSON."""
    world = world_of({**somebody, "at": at})
    return {
        **somebody,
        "born": world.birth.on if world.birth else None,
        "zone": world.time_zone,
        "settings": [asdict(said) for said in world.settings],
        "choices": [asdict(chosen) for chosen in world.choices],
    }
