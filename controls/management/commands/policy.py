"""`manage.py policy`: the desk of the policy team: check, explain, compare, assess, release."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from controls.desk import telling
from controls.desk.asking import NEWEST, assessed, case_of, compared, policy_named
from controls.desk.policies import PRESENT
from controls.desk.releasing import Case, Refused, approve, propose, refuse_approval
from controls.laws.conflicts import PolicyConflict
from controls.models import Proposal, Release
from controls.packs import locking, operator, questions
from controls.packs.reading import PackError
from ledger import clock


class Command(BaseCommand):
    """Looks after the policy packs and the laws of this copy."""

    help = "Check packs and laws, explain what binds, compare policies, say whom a new one touches, and release it."
    # The checks of the lock and of the release would refuse to run the very command that cures them.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what can be done."""
        acts = parser.add_subparsers(dest="act", required=True)
        lock = acts.add_parser("lock", help="Add the packs and laws that are new to the lock.")
        lock.add_argument("--dry-run", action="store_true", help="Say what would be added, and add nothing.")
        check = acts.add_parser("check", help="Read everything, compare it with the lock, and join it in every place.")
        check.add_argument("--at", type=date.fromisoformat, help="name the laws to be confirmed on a day too")
        explain = acts.add_parser("explain", help="Say what binds somebody in a place, with citations.")
        explain.add_argument("--place", required=True, help="such as FR or US-VA")
        explain.add_argument("--age", type=int, help="in completed years; without it the age is unknown")
        explain.add_argument("--zone", default="UTC", help="in which days begin, such as Europe/Paris")
        explain.add_argument("--at", type=date.fromisoformat, required=True, help="a day, at noon (UTC)")
        explain.add_argument("--known-at", type=date.fromisoformat, help="by what was recorded until that day")
        explain.add_argument("--posture", help=f"instead of the installation's: {', '.join(operator.POSTURES)}")
        add_desk(acts)

    def handle(self, *_: Any, act: str, **options: Any) -> None:
        """Do what is asked."""
        acts: dict[str, Callable[..., Iterable[str]]] = {
            "lock": self.lock,
            "check": self.check_all,
            "explain": self.explain,
            "diff": self.diff,
            "impact": self.impact,
            "release": self.release,
        }
        try:
            for line in acts[act](**options):
                self.stdout.write(line)
        except (PackError, PolicyConflict, Refused) as error:
            raise CommandError(str(error)) from error

    def lock(self, *, dry_run: bool, **_: Any) -> list[str]:
        """Read everything, then lock."""
        questions.read_all()
        new = locking.lock(is_dry_run=dry_run)
        said = "would be locked" if dry_run else "locked; `manage.py policy release` makes it a version"
        return [f"{name} {said}" for name in new] or ["every pack is locked already"]

    def check_all(self, *, at: date | None, **_: Any) -> list[str]:
        """Name what is wrong, or count what is right and name what has to be looked at."""
        faults = [*locking.faults(), *questions.conflicts()]
        if faults:
            raise CommandError("\n".join(faults))
        return [questions.counted(), *(questions.unconfirmed(noon(at)) if at else ())]

    def explain(self, *, place: str, age: int | None, zone: str, at: date, **options: Any) -> list[str]:
        """Explain what binds."""
        known, words = options["known_at"], options["posture"]
        return questions.explain(place, age, zone, noon(at), noon(known) if known else None, words)

    def diff(self, *, old: str, new: str, at: date | None, json: bool, **_: Any) -> Iterator[str]:
        """Compare two policies."""
        found = compared(policy_named(old), policy_named(new), noon(at) if at else clock.now(), self.stderr)
        yield from [telling.diff_json(found)] if json else telling.diff_lines(found)

    def impact(self, *, sample: int, json: bool, processes: int, old: str, new: str, **_: Any) -> Iterator[str]:
        """Say what a policy changes for every stored account."""
        policies = policy_named(old), policy_named(new)
        found = compared(*policies, clock.now(), self.stderr)
        told = assessed(*policies, found, self.stderr, sample=sample, processes=processes)
        yield from [telling.as_json(told.dump())] if json else telling.impact_lines(told)

    def release(
        self, *, dry_run: bool, approve: int | None, versions: bool, by: str | None, **more: Any
    ) -> Iterator[str]:
        """Release what is here or a former version, approve, or say what was released."""
        if versions:
            yield from versions_said()
        elif approve is not None:
            yield from self.approve(approve, by, dry_run=dry_run)
        else:
            yield from self.propose(by, dry_run=dry_run, **more)

    def propose(
        self, by: str | None, *, dry_run: bool, rollback: int | None, why: str, processes: int, sample: int, **_: Any
    ) -> Iterator[str]:
        """Compare with the newest version, assess, then release or ask for approvals."""
        user = None if dry_run else operator_named(by)
        if not dry_run and not why:
            raise Refused("--why says for what")
        case = case_of(rollback, clock.now(), self.stderr, sample=sample, processes=processes)
        yield from case_lines(case)
        if user is None:
            yield "would need two approvals" if case.loosens else "would be released"
            return
        proposal = propose(case, why, by=user, at=clock.now())
        if proposal.loosens:
            raise CommandError(
                f"not released: it loosens. It waits as proposal {proposal.pk} for two other operators:"
                f" manage.py policy release --approve {proposal.pk} --by ADDRESS"
            )
        yield f"released as {proposal.release}"

    def approve(self, number: int, by: str | None, *, dry_run: bool) -> Iterator[str]:
        """Approve a proposal as the operator whose password is asked for."""
        user = operator_named(by)
        proposal = Proposal.objects.filter(pk=number).first()
        if proposal is None:
            raise Refused(f"there is no proposal {number}")
        if dry_run:
            refuse_approval(proposal, user)
            yield from (*telling.proposal_lines(proposal), "would be approved")
            return
        approve(proposal, by=user, at=clock.now())
        yield from telling.proposal_lines(proposal)
        released = Release.objects.filter(proposal=proposal).first()
        yield f"released as {released}" if released else "approved; it waits for one more operator"


