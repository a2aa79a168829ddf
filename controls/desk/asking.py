"""What the command asks of the desk: policies by their names, and everything about a policy that is to be released."""

from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from pathlib import Path
from typing import Final

from controls.desk.assessing import Assessor
from controls.desk.differing import Diff, diff, places_of
from controls.desk.impact import Impact, assess, moments_of, ranges
from controls.desk.policies import LOCKED, PRESENT, Policy, locked_policy, policy_in, present_policy
from controls.desk.progress import Progress, Stream
from controls.desk.releasing import Case, Refused, newest, policy_of_version
from controls.packs import locking, questions

NEWEST: Final = "newest"


def policy_named(word: str) -> Policy:
    """Return the policy that a word names: a folder, a version's number, `newest`, `present` or `lock`.

    Raises PackError, and Refused where there is no such version.
    """
    if word == PRESENT:
        return present_policy()
    if word == LOCKED:
        return locked_policy()
    if word == NEWEST:
        last = newest()
        if last is None:
            raise Refused("nothing was released yet")
        return policy_of_version(last.number)
    return policy_of_version(int(word)) if word.isdecimal() else policy_in(Path(word))


def compared(old: Policy, new: Policy, at: datetime, stream: Stream) -> Diff:
    """Return what differs between two policies, with progress.

    Raises PolicyConflict.
    """
    progress = Progress("places", len(places_of(old, new)), stream)
    found = diff(old, new, at, progress.advance)
    progress.finish()
    return found


def assessed(old: Policy, new: Policy, found: Diff, stream: Stream, *, sample: int, processes: int) -> Impact:
    """Return what a policy changes for every stored account, with progress.

    Raises PolicyConflict, and Refused when a process of it was killed.
    """
    every = list(ranges())
    progress = Progress("accounts", sum(each.size for each in every), stream)
    assessor = Assessor(old, new, moments_of(found))
    try:
        impact = assess(assessor, every, sample=sample, processes=processes, tell=progress.advance)
    except BrokenProcessPool:
        raise Refused("a process that assessed accounts was killed; nothing was written") from None
    progress.finish()
    return impact


def case_of(rollback: int | None, at: datetime, stream: Stream, *, sample: int, processes: int) -> Case:
    """Return what is here, or a former version, with everything that releasing it would change.

    Raises Refused where there is nothing to release, or what is here is not locked or cannot be obeyed.
    """
    last = newest()
    policy = policy_to_release(rollback)
    if last is None:
        return Case(policy, None, None, None)
    if last.proposal.digest == policy.digest:
        raise Refused(f"{last} is this very policy")
    old = policy_of_version(last.number)
    found = compared(old, policy, at, stream)
    impact = assessed(old, policy, found, stream, sample=sample, processes=processes)
    return Case(policy, last.number, found, impact, rollback)


def policy_to_release(rollback: int | None) -> Policy:
    """Return a former version, or what is here once it is locked and can be obeyed.

    Raises Refused.
    """
    if rollback is not None:
        return policy_of_version(rollback)
    faults = [*locking.faults(), *questions.conflicts()]
    if faults:
        hint = "; `manage.py policy lock` locks new files" if locking.faults() else ""
        raise Refused("\n".join(faults) + hint)
    return present_policy()
