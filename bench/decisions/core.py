"""One decision in process, beside cedarpy and casbin: `python -m bench decisions core`.

Three questions with their reasons: a direct message between two teens who are friends, a video with three labels, the
private profile of a teen for a stranger. Everybody has the same policy: who, types of messages, adults, blocks, pause,
hours, severities label by label, visibility. What may be parsed before is parsed before: briefs and cases here, the
policies and the entities of cedar, the model of casbin. The others know no hours, so they are told whether it is one;
ours works it out. All candidates take turns, because a figure alone says more about the machine than about us.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any, Final

import casbin
import cedarpy

from controls.decisions.actions import ACTIONS, read_properties
from controls.decisions.briefs import Brief, brief_of
from controls.decisions.decide import Case, decide
from controls.decisions.words import Outcome, Relationship
from controls.packs import baseline_at
from controls.policy.facts import Birth, Chosen, World
from controls.policy.resolve import resolve

AT: Final = datetime(2027, 6, 15, 12, tzinfo=UTC)
LABELS: Final = {"violence": 2, "profanity": 2, "drugs": 1}
MESSAGE, CONTENT, PROFILE = "message between two teens", "content with three labels", "profile by a stranger"
EXPECTED: Final = {MESSAGE: True, CONTENT: True, PROFILE: False}
OURS: Final = "family pairing"
Ask = Callable[[], bool]


def brief(birth: int) -> Brief:
    """Return a teen who chose to write with friends."""
    born = datetime(birth, 1, 15, tzinfo=UTC).date()
    chosen = (Chosen("dm.who_can_send", "friends", None, "16-17"),)
    world = World(Birth(born), "FR", "Europe/Paris", choices=chosen)
    return brief_of(resolve(world, baseline_at(AT), AT), adult=False, version="1.42.1795392000")


def ours() -> dict[str, Ask]:
    """Return how we are asked."""
    tess, tom = brief(2010), brief(2011)
    asked: dict[str, tuple[str, Brief | None, Relationship | None, dict[str, Any], dict[str, Any]]] = {
        MESSAGE: ("message.send", tom, Relationship.FRIEND, {"content_type": "text"}, {"is_new_contact": False}),
        CONTENT: (
            "content.view",
            None,
            None,
            {},
            {"labels": LABELS, "level": "teen", "topics": ["music"], "author": "x"},
        ),
        PROFILE: ("profile.view", tom, Relationship.NONE, {}, {}),
    }
    questions: dict[str, Ask] = {}
    for name, (action, other, tie, told, of_resource) in asked.items():
        table = ACTIONS[action]
        case = Case(table, tess, other, tie, read_properties(table, told, of_resource), AT, "tess", "tom")
        questions[name] = lambda case=case: decide(case).outcome is Outcome.ALLOW  # type: ignore[misc]  # bound at once
    return questions


# The others

VALUES: Final[Mapping[str, Any]] = {
    "dm": "friends",
    "media": "text",
    "adults": "friends_only",
    "visibility": "private",
    "adult": False,
    "paused": False,
    "level": "teen",
    "labels": {"violence": 2, "profanity": 3, "drugs": 2},
}
CEDAR: Final = """
@id("message") permit (principal, action == Action::"message.send", resource)
  when { context.relationship == "friend" && context.content_type == "text" };
@id("dm_mine") forbid (principal, action == Action::"message.send", resource)
  unless { principal.dm == "everyone" || (principal.dm == "friends" && context.relationship == "friend") };
@id("dm_theirs") forbid (principal, action == Action::"message.send", resource)
  unless { resource.dm == "everyone" || (resource.dm == "friends" && context.relationship == "friend") };
@id("media") forbid (principal, action == Action::"message.send", resource)
  when { context.content_type != "text" && (principal.media == "text" || resource.media == "text") };
@id("adults_mine") forbid (principal, action == Action::"message.send", resource)
  when { resource.adult && principal.adults != "allowed" && context.relationship != "friend" };
@id("adults_theirs") forbid (principal, action == Action::"message.send", resource)
  when { principal.adult && resource.adults != "allowed" && context.relationship != "friend" };
@id("blocked") forbid (principal, action in [Action::"message.send", Action::"profile.view"], resource)
  when { principal.blocked.contains(resource) || resource.blocked.contains(principal) };
@id("hours") forbid (principal, action, resource) when { principal.paused || context.away || context.bedtime };
@id("content") permit (principal, action == Action::"content.view", resource)
  when { resource.violence <= principal.violence && resource.profanity <= principal.profanity
         && resource.drugs <= principal.drugs && resource.level <= principal.level };
@id("profile") permit (principal, action == Action::"profile.view", resource)
  when { resource.visibility == "public" || context.relationship == "follows" || context.relationship == "friend" };
"""


def cedar() -> dict[str, Ask]:
    """Return how cedar is asked: policies and entities are parsed once, and the reasons come with each answer."""
    flat = (
        {key: value for key, value in VALUES.items() if key != "labels"}
        | VALUES["labels"]
        | {"level": 1, "blocked": []}
    )
    people = [{"uid": {"type": "Account", "id": name}, "attrs": flat, "parents": []} for name in ("tess", "tom")]
    video = {"uid": {"type": "Content", "id": "v"}, "attrs": {**LABELS, "level": 1}, "parents": []}
    entities = cedarpy.Entities.from_json_str(json.dumps([*people, video]))
    policies = cedarpy.PolicySet.from_str(CEDAR)
    hours = {"away": False, "bedtime": False}

    def ask(action: str, resource: str, **context: Any) -> Ask:
        request = {
            "principal": 'Account::"tess"',
            "action": f'Action::"{action}"',
            "resource": resource,
            "context": {**hours, **context},
        }

        def asked() -> bool:
            result = cedarpy.is_authorized(request, policies, entities)
            return bool(result.allowed) and bool(result.diagnostics.reasons)

        return asked

    return {
        MESSAGE: ask("message.send", 'Account::"tom"', relationship="friend", content_type="text"),
        CONTENT: ask("content.view", 'Content::"v"'),
        PROFILE: ask("profile.view", 'Account::"tom"', relationship="none"),
    }


# One rule for each action, its conditions in the matcher: rules that are evaluated one by one take far longer.
MODEL: Final = """
[request_definition]
r = sub, obj, act, ctx