def add_desk(acts: Any) -> None:
    """Add what compares, assesses and releases."""
    names = f"a folder, a version's number, `{NEWEST}`, `{PRESENT}` or `lock`"
    diff = acts.add_parser("diff", help="Say what two policies say differently, for every place, age and control.")
    diff.add_argument("old", help=names)
    diff.add_argument("new", help=names)
    diff.add_argument("--at", type=date.fromisoformat, help="from that day's noon (UTC) on instead of from now on")
    diff.add_argument("--json", action="store_true")
    impact = acts.add_parser("impact", help="Say what a policy changes for every stored account.")
    impact.add_argument("--old", default=NEWEST, help=f"{names}; unless told, the newest version")
    impact.add_argument("--new", default=PRESENT, help=f"{names}; unless told, what is here")
    impact.add_argument("--json", action="store_true")
    release = acts.add_parser("release", help="Make what is here the next version; what loosens needs two approvals.")
    release.add_argument("--by", metavar="ADDRESS", help="who proposes or approves; the password is asked for")
    release.add_argument("--why", default="", help="for what; everybody of the desk reads it")
    release.add_argument("--rollback", type=int, metavar="VERSION", help="release a former version anew")
    release.add_argument("--approve", type=int, metavar="PROPOSAL", help="approve what another operator proposed")
    release.add_argument("--versions", action="store_true", help="Say what was released and what waits.")
    release.add_argument("--dry-run", action="store_true", help="Say what would be done, and do nothing.")
    for each in (impact, release):
        each.add_argument("--sample", type=int, default=3, help="how many ids of accounts are named for each change")
        each.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="how many share the work")


def case_lines(case: Case) -> Iterator[str]:
    """Go through everything that was found."""
    if case.diff is None or case.impact is None:
        yield "nothing was released before"
        return
    yield from (*telling.diff_lines(case.diff), "", *telling.impact_lines(case.impact))


def versions_said() -> Iterator[str]:
    """Go through the versions, then what waits."""
    people = ("proposal", "proposed_by", "approved_by", "seconded_by")
    for release in Release.objects.select_related(*people).order_by("number"):
        yield telling.release_line(release)
    for proposal in Proposal.objects.select_related("by").filter(release=None).order_by("pk"):
        yield from telling.proposal_lines(proposal)


def operator_named(address: str | None) -> User:
    """Return who gives the word: the address, shown by the password, from the terminal or the first line of the input.

    Raises Refused.
    """
    if address is None:
        raise Refused("--by says who you are")
    password = getpass.getpass(f"Password of {address}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    user = User.objects.filter(email=address.strip().lower(), is_active=True).first()
    if user is None or not user.check_password(password):
        raise Refused(f"`{address}` and this password are nobody's")
    return user


def noon(day: date) -> datetime:
    """Return noon of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
