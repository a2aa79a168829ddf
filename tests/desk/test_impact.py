"""What a policy changes for stored accounts: the same as for each of them by itself, by one process or by several."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from accounts.models import Account
from controls.desk.assessing import Assessor, Change, age_of, value_changes
from controls.desk.differing import admission_moves, diff
from controls.desk.impact import Impact, assess, moments_of, only_reading, ranges
from controls.desk.policies import Policy, present_policy
from controls.desk.progress import Progress
from controls.gather import gather
from controls.laws.admission import admitted
from controls.laws.demands import Status
from controls.laws.law import Posture
from controls.models import Choice, Release, Setting
from controls.policy.facts import Birth, World
from controls.policy.packs import MayLoosen
from controls.policy.resolve import resolve
from controls.policy.stages import stage_at
from ledger.models import Event, Teen
from tests.builders import DAY, a_parent, a_teen, chooses, minutes, paired, sets
from tests.commands import called
from tests.desk.policies import AT, LOOSER, loosened_by, with_default, with_next, with_rules, with_texts
from tests.servers import ROOT, Servers

FAR = AT + timedelta(days=900)
PLACES = {
    "GB": "Europe/London",
    "FR": "Europe/Paris",
    "US-AR": "America/Chicago",
    "AU": "Australia/Sydney",
    "ZZ": "X/Y",
}


def some_teens(count: int, seed: int = 1) -> None:
    """Store families of many kinds, and let some of them speak."""
    chance = random.Random(seed)
    paula, pierre = a_parent(), a_parent("pierre")
    for number in range(count):
        tess = a_teen(chance.choice([13, 14, 15, 16, 17, 30, None]), name=f"tess-{number}")
        place = chance.choice(list(PLACES))
        Account.objects.filter(pk=tess.pk).update(place=place, time_zone=PLACES[place], grew_up_here=number % 2 == 0)
        if number % 3 == 0 and number % 7:
            pairing = paired(tess, chance.choice([paula, pierre]), verified=chance.random() < 0.7)
            sets(pairing, {"comment.who": chance.choice(["nobody", "friends"]), "time.daily_minutes": minutes(60)})
        if number % 4 == 0:
            Choice.objects.create(
                account=tess, key="comment.who", value=chance.choice(["nobody", "followers", "what"]), said_at=AT,
                until=chance.choice([None, AT + timedelta(days=1)]), band=chance.choice(["13-15", "16-17", "18+"]),
            )  # fmt: skip


def policies() -> dict[str, Policy]:
    """Return policies that differ from what is here in many ways."""
    statuses = frozenset({Status.ENACTED_PENDING, Status.ENJOINED, Status.PARTIALLY_ENJOINED})
    edits = {
        ("13-15", "comment.who"): with_default("nobody"),
        ("16-17", "comment.who"): loosened_by(MayLoosen.TEEN),
        ("16-17", "account.visibility"): with_default("public"),
        ("18+", "mention.who"): with_default("friends"),
    }
    return {
        "posture": with_texts("wide", present_policy().texts, Posture(statuses)),
        "next": with_next("comment.who", LOOSER),
        "edited": with_rules(edits),
    }


def assessed(new: Policy, *, processes: int = 1, sample: int = 2, size: int = 7) -> Impact:
    """Return the impact of a policy on everybody who is stored."""
    old = present_policy()
    moments = moments_of(diff(old, new, AT))
    every = list(ranges(size))
    return assess(Assessor(old, new, moments), every, sample=sample, processes=processes, tell=lambda _: None)


def one_by_one(new: Policy, moments: Any) -> Counter[Change]:
    """Count the same by resolving each account whole, under each policy, at each moment."""
    old = present_policy()
    counts: Counter[Change] = Counter()
    for pk in Account.objects.values_list("pk", flat=True):
        person = gather(pk)
        assert person is not None
        world, found = person.world, set()
        for at in moments:
            tie = person.tie_at(at)
            packs = [each.pack_for(world.place, world.time_zone, at) for each in (old, new)]
            values = [resolve(world, pack, at).values for pack in packs]
            found |= {each for key in values[0] for each in value_changes(values[0][key], values[1][key])}
            before, after = (
                admitted(each.laws, world, tie, each.posture, each.baseline_at(at).bands, at) for each in (old, new)
            )
            found |= {Change(*key, moved[2]) for key, moved in admission_moves(before, after, tie).items()}
        counts.update(found)
    return counts


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["posture", "next", "edited"])
def test_it_agrees_with_resolving_each_by_itself(name: str) -> None:
    some_teens(90)
    new = policies()[name]
    impact = assessed(new)
    assert impact.assessed == 90
    assert impact.changed > 0
    assert impact.counts == dict(one_by_one(new, impact.moments))
    assert all(0 < len(impact.samples[change]) <= 2 for change in impact.counts)


WHO, OTHER = "comment.who", "content.search"
# What is said of people who are alike in everything else: by paula and pierre (verified or not) of a control, with its
# end; and a choice with its band.
TWINS: dict[str, tuple[list[tuple[str, bool, str, str, timedelta | None]], tuple[str, str] | None]] = {
    "verified": ([("paula", True, WHO, "followers", None), ("pierre", False, OTHER, "safe", None)], None),
    "unverified": ([("paula", False, WHO, "followers", None), ("pierre", True, OTHER, "safe", None)], None),
    "two say it": ([("paula", True, WHO, "nobody", None), ("pierre", True, WHO, "followers", DAY)], None),
    "one says it": ([("paula", True, WHO, "nobody", None), ("paula", True, WHO, "followers", DAY)], None),
    "until yesterday": ([("paula", True, WHO, "nobody", -DAY)], None),
    "a choice": ([], ("followers", "13-15")),
    "an old choice": ([], ("followers", "16-17")),
    "a choice and a word": ([("paula", True, WHO, "followers", None)], ("followers", "13-15")),
    "a choice that nobody can read": ([], ("what", "13-15")),
    "nothing": ([], None),
}


def twins(age: int) -> None:
    """Store people who are alike in everything but what was said."""
    parents = {name: a_parent(f"{name}-{age}") for name in ("paula", "pierre")}
    for number, (said, choice) in enumerate(TWINS.values()):
        tess = a_teen(age, name=f"twin-{age}-{number}")
        proofs = {name: verified for name, verified, *_ in said}
        by = {name: paired(tess, parents[name], verified=verified) for name, verified in proofs.items()}
        for name, _, key, value, until in said:
            ends = AT + until if until else None
            Setting.objects.create(pairing=by[name], key=key, value=value, said_at=AT, until=ends)
        if choice:
            Choice.objects.create(account=tess, key=WHO, value=choice[0], band=choice[1], said_at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize("who", list(MayLoosen))
def test_those_who_are_nearly_alike_are_told_apart(who: MayLoosen) -> None:
    for age in (14, 20):
        twins(age)
    edits = {(band, "comment.who"): with_default("nobody") for band in ("13-15", "16-17")}
    both = with_rules({**edits, ("13-15", "comment.who"): loosened_by(who), ("18+", "comment.who"): loosened_by(who)})
    for new in (with_rules(edits), both):
        impact = assessed(new, size=100)
        assert impact.counts == dict(one_by_one(new, impact.moments))


@pytest.mark.django_db
def test_a_word_decides_what_changes_for_whom() -> None:
    tess, teresa = a_teen(15), a_teen(15, name="teresa")
    sets(paired(tess, a_parent()), {"comment.who": "nobody"})
    chooses(teresa, "comment.who", "nobody")
    impact = assessed(with_rules({("13-15", "comment.who"): loosened_by(MayLoosen.EITHER)}), sample=5)
    assert impact.counts == {
        Change("comment.who", "may_loosen", "looser"): 2,
        Change("comment.who", "reachable", "looser"): 1,
    }
    assert impact.samples[Change("comment.who", "reachable", "looser")] == [str(teresa.pk)]
    assert (impact.assessed, impact.changed, impact.loosened) == (2, 2, 2)


@pytest.mark.django_db
def test_a_pack_to_come_is_assessed_at_the_moment_when_it_has_begun_everywhere() -> None:
    a_teen(15, place="US-CA")
    impact = assessed(with_next("comment.who", LOOSER))
    assert [each.date().isoformat() for each in impact.moments] == ["2026-12-01", "2027-03-01"]
    assert Change("comment.who", "may_loosen", "looser") in impact.counts


@pytest.mark.django_db
def test_an_impact_that_misses_who_may_loosen_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    some_teens(20)
    missing = lambda *pair: (each for each in value_changes(*pair) if each.aspect != "may_loosen")  # noqa: E731 - planted
    monkeypatch.setattr("controls.desk.assessing.value_changes", missing)
    new = policies()["edited"]
    impact = assessed(new)
    assert impact.counts != dict(one_by_one(new, impact.moments))


@pytest.mark.parametrize("zone", ["Europe/London", "America/Havana", "Pacific/Apia", "X/Y"])
def test_ages_are_those_of_the_core(zone: str) -> None:
    pack = present_policy().baselines[0]
    for hours in range(0, 24 * 380, 5):
        at = AT + timedelta(hours=hours)
        world = World(Birth((AT - timedelta(days=365 * 16)).date()), "GB", zone)
        age, band = age_of(world, at), stage_at(world, pack, at).band
        assert age is not None
        assert band.from_age <= age < (band.until_age or 999), (at, age)


@pytest.mark.django_db
def test_what_is_read_cannot_be_written() -> None:
    a_teen()
    with only_reading():
        assert Account.objects.count() == 1


def test_reading_is_a_transaction_that_cannot_write(committed: None) -> None:
    a_teen()
    with pytest.raises(DatabaseError, match="read-only transaction"), only_reading():
        Teen.objects.update(seq=7)


def test_several_processes_find_what_one_does_and_say_how_far_they_are(committed: None) -> None:
    some_teens(40)
    new = policies()["edited"]
    assert assessed(new, processes=2) == assessed(new, processes=1)
    stream = io.StringIO()
    progress = Progress("accounts", 40, stream, every=0)
    old = present_policy()
    assess(Assessor(old, new, [AT]), list(ranges(10)), sample=0, processes=2, tell=progress.advance)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("10 of 40 accounts (25 %), ")
    assert lines[0].endswith(" s left")
    assert lines[-1].startswith("40 accounts in ")


def test_the_command_says_whom_a_policy_touches(committed: None, tmp_path: Any, capsys: Any) -> None:
    tess = a_teen(15)
    (tmp_path / "places").mkdir()
    for name, text in with_next("comment.who", LOOSER).texts.items():
        (tmp_path / name).write_text(text)
    words = ("policy", "impact", "--old", "present", "--new", str(tmp_path), "--processes", "1")
    told = json.loads(called(*words, "--json"))
    assert (told["assessed"], told["changed"], told["loosened"]) == (1, 1, 1)
    assert {each["aspect"] for each in told["changes"]} == {"may_loosen", "reachable"}
    assert all(each["sample"] == [str(tess.pk)] for each in told["changes"])
    assert "  looser   comment.who may_loosen: 1" in called(*words).splitlines()
    assert "1 accounts in " in capsys.readouterr().err


def test_killed_half_way_it_leaves_neither_rows_nor_processes(committed: None, servers: Servers) -> None:
    some_teens(12)
    env = os.environ | servers.environment("committed", servers.redis)
    code = (
        "import django, time; django.setup()\n"
        "from controls.desk import asking, assessing, releasing\n"
        "asking.ranges.__defaults__ = (1,)\n"
        "slow = assessing.Assessor.changes\n"
        "assessing.Assessor.changes = lambda self, person: (print('at', flush=True), time.sleep(30))\n"
        "from tests.desk.policies import *\n"
        "from tests.desk.test_release import first_version\n"
        "first_version(AT)\n"
        "import controls.desk.asking as a, sys\n"
        "a.present_policy = lambda: with_next('comment.who', LOOSER)\n"
        "a.case_of(None, AT, sys.stderr, sample=1, processes=2)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "at\n"
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    # The pipe ends when the last child has ended as well.
    began = time.monotonic()
    process.stdout.read()
    assert time.monotonic() - began < 10
    assert (Release.objects.count(), Event.objects.filter(kind="pack.proposed").count()) == (1, 1)
