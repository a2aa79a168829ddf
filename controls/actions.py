"""The verbs about what people say: parents' settings and teens' choices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from accounts import limits
from accounts.models import Account, Pairing
from controls.access import check_choice, check_currency, check_setting, loosens
from controls.differences import Difference, differences, moved_of
from controls.history import TEENS_ALONE
from controls.models import Choice, Setting
from controls.policy.catalogue import CATALOGUE, Control
from controls.removals import remove_choices, withdrawn
from controls.settlement import settle_requests, word
from controls.snapshots import Present, present_teen
from family_pairing.problems import Problem
from ledger.actions import advance, advance_aside, lock_teen, owe, record
from ledger.actor import Actor
from ledger.models import Teen

Said = dict[str, Any]


class Change(NamedTuple):
    """One thing that a parent wants to say, as JSON: a value, standing or until a moment; None takes it back."""

    control: Control
    value: Any
    until: datetime | None = None


class Attempt(NamedTuple):
    """A change as it was tried: the state before and after, the words that are new, and those that loosen."""

    before: Present
    after: Present
    said: list[Said]
    loosening: list[str]
    removed: list[Said]

    @property
    def moved(self) -> tuple[Difference, ...]:
        return differences(self.before.resolution, self.after.resolution)

    def for_parents(self) -> Attempt:
        """Return what a parent may see of it."""
        return self._replace(before=self.before.for_parents(), after=self.after.for_parents())


@transaction.atomic
def set_controls(
    pairing: Pairing, changes: Sequence[Change], *, actor: Actor, at: datetime, expect: str = "", is_recent: bool
) -> Attempt:
    """Make each value the parent's setting, all or none; `is_recent` says whether the parent has just signed in.

    `expect` is the version that the parent looked at, if any.
    Raises Problem `not_found`, `conflict`, `step_up_required`, `too_many`, or what `check_setting` refuses.
    """
    teen = lock_teen(pairing.teen_id)
    tried = attempt(teen, pairing, changes, at=at, expect=expect)
    if not tried.said:
        return tried.for_parents()
    if tried.loosening and not is_recent:
        raise Problem("step_up_required", extra={"controls": tried.loosening})
    limits.take(limits.CHANGES_AN_HOUR, f"{pairing.parent_id}:{pairing.teen_id}", at=at)
    after = keep(teen, tried, {"cause": "setting", "pairing": str(pairing.pk)}, actor=actor, at=at)
    if settle_requests(teen, actor=actor, at=at):
        after = present_teen(teen, at=at)
    return tried._replace(after=after).for_parents()


@transaction.atomic
def preview_controls(pairing: Pairing, changes: Sequence[Change], *, at: datetime, expect: str = "") -> Attempt:
    """Answer what `set_controls` would do, and store nothing.

    Raises Problem as `set_controls` does, save `step_up_required` and `too_many`.
    """
    tried = attempt(lock_teen(pairing.teen_id), pairing, changes, at=at, expect=expect)
    transaction.set_rollback(True)
    return tried.for_parents()


@transaction.atomic
def choose(account: Account, control: Control, value: Any, *, actor: Actor, at: datetime) -> Attempt:
    """Make a value the teen's choice; None takes the choice back.

    Raises Problem as `check_choice` does.
    """
    teen = lock_teen(account.pk)
    before = present_teen(teen, at=at)
    ended: list[str] = []
    if value is None:
        gone = Choice.objects.filter(account=account, key=control.key).delete()[0]
        said = [word(control.key, None)] if gone else []
    else:
        stored = check_choice(control, value, before.resolution)
        check_currency(control, stored, account.currency)
        said, ended = say_choice(account, control, stored, before.resolution.band, at=at)
    tried = Attempt(before, present_teen(teen, at=at), said, [], [])
    if not said:
        return tried
    cause = {"cause": "choice", "band": before.resolution.band, **({"ended_choices": ended} if ended else {})}
    if control.teens_alone:
        return tried._replace(after=keep_aside(teen, tried, cause, actor=actor, at=at))
    return tried._replace(after=keep(teen, tried, cause, actor=actor, at=at))


@transaction.atomic
def preview_choices(account: Account, wishes: Sequence[tuple[Control, Any]], *, at: datetime) -> Attempt:
    """Answer what would apply if the teen chose each value, and store nothing; None takes a choice back.

    Raises Problem as `choose` does.
    """
    teen = lock_teen(account.pk)
    before = present_teen(teen, at=at)
    for control, value in wishes:
        if value is None:
            Choice.objects.filter(account=account, key=control.key).delete()
            continue
        stored = check_choice(control, value, before.resolution)
        check_currency(control, stored, account.currency)
        say_choice(account, control, stored, before.resolution.band, at=at)
    tried = Attempt(before, present_teen(teen, at=at), [], [], [])
    transaction.set_rollback(True)
    return tried


def say_choice(
    account: Account, control: Control, stored: Any, band: str, *, at: datetime
) -> tuple[list[Said], list[str]]:
    """Write a teen's choice, in the place of one until a moment too; returns the new word, and what has ended by it."""
    mine = Choice.objects.filter(account=account, key=control.key)
    saying = {"value": stored, "band": band}
    # A choice that was granted until a moment would stand in for what the teen says now.
    ended = [control.key] if mine.exclude(until=None).delete()[0] else []
    if not ended and mine.filter(**saying, until=None).exists():
        return [], []
    Choice.objects.update_or_create(account=account, key=control.key, until=None, defaults={**saying, "said_at": at})
    return [word(control.key, stored)], ended


