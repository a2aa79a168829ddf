"""A36 of many stored teens and of real processes: nothing that loosens is served before two others have said so."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Generator
from datetime import timedelta

import pytest
from django.db import connections

from accounts.models import User
from bench._impact import fill
from controls.desk import serving
from controls.desk.assessing import Assessor
from controls.desk.differing import diff
from controls.desk.impact import assess, moments_of, ranges
from controls.desk.policies import present_policy
from controls.desk.releasing import Refused, approve, newest, propose
from controls.models import Release
from controls.packs import forget
from family_pairing.embedded import OWNER
from tests.builders import sam
from tests.counts import either
from tests.desk.policies import AT, STRICTER, with_next
from tests.desk.test_impact import policies
from tests.desk.test_release import case, first_version, seth, sue
from tests.servers import ROOT, Servers


@pytest.fixture(autouse=True)
def anew() -> Generator[None, None, None]:
    """Compare anew in each test, and leave no posture behind."""
    serving._compared.cache_clear()
    yield
    serving._compared.cache_clear()
    forget()


def run(servers: Servers, posture: str, *words: str) -> tuple[int, str]:
    """Run a command as an installation of a posture does; returns its exit code and what it says."""
    env = os.environ | servers.environment("committed", servers.redis) | {"POLICY_POSTURE": posture}
    if words[0] == "migrate":
        env["DATABASE_URL"] = servers.postgres.url(OWNER, "committed")
    command = [sys.executable, "-W", "ignore", "manage.py", *words]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_a_deploy_that_loosens_is_refused_until_two_others_approve(
    committed: None, servers: Servers, settings: object
) -> None:
    wide, narrow = "include_enjoined", "in_force_only"
    settings.POLICY_POSTURE = [wide]  # type: ignore[attr-defined]  # Django's settings are what the variables say
    forget()
    first_version()
    assert run(servers, wide, "check")[0] == 0
    for words in (("migrate", "--no-input"), ("check",), ("sweep",)):
        code, told = run(servers, narrow, *words)
        assert code != 0, words
        assert "looser than the newest version" in told or "controls.E003" in told
    settings.POLICY_POSTURE = [narrow]  # type: ignore[attr-defined]  # as above
    forget()
    proposal = propose(case(present_policy()), "Narrower.", by=User.objects.get(), at=AT)
    approve(proposal, by=sue(), at=AT)
    assert run(servers, narrow, "check")[0] != 0
    approve(proposal, by=seth(), at=AT)
    assert run(servers, narrow, "check")[0] == run(servers, narrow, "migrate", "--no-input")[0] == 0
    code, told = run(servers, wide, "check")
    assert (code, "controls.W002" in told) == (0, True)


def test_versions_only_rise_when_several_release_at_once(committed: None) -> None:
    first_version()
    by = sue()
    cases = [case(with_next("comment.who", STRICTER, name=str(day), at=f"2027-03-0{day}")) for day in range(1, 6)]
    outcomes: list[str] = []

    def release(number: int) -> None:
        try:
            outcomes.append(str(propose(cases[number], "At once.", by=by, at=AT).release))
        except Refused as refused:
            outcomes.append(str(refused))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=release, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[:1] == ["version 2"]
    assert all("version 2 is the newest now" in each for each in sorted(outcomes)[1:])
    assert list(Release.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert newest() == Release.objects.get(number=2)


@pytest.mark.timeout(600)
def test_of_many_teens_none_is_loosened_by_what_compares_as_stricter(committed: None) -> None:
    sam()
    fill(either(full=100_000, reduced=1_500))
    here, every = present_policy(), list(ranges())
    for new in policies().values():
        for old, then in ((here, new), (new, here)):
            found = diff(old, then, AT)
            assessor = Assessor(old, then, [*moments_of(found), AT + timedelta(days=800)])
            impact = assess(assessor, every, sample=2, processes=2, tell=lambda _: None)
            assert impact.assessed == sum(each.size for each in every)
            assert impact.changed > 0
            assert found.loosening or impact.loosened == 0
            # Here each way of each pair touches somebody, so a loosening is seen by both.
            assert bool(found.loosening) == bool(impact.loosened), (old.name, then.name)
