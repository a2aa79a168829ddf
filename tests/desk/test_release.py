"""A policy becomes a version: by one operator, and where it loosens by the word of two others."""

from __future__ import annotations

import io
import json
from collections.abc import Generator, Mapping
from datetime import datetime
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from controls.checks import policy_is_released, policy_was_released
from controls.desk import asking, releasing, serving
from controls.desk.asking import case_of
from controls.desk.assessing import Assessor
from controls.desk.differing import diff
from controls.desk.impact import assess, moments_of, ranges
from controls.desk.policies import Policy, present_policy
from controls.desk.releasing import Case, Refused, approve, newest, policy_of_version, propose
from controls.models import Approval, PolicyFile, Proposal, Release
from controls.packs import forget
from controls.policy.packs import MayLoosen
from ledger.models import Event
from tests.builders import PASSWORD, a_parent, a_person, a_teen, sam
from tests.commands import called
from tests.core.worlds import whole_values
from tests.counts import either
from tests.desk.policies import AT, LOOSER, STRICTER, loosened_by, with_default, with_next, with_rules, with_texts

KINDS = ("pack.proposed", "pack.approved", "pack.released")


@pytest.fixture(autouse=True)
def anew() -> Generator[None, None, None]:
    """Compare anew in each test: numbers of versions begin again."""
    serving._compared.cache_clear()
    yield
    serving._compared.cache_clear()


def sue(*, password: str | None = None) -> User:
    return a_person("sue", is_staff=True, password=password)


def seth(*, password: str | None = None) -> User:
    return a_person("seth", is_staff=True, password=password)


def first_version(at: datetime = AT) -> Release:
    """Release what is here."""
    by = User.objects.filter(is_staff=True).first() or sam()
    return propose(Case(present_policy(), None, None, None), "The first.", by=by, at=at).release


def case(policy: Policy, *, rolls_back_to: int | None = None) -> Case:
    """Return everything about a policy that is to follow the newest version."""
    last = newest()
    assert last is not None
    old = policy_of_version(last.number)
    found = diff(old, policy, AT)
    assessor = Assessor(old, policy, moments_of(found))
    impact = assess(assessor, list(ranges()), sample=1, processes=1, tell=lambda _: None)
    return Case(policy, last.number, found, impact, rolls_back_to)


def events() -> list[str]:
    return list(Event.objects.filter(kind__in=KINDS).order_by("pk").values_list("kind", flat=True))


def serve(monkeypatch: pytest.MonkeyPatch, policy: Policy) -> None:
    """Let a policy be what is here."""
    for module in (asking, serving):
        monkeypatch.setattr(module, "present_policy", lambda: policy)


@pytest.mark.django_db
def test_the_first_version_needs_nobody_else_and_can_be_read_for_ever() -> None:
    release = first_version()
    assert (release.number, release.loosens, release.approved_by) == (1, False, None)
    stored = policy_of_version(1)
    assert (stored.digest, stored.texts) == (present_policy().digest, present_policy().texts)
    assert PolicyFile.objects.count() == len(present_policy().texts)
    assert events() == ["pack.proposed", "pack.released"]
    with pytest.raises(Refused, match="there is no version 2"):
        policy_of_version(2)


@pytest.mark.django_db
def test_what_is_only_stricter_is_released_at_once() -> None:
    first_version()
    release = propose(case(with_next("comment.who", STRICTER)), "Stricter.", by=sue(), at=AT).release
    assert (release.number, release.proposal.follows, release.loosens) == (2, 1, False)
    assert release.proposal.differs == {"laws": 0, "stricter": 73}


@pytest.mark.django_db
def test_what_loosens_waits_for_two_other_operators() -> None:
    a_teen(15)
    first_version()
    ours, other, third = User.objects.get(), sue(), seth()
    proposal = propose(case(with_next("comment.who", LOOSER)), "Looser.", by=ours, at=AT)
    assert (proposal.loosens, proposal.impact["loosened"], newest().number) == (True, 1, 1)  # type: ignore[union-attr]  # the first
    with pytest.raises(Refused, match="nobody approves the own proposal"):
        approve(proposal, by=ours, at=AT)
    approve(proposal, by=other, at=AT)
    approve(proposal, by=other, at=AT)
    assert (Approval.objects.count(), Release.objects.count()) == (1, 1)
    approve(proposal, by=third, at=AT)
    release = Release.objects.get(number=2)
    assert (release.proposed_by, release.approved_by, release.seconded_by) == (ours, other, third)
    assert events()[2:] == ["pack.proposed", "pack.approved", "pack.approved", "pack.released"]
    with pytest.raises(Refused, match="is released already"):
        approve(proposal, by=third, at=AT)