[policy_definition]
p = act, eft

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.act == p.act && not r.sub.paused && not r.ctx.away && not r.ctx.bedtime && {matcher}
"""
MATCHERS: Final = {
    "message.send": (
        "r.ctx.relationship == 'friend' && r.ctx.content_type == 'text'"
        " && (r.sub.dm == 'everyone' || (r.sub.dm == 'friends' && r.ctx.relationship == 'friend'))"
        " && (r.obj.dm == 'everyone' || (r.obj.dm == 'friends' && r.ctx.relationship == 'friend'))"
        " && (r.ctx.content_type == 'text' || (r.sub.media != 'text' && r.obj.media != 'text'))"
        " && (not r.obj.adult || r.sub.adults == 'allowed' || r.ctx.relationship == 'friend')"
        " && (not r.sub.adult || r.obj.adults == 'allowed' || r.ctx.relationship == 'friend')"
        " && not (r.obj.id in r.sub.blocked || r.sub.id in r.obj.blocked)"
    ),
    "content.view": " && ".join(f"r.obj.{name} <= r.sub.{name}" for name in (*LABELS, "level")),
    "profile.view": (
        "(r.obj.visibility == 'public' || r.ctx.relationship in ('follows', 'friend'))"
        " && not (r.obj.id in r.sub.blocked || r.sub.id in r.obj.blocked)"
    ),
}


def pycasbin() -> dict[str, Ask]:
    """Return how casbin is asked: `enforce_ex` gives the rule that decided."""
    enforcers = {}
    for action, matcher in MATCHERS.items():
        enforcers[action] = casbin.Enforcer(casbin.Enforcer.new_model(text=MODEL.format(matcher=matcher)))
        enforcers[action].add_policy(action, "allow")
    flat = {key: value for key, value in VALUES.items() if key != "labels"} | VALUES["labels"]
    tess, tom = (SimpleNamespace(**{**flat, "level": 1, "blocked": [], "id": name}) for name in ("tess", "tom"))
    video = SimpleNamespace(**LABELS, level=1)

    def ask(obj: Any, action: str, **context: Any) -> Ask:
        enforcer, told = enforcers[action], SimpleNamespace(away=False, bedtime=False, **context)

        def asked() -> bool:
            allowed, _ = enforcer.enforce_ex(tess, obj, action, told)
            return bool(allowed)

        return asked

    return {
        MESSAGE: ask(tom, "message.send", relationship="friend", content_type="text"),
        CONTENT: ask(video, "content.view"),
        PROFILE: ask(tom, "profile.view", relationship="none"),
    }


CANDIDATES: Final[Mapping[str, Callable[[], dict[str, Ask]]]] = {OURS: ours, "cedarpy": cedar, "casbin": pycasbin}


def timed(ask: Ask, times: int) -> float:
    """Return the microseconds of processor time that one answer takes."""
    began = time.process_time()
    for _ in range(times):
        ask()
    return (time.process_time() - began) / times * 1e6


def measure(rounds: int, times: int) -> dict[str, dict[str, list[float]]]:
    """Let the candidates take turns; returns the microseconds of each round, by question and candidate.

    Raises LookupError when one of them answers something else than is expected.
    """
    asked = {name: candidate() for name, candidate in CANDIDATES.items()}
    for question, expected in EXPECTED.items():
        wrong = [name for name in asked if asked[name][question]() is not expected]
        if wrong:
            raise LookupError(f"{question} is answered otherwise by {', '.join(wrong)}")
    done: dict[str, dict[str, list[float]]] = {question: {name: [] for name in asked} for question in EXPECTED}
    for _ in range(rounds):
        for question, by_candidate in done.items():
            for name, took in by_candidate.items():
                took.append(timed(asked[name][question], times if name == OURS else times // 10))
    return done


def main(arguments: list[str]) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench decisions core", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=20_000)
    options = parser.parse_args(arguments)
    versions = [f"{name} {version(name)}" for name in CANDIDATES if name != OURS]
    lines = [
        f"Python {platform.python_version()}, {', '.join(versions)}; medians of {options.rounds}, reasons on, CPU time",
        "",
        f"{'':28}" + "".join(f"{name:>16}" for name in CANDIDATES) + f"{'of the faster':>16}",
    ]
    for question, by_candidate in measure(options.rounds, options.times).items():
        medians = {name: statistics.median(took) for name, took in by_candidate.items()}
        faster = min((name for name in medians if name != OURS), key=medians.__getitem__)
        # Within each round: what slows the machine down slows both.
        ratio = statistics.median(
            theirs / mine for theirs, mine in zip(by_candidate[faster], by_candidate[OURS], strict=True)
        )
        lines.append(f"{question:28}" + "".join(f"{each:>13.1f} µs" for each in medians.values()) + f"{ratio:>15.1f}×")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
