"""Generated requests about real accounts: never a 500, and never an allowance that the slow evaluator would refuse.

Questions are well formed, spoilt or nonsense, alone and in batches. What of a request can be read is decided here anew,
by a table of its own; whatever cannot be read must not be allowed.
"""

from __future__ import annotations

import copy
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.ties import Ties
from controls.deciding import brief_of_nobody
from controls.decisions import checks, properties
from controls.decisions.actions import ACTIONS, read_properties
from controls.decisions.briefs import Brief, dump_brief
from controls.policy.catalogue import LABELS
from edge import decisions
from edge.app import Edge
from edge.decisions import Evaluator, Rules
from edge.people import People
from ledger.cache import Cache, Snapshot
from tests.counts import either
from tests.decisions import slow
from tests.decisions.questions import AT, Question, brief_for, in_plain_words, person, told
from tests.edge.authzen.conftest import EVALUATION, EVALUATIONS, Service
from tests.edge.authzen.scenario import Scenario
from tests.edge.conftest import Serve, Store
from tests.edge.deciding.conftest import Person
from tests.edge.family import Database

SEED = 20_261_201
REQUESTS = either(full=10_000, reduced=500)
# Of the decisions so many must really be compared: allowances of minors, and refusals.
LEAST = either(full=(500, 5_000), reduced=(25, 250))
CAST = 24
GARBAGE: list[Any] = [
    None, True, False, 0, -1, 3, 1.5, 10**13, "", "x", "parent", "x" * 200, "\u0661", [], [1], ["x"] * 101, {},
    {"violence": 9}, {"violence": "1"}, {"a": {"b": []}}, "EUR", "eur",
]  # fmt: skip
WORDS = {
    "relationship": {"none", "follows", "followed_by", "friend", "blocked"},
    "content_type": {"text", "link", "image", "video"},
    "audience": {"only_me", "friends", "followers", "everyone"},
    "list": {"following_list", "liked_posts", "online_status"},
    "level": {"limited", "teen", "mature"},
    "query_class": {"plain", "crisis"},
    "with": {"assistant", "character"},
}
Cast = dict[str, dict[str, Any]]


def whole(value: Any) -> bool:
    """Tell whether something is a whole number that is not too large."""
    return type(value) is int and 0 <= value < 10**12


def spelt(pattern: str, value: Any) -> bool:
    """Tell whether something is a text of this form."""
    return isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None


def topics(value: Any) -> bool:
    """Tell whether something is a list of topics."""
    return isinstance(value, list) and len(value) <= 100 and all(isinstance(each, str) for each in value)


def labels(value: Any) -> bool:
    """Tell whether something is a strength for each label."""
    strengths = value.values() if isinstance(value, dict) and len(value) <= 100 else [None]
    return all(type(each) is int and 0 <= each <= 4 for each in strengths)


FITS: dict[str, Callable[[Any], bool]] = {
    "mutual_friends": whole,
    "used_minutes": whole,
    "amount": lambda value: whole(value) or spelt("[0-9]{1,12}", value),
    "spent_this_month": lambda value: whole(value) or spelt("[0-9]{1,12}", value),
    "is_new_contact": lambda value: isinstance(value, bool),
    "currency": lambda value: spelt("[A-Z]{3}", value),
    "text": lambda value: spelt(".{0,10000}", value),
    "author": lambda value: spelt(".{1,128}", value),
    "topics": topics,
    "labels": labels,
}


def fits(name: str, value: Any) -> bool:
    """Tell whether a property can be read."""
    return value in WORDS[name] if name in WORDS and isinstance(value, str) else name in FITS and FITS[name](value)


# What is asked