@pytest.mark.django_db
def test_a_release_that_counts_one_operator_twice_would_be_refused_by_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first_version()
    proposal = propose(case(with_next("comment.who", LOOSER)), "Looser.", by=User.objects.get(), at=AT)
    other = sue()
    for planted in ([other, other], [other, proposal.by], [proposal.by, proposal.by], [other], []):
        with pytest.raises(IntegrityError), transaction.atomic():
            releasing._release(proposal, planted, at=AT)
    monkeypatch.setattr(releasing, "operators_of", lambda _: [other, other])
    with pytest.raises(IntegrityError, match="three_different_people_loosen"), transaction.atomic():
        approve(proposal, by=other, at=AT)
    assert Release.objects.count() == 1


@pytest.mark.django_db
def test_only_operators_propose_and_approve_and_who_left_does_not_count() -> None:
    first_version()
    paula, other, third = a_parent(), sue(), seth()
    loose = case(with_next("comment.who", LOOSER))
    with pytest.raises(Refused, match=r"controls.add_proposal"):
        propose(loose, "Mine.", by=paula, at=AT)
    proposal = propose(loose, "Looser.", by=User.objects.get(email__startswith="sam"), at=AT)
    with pytest.raises(Refused, match=r"controls.add_approval"):
        approve(proposal, by=paula, at=AT)
    approve(proposal, by=other, at=AT)
    User.objects.filter(pk=other.pk).update(is_active=False)
    approve(proposal, by=third, at=AT)
    assert Release.objects.count() == 1


@pytest.mark.django_db
def test_a_proposal_that_no_longer_follows_the_newest_version_is_made_anew() -> None:
    first_version()
    other, third = sue(), seth()
    old = case(with_next("comment.who", LOOSER))
    proposal = propose(old, "Looser.", by=other, at=AT)
    propose(case(with_next("comment.who", STRICTER)), "Stricter.", by=third, at=AT)
    with pytest.raises(Refused, match="version 2 is the newest now"):
        approve(proposal, by=third, at=AT)
    with pytest.raises(Refused, match="version 2 is the newest now"):
        propose(old, "Again.", by=other, at=AT)


@pytest.mark.django_db
def test_rolling_back_is_a_new_version_under_the_same_rule() -> None:
    first_version()
    ours, other, third = User.objects.get(), sue(), seth()
    propose(case(with_next("comment.who", STRICTER)), "Stricter.", by=ours, at=AT)
    back = propose(case(policy_of_version(1), rolls_back_to=1), "Back.", by=ours, at=AT)
    assert (back.loosens, Release.objects.count()) == (True, 2)
    for by in (other, third):
        approve(back, by=by, at=AT)
    forth = propose(case(policy_of_version(2), rolls_back_to=2), "Forth.", by=ours, at=AT)
    numbers = list(Release.objects.order_by("at", "number").values_list("number", "proposal__rolls_back_to"))
    assert numbers == [(1, None), (2, None), (3, 1), (4, 2)]
    assert (forth.digest, forth.loosens) == (policy_of_version(2).digest, False)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["controls_policyfile", "controls_proposal", "controls_approval", "controls_release"])
def test_a_version_cannot_be_changed_or_removed(table: str) -> None:
    first_version()
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {'text' if 'file' in table else 'at'} = NULL"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            execute(statement)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


EDITS = ("comment.who", "time.daily_minutes", "purchase.policy", "content.labels")


@st.composite
def edits(draw: st.DrawFn) -> Mapping[tuple[str, str], Any]:
    """Draw changes of some rules in some bands."""
    found = {}
    for key in draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=3)):
        kind = present_policy().baselines[0].rule(key, "13-15").control.kind
        edit = st.sampled_from(MayLoosen).map(loosened_by) | whole_values(kind).map(with_default)
        found[draw(st.sampled_from(["13-15", "16-17"])), key] = draw(edit)
    return found


@pytest.mark.django_db
@pytest.mark.timeout(900)
@settings(max_examples=either(full=300, reduced=25), deadline=None, suppress_health_check=list(HealthCheck))
@given(edits())
def test_nothing_loosens_anybody_without_approval(changed: Mapping[tuple[str, str], Any]) -> None:
    with transaction.atomic():
        if not Release.objects.exists():
            first_version()
            for age in (13, 14, 16, 17):
                a_teen(age, name=f"tess-{age}")
    new = with_rules(changed)
    found = case(new)
    assert found.impact is not None
    assert found.diff is not None
    # What says nothing looser loosens nobody, so no teen is loosened whom the comparison missed.
    assert found.diff.loosening or not found.impact.loosened
    with transaction.atomic():
        before = newest()
        proposal = propose(found, "Drawn.", by=User.objects.get(), at=AT)
        released = Release.objects.filter(proposal=proposal).exists()
        assert released == (not found.diff.loosening)
        assert newest().number == before.number + released  # type: ignore[union-attr]  # there is a first one
        transaction.set_rollback(True)


