"""The verbs by which a policy becomes a version: proposed by one operator, approved by two others where it loosens."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from accounts.models import User
from controls.desk.differing import Diff
from controls.desk.impact import Impact
from controls.desk.policies import Policy, dump_posture, load_posture, policy_of
from controls.models import Approval, PolicyFile, Proposal, Release
from ledger.actions import record

NEEDED: Final = 2
PROPOSES, APPROVES = "controls.add_proposal", "controls.add_approval"
# Whoever releases waits for whoever is releasing; the number says nothing.
_LOCK: Final = 7_240_016


class Refused(Exception):
    """Something that may not be released, or not by this operator; the sentence says why."""


class Case(NamedTuple):
    """What is to be released, and everything that was found about it."""

    policy: Policy
    follows: int | None
    diff: Diff | None
    impact: Impact | None
    rolls_back_to: int | None = None

    @property
    def loosens(self) -> bool:
        """Tell whether it may let anybody do more: by what it says, or for somebody who is stored."""
        return bool(self.diff and self.diff.loosening) or bool(self.impact and self.impact.loosened)


@transaction.atomic
def propose(case: Case, why: str, *, by: User, at: datetime) -> Proposal:
    """Write down what is to be released; what loosens nothing is released at once.

    Raises Refused when the operator may not, or another version came meanwhile.
    """
    _may(by, PROPOSES)
    _lock()
    _follows(case.follows)
    _keep(case.policy)
    proposal = Proposal.objects.create(
        follows=case.follows,
        rolls_back_to=case.rolls_back_to,
        digest=case.policy.digest,
        files=case.policy.files,
        posture=dump_posture(case.policy.posture),
        loosens=case.loosens,
        differs=counted(case.diff),
        impact=case.impact.dump() if case.impact else {},
        why=why,
        by=by,
        at=at,
    )
    record("pack.proposed", actor=by.actor, at=at, body=told(proposal))
    if not proposal.loosens:
        _release(proposal, [], at=at)
    return proposal


@transaction.atomic
def approve(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """Note an operator's approval, twice is once; with the second operator's the proposal is released.

    Raises Refused for one's own proposal, one that was released, and one that no longer follows the newest version.
    """
    _may(by, APPROVES)
    _lock()
    refuse_approval(proposal, by)
    _, is_new = Approval.objects.get_or_create(proposal=proposal, by=by, defaults={"at": at})
    if is_new:
        record("pack.approved", actor=by.actor, at=at, body=told(proposal))
    operators = operators_of(proposal)
    if len(operators) >= NEEDED:
        _release(proposal, operators[:NEEDED], at=at)
    return proposal


def refuse_approval(proposal: Proposal, by: User) -> None:
    """Raise Refused where this operator's approval would not count."""
    if Release.objects.filter(proposal=proposal).exists():
        raise Refused(f"proposal {proposal.pk} is released already")
    if proposal.by_id == by.pk:
        raise Refused("nobody approves the own proposal; two other operators do")
    _follows(proposal.follows)


def operators_of(proposal: Proposal) -> list[User]:
    """Return who has approved, each once, in the order of their words; who may not any more does not count."""
    found = User.objects.filter(approvals__proposal=proposal).order_by("approvals__at", "approvals__pk")
    once = {user.pk: user for user in found if user.pk != proposal.by_id and is_operator(user, APPROVES)}
    return list(once.values())


def is_operator(user: User, permission: str) -> bool:
    """Tell whether somebody may propose, or may approve."""
    return user.is_active and user.is_staff and user.has_perm(permission)


def newest() -> Release | None:
    """Return the newest version, None before the first."""
    return Release.objects.select_related("proposal").order_by("-number").first()


def policy_of_version(number: int) -> Policy:
    """Return a version as it was released.

    Raises Refused where there is none of this number.
    """
    found = Release.objects.select_related("proposal").filter(number=number).first()
    if found is None:
        raise Refused(f"there is no version {number}")
    proposal = found.proposal
    texts = dict(PolicyFile.objects.filter(pk__in=proposal.files.values()).values_list("sha256", "text"))
    posture = load_posture(proposal.posture)
    return policy_of(str(found), {name: texts[digest] for name, digest in proposal.files.items()}, posture)


def told(proposal: Proposal) -> dict[str, Any]:
    """Return what an event says of a proposal: numbers, and nobody."""
    return {
        "proposal": proposal.pk,
        "follows": proposal.follows,
        "rolls_back_to": proposal.rolls_back_to,
        "digest": proposal.digest,
        "loosens": proposal.loosens,
    }


def counted(diff: Diff | None) -> dict[str, Any]:
    """Return how much differs, by direction."""
    if diff is None:
        return {}
    counts: dict[str, int] = {}
    for each in (*diff.rules, *diff.admissions):
        counts[each.way] = counts.get(each.way, 0) + 1
    return {**dict(sorted(counts.items())), "laws": len(diff.laws)}


def _release(proposal: Proposal, operators: list[User], *, at: datetime) -> Release:
    """Make the next version; the database refuses one that loosens without two other operators."""
    last = newest()
    first, second = [*operators, None, None][:NEEDED]
    release = Release.objects.create(
        number=last.number + 1 if last else 1,
        proposal=proposal,
        loosens=proposal.loosens,
        proposed_by=proposal.by,
        approved_by=first,
        seconded_by=second,
        at=at,
    )
    actor = (second or proposal.by).actor
    record("pack.released", actor=actor, at=at, body={**told(proposal), "version": release.number})
    return release


def _keep(policy: Policy) -> None:
    """Store the texts of a policy; one that is there already is the same."""
    files = [PolicyFile(sha256=policy.files[name], text=text) for name, text in policy.texts.items()]
    PolicyFile.objects.bulk_create(files, ignore_conflicts=True)


def _may(user: User, permission: str) -> None:
    if not is_operator(user, permission):
        raise Refused(f"this account is none of an operator who has the permission `{permission}`")


def _follows(number: int | None) -> None:
    last = newest()
    if (last.number if last else None) != number:
        raise Refused(
            f"{last or 'no version'} is the newest now; what was compared with another is to be proposed anew"
        )


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