def a_question(dice: random.Random, cast: Cast) -> dict[str, Any]:
    """Return a question about two of the cast, often with something that cannot be read."""
    action = ACTIONS[dice.choice(list(ACTIONS))]
    me, other = dice.sample(list(cast), 2)
    places: dict[str, dict[str, Any]] = {"action": {}, "resource": {}}
    for each in action.properties:
        value = other if each.name == "author" and dice.random() < 0.7 else told(dice, each.name)
        if dice.random() < 0.06:
            value = dice.choice(GARBAGE)
        if value is not None or dice.random() < 0.02:
            places[each.of if dice.random() < 0.97 else "action"][each.name] = value
    if dice.random() < 0.1:
        places[dice.choice(["action", "resource"])][dice.choice(["x", "colour", "age"])] = dice.choice(GARBAGE)
    kind = action.resource if dice.random() < 0.96 else dice.choice(["account", "content", "feature", "parent", "x"])
    resource_id = other if action.other == "id" or dice.random() < 0.2 else "thing-1"
    return {
        "subject": {
            "type": "account" if dice.random() < 0.98 else "user",
            "id": me if dice.random() < 0.97 else "no-one",
        },
        "action": {"name": action.name if dice.random() < 0.97 else "fly.away", "properties": places["action"]},
        "resource": {"type": kind, "id": resource_id, "properties": places["resource"]},
        **({"context": {"explain": dice.random() < 0.5}} if dice.random() < 0.5 else {}),
    }


def spoilt(dice: random.Random, asked: dict[str, Any]) -> Any:
    """Return a question of which one part is gone or nonsense."""
    broken: Any = copy.deepcopy(asked)
    *way, last = dice.choice(list(ways(broken)))
    inner = broken
    for name in way:
        inner = inner[name]
    if isinstance(inner, dict) and dice.random() < 0.4:
        del inner[last]
    else:
        inner[last] = dice.choice(GARBAGE)
    return broken