# What is served


@pytest.mark.django_db
def test_what_is_served_is_compared_with_what_was_released(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    assert policy_is_released() == []
    assert [each.id for each in policy_was_released()] == ["controls.W003"]
    first_version()
    assert policy_is_released() == policy_was_released() == []
    assert client.get("/readyz").json() == {"ready": True}
    serve(monkeypatch, with_next("comment.who", STRICTER))
    assert [each.id for each in policy_is_released()] == ["controls.W002"]
    assert client.get("/readyz").json() == {"ready": True, "policy": "not the newest version, and nowhere looser"}
    serve(monkeypatch, with_next("comment.who", LOOSER))
    assert [each.id for each in policy_is_released()] == ["controls.E003"]
    assert policy_is_released(databases=["default"]) == []
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "missing": "policy"})


@pytest.mark.django_db
def test_a_posture_that_is_narrower_than_the_released_one_is_not_served(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.POLICY_POSTURE = ["include_enjoined"]
    forget()
    first_version()
    settings.POLICY_POSTURE = ["in_force_only"]
    forget()
    assert [each.id for each in policy_is_released()] == ["controls.E003"]


# The command


def typed(monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))


def said(monkeypatch: pytest.MonkeyPatch, *words: str, password: str = PASSWORD) -> str:
    """Return what the command says to somebody who types this password."""
    typed(monkeypatch, password)
    return called("policy", "release", *words)


@pytest.mark.django_db
def test_the_command_releases_and_asks_for_approvals(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sam", "sue", "seth"):
        a_person(name, is_staff=True, password=PASSWORD)
    a_teen(15)
    by = ("--processes", "1", "--why", "Because.", "--by")
    assert "would be released" in said(monkeypatch, "--dry-run")
    assert Release.objects.count() == 0
    assert said(monkeypatch, *by, "sam@family.example").endswith("released as version 1")
    with pytest.raises(CommandError, match="version 1 is this very policy"):
        said(monkeypatch, *by, "sam@family.example")
    serve(monkeypatch, with_next("comment.who", LOOSER))
    assert said(monkeypatch, "--processes", "1", "--dry-run").endswith("would need two approvals")
    with pytest.raises(CommandError, match=r"not released: it loosens. It waits as proposal") as refused:
        said(monkeypatch, *by, "sam@family.example")
    number = str(refused.value).split("proposal ")[1].split()[0]
    assert "would be approved" in said(monkeypatch, "--approve", number, "--by", "sue@family.example", "--dry-run")
    assert Approval.objects.count() == 0
    with pytest.raises(CommandError, match="own proposal"):
        said(monkeypatch, "--approve", number, "--by", "sam@family.example")
    assert said(monkeypatch, "--approve", number, "--by", "sue@family.example").endswith("one more operator")
    assert "approved by Sue" in said(monkeypatch, "--versions")
    assert said(monkeypatch, "--approve", number, "--by", "seth@family.example").endswith("released as version 2")
    assert "by Sam, approved by Sue and Seth: Because." in said(monkeypatch, "--versions")
    serve(monkeypatch, present_policy())
    assert said(monkeypatch, *by, "sam@family.example", "--rollback", "1").endswith("released as version 3")
    assert json.loads(called("policy", "diff", "1", "newest", "--json"))["rules"] == []


@pytest.mark.django_db
def test_the_command_believes_nobody_without_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    a_person("sam", is_staff=True, password=PASSWORD)
    for words, password, why in (
        (["--by", "sam@family.example", "--why", "Mine."], "wrong", "nobody's"),
        (["--by", "nobody@family.example", "--why", "Mine."], PASSWORD, "nobody's"),
        (["--by", "sam@family.example"], PASSWORD, "--why says for what"),
        (["--why", "Mine."], PASSWORD, "--by says who you are"),
        (["--approve", "77", "--by", "sam@family.example"], PASSWORD, "there is no proposal 77"),
    ):
        with pytest.raises(CommandError, match=why):
            said(monkeypatch, *words, password=password)
    assert Proposal.objects.count() == 0


@pytest.mark.django_db
def test_what_is_not_locked_is_not_released(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controls.packs.locking.faults", lambda: ["`x.toml` is not in the lock"])
    with pytest.raises(Refused, match=r"`x.toml` is not in the lock; `manage.py policy lock` locks new files"):
        case_of(None, AT, io.StringIO(), sample=1, processes=1)


@pytest.mark.django_db
def test_a_policy_of_other_files_under_the_same_rules_is_another_version() -> None:
    first_version()
    texts = {name: text + "\n# A note.\n" for name, text in present_policy().texts.items()}
    noted = with_texts("noted", texts)
    assert propose(case(noted), "A note.", by=User.objects.get(), at=AT).release.number == 2
    assert PolicyFile.objects.count() == 2 * len(texts)