def attempt(teen: Teen, pairing: Pairing, changes: Sequence[Change], *, at: datetime, expect: str) -> Attempt:
    """Check and write each change of a locked teen's parent, and compare what applies before and after."""
    # Lock, then look: the pairing may have ended since the page was rendered.
    bound = Pairing.objects.active().filter(pk=pairing.pk).first()
    if bound is None:
        raise Problem("not_found")
    before = present_teen(teen, at=at)
    if expect and expect != str(before.for_parents().version):
        raise Problem("conflict", "The settings have changed since they were read.")
    spoken = {change.control.key: words(bound, change.control) for change in changes}
    said: list[Said] = []
    for change in changes:
        stored = check_setting(change.control, change.value, change.until, before.resolution, bound.is_verified, at)
        check_currency(change.control, stored, bound.teen.currency)
        said += say(bound, change, stored, at=at)
    loosening = [
        key
        for key, old in spoken.items()
        if loosens(old, words(bound, CATALOGUE[key]), before.resolution.values[key], at=at)
    ]
    after = present_teen(teen, at=at)
    removed = remove_choices(before, withdrawn(before, after))
    if removed:
        after = present_teen(teen, at=at)
    return Attempt(before, after, said, loosening, removed)


def say(pairing: Pairing, change: Change, stored: Any, *, at: datetime) -> list[Said]:
    """Write what a parent says of one control; returns the words that are new."""
    mine = Setting.objects.filter(pairing=pairing, key=change.control.key)
    if change.value is None:
        return [word(change.control.key, None)] if mine.delete()[0] else []
    same_stand = mine.filter(until=None) if change.until is None else mine.exclude(until=None)
    if same_stand.filter(value=stored, until=change.until).exists():
        return []
    same_stand.delete()
    Setting.objects.create(pairing=pairing, key=change.control.key, value=stored, until=change.until, said_at=at)
    return [word(change.control.key, stored, change.until)]


def words(pairing: Pairing, control: Control) -> list[Setting]:
    """Return what the parent says of a control: a temporary word, a standing one, or both."""
    return list(Setting.objects.filter(pairing=pairing, key=control.key))


def keep(teen: Teen, tried: Attempt, cause: Said, *, actor: Actor, at: datetime) -> Present:
    """Count the change, record it, owe it; returns what applies under its new version."""
    stamp = advance(teen)
    body = {**cause, "said": tried.said, "removed": tried.removed, **moved_of(tried.before, tried.after)}
    record("settings.changed", actor=actor, at=at, teen=teen.pk, stamp=stamp, body=body)
    owe(teen, stamp, at=at)
    return tried.after.at_stamp(stamp)


def keep_aside(teen: Teen, tried: Attempt, cause: Said, *, actor: Actor, at: datetime) -> Present:
    """Count, record and owe a change that is the teen's alone: under a kind of event that parents are never shown."""
    stamp = advance_aside(teen)
    body = {**cause, "said": tried.said, "moved": [each.dump() for each in tried.moved]}
    record(TEENS_ALONE, actor=actor, at=at, teen=teen.pk, stamp=stamp, body=body)
    owe(teen, stamp, at=at)
    return tried.after.at_stamp(stamp)