def ways(value: Any, *before: Any) -> Iterator[tuple[Any, ...]]:
    """Return the way to every part of a value."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield (*before, name)
        yield from ways(inner, *before, name)


# What may be answered


def read(asked: Any, cast: Cast) -> Question | None:
    """Return what a question asks, in the words of the slow evaluator; None where that cannot be read."""
    if not isinstance(asked, dict):
        return None
    parts: list[Any] = [asked.get(part) for part in ("subject", "action", "resource")]
    if not all(isinstance(part, dict) for part in parts):
        return None
    subject, named, resource = parts
    if subject.get("type") != "account" or named.get("name") not in ACTIONS:
        return None
    action = ACTIONS[named["name"]]
    places = {"action": named.get("properties", {}), "resource": resource.get("properties", {})}
    if resource.get("type") != action.resource or not all(isinstance(each, dict) for each in places.values()):
        return None
    given = {each.name: places[each.of][each.name] for each in action.properties if each.name in places[each.of]}
    if not all(fits(name, value) for name, value in given.items()):
        return None
    other_id = {"id": resource.get("id"), "author": given.get("author")}.get(action.other)
    units = {name: int(given[name]) for name in ("amount", "spent_this_month") if name in given}
    relationship = given.get("relationship") if action.other else None
    return {
        "action": action.name,
        "me": cast.get(subject.get("id", ""), NOBODY),
        "other": cast.get(other_id) if isinstance(other_id, str) else None,
        "relationship": relationship,
        "told": {**given, **units},
        "my_id": subject.get("id", ""),
        "other_id": other_id if isinstance(other_id, str) else "",
        "unenrolled_allowed": False,
        "at": AT,
    }


NOBODY: dict[str, Any] = {"zone": "UTC", "known": False, "supervised": False}


def may_be_allowed(asked: Any, cast: Cast) -> bool:
    """Tell whether the slow evaluator would allow it."""
    if isinstance(asked, dict) and isinstance(asked.get("action"), dict) and asked["action"].get("name") in slow.HELP:
        return True
    question = read(asked, cast)
    return question is not None and slow.decided(in_plain_words(question), AT).outcome == "allow"


# Who is there


class Enrolled(Person):
    """An enrolled account with a brief of its own."""

    def __init__(self, database: Database, name: str, brief: Brief):
        self.brief = brief
        super().__init__(database, name, 15, {}, Ties())

    def at(self, seq: int, **how: Any) -> Snapshot:
        """Return the snapshot under this seq."""
        return super().at(seq, **how)._replace(brief=dump_brief(self.brief))


def a_cast() -> Cast:
    """Return people of any age, of whom much was said."""
    dice = random.Random(SEED)
    keys = sorted({key for action in ACTIONS.values() for key in action.controls})
    cast: Cast = {}
    while len(cast) < CAST:
        somebody = person(dice, dice.sample(keys, 25), AT)
        if somebody.get("known", True):
            cast[f"person-{len(cast)}"] = somebody
    return cast


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def platform(serve: Serve, store: Store, database: Database, cache: Cache, cast: Cast) -> Service:
    """Return a service that asks about the cast at one moment."""
    for name, somebody in cast.items():
        assert Enrolled(database, name, brief_for(somebody, AT)).settle(cache)
    nobody = brief_of_nobody(at=AT)

    def deciding(edge: Edge) -> Evaluator:
        rules = Rules(
            brief_of_band=lambda _: None,
            brief_of_nobody=lambda: nobody,
            citations=lambda rule: [{"rule": rule}],
            now=AT.timestamp,
            unenrolled_allowed=False,
            ties_kept_by_us=False,
        )
        return Evaluator(People(edge.reader, database.ports.teens_of), rules)

    key = database.key("decide")
    return Service(serve(database, store, deciding=deciding), key, Scenario())


def compared(platform: Service, cast: Cast, requests: int) -> Counter[str]:
    """Send generated requests, and hold every allowance against the slow evaluator; return what was compared."""
    dice, seen = random.Random(SEED), Counter[str]()
    left = requests
    while left > 0:
        asked = [a_question(dice, cast) for _ in range(min(left, dice.choice([1, 1, 2, 10, 40])))]
        asked = [spoilt(dice, each) if dice.random() < 0.15 else each for each in asked]
        left -= len(asked)
        for question, decided in answers(platform, asked, seen):
            seen["allowed" if decided else "refused"] += 1
            if decided:
                assert may_be_allowed(question, cast), question
                seen["allowed to a minor"] += is_minor(cast.get(str(at_way(question, "subject", "id"))), AT)
    return seen


def answers(platform: Service, asked: list[Any], seen: Counter[str]) -> Iterator[tuple[Any, bool]]:
    """Return each question with its decision; what is refused as a whole is no decision."""
    alone = len(asked) == 1
    answer = platform.post(EVALUATION, asked[0]) if alone else platform.post(EVALUATIONS, {"evaluations": asked})
    seen[f"status {answer.status_code}"] += 1
    assert answer.status_code in (200, 400), (answer.status_code, asked)
    if answer.status_code == 200:
        decided = [answer.json()] if alone else answer.json()["evaluations"]
        yield from zip(asked, (each["decision"] for each in decided), strict=True)


def at_way(value: Any, *way: str) -> Any:
    """Return what a way leads to, None where there is nothing."""
    for name in way:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def is_minor(somebody: dict[str, Any] | None, at: datetime) -> bool:
    """Tell whether somebody is not yet eighteen, as far as is known."""
    born: date | None = (somebody or {}).get("born")
    return born is None or born + timedelta(days=18 * 365) > at.date()


@pytest.mark.timeout(900)
def test_nothing_is_allowed_that_the_slow_evaluator_refuses(platform: Service, cast: Cast) -> None:
    seen = compared(platform, cast, REQUESTS)
    print(f"{REQUESTS} questions, all of them 10,000: {dict(seen)}")
    assert seen["allowed to a minor"] >= LEAST[0]
    assert seen["refused"] >= LEAST[1]
    assert seen["status 400"] > 0


def never(*_: Any) -> None:
    return None


def loosely(action: Any, mine: Any, theirs: Any) -> Any:
    """Read properties as if those that cannot be read had not been told."""
    try:
        return properties_as_they_are(action, mine, theirs)
    except properties.Malformed:
        return {}


properties_as_they_are = read_properties
PLANTED: list[tuple[object, str, Callable[..., Any]]] = [
    (checks.Adults, "judge", never),
    (checks.Blocks, "judge", never),
    (decisions, "read_properties", loosely),
]


@pytest.mark.parametrize(("where", "name", "bug"), PLANTED)
def test_a_planted_bug_is_found(
    where: object, name: str, bug: Callable[..., Any], platform: Service, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, name, bug)
    for action in ACTIONS.values():
        monkeypatch.delitem(action.__dict__, "judges", raising=False)
        monkeypatch.delitem(action.__dict__, "judges_upon", raising=False)
    with pytest.raises(AssertionError):
        compared(platform, cast, 1_500)


def test_every_property_has_a_rule_and_every_label_is_one() -> None:
    names = {each.name for action in ACTIONS.values() for each in action.properties}
    assert names == WORDS.keys() | FITS.keys()
    assert not any(fits(name, value) for name in names for value in (object(), None, -1))
    assert fits("labels", dict.fromkeys(LABELS, 4))
