"""What applied at a past moment can be told later: the same as was written down at the time."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Account, Proof, User
from controls import past
from controls.boundaries import end_temporaries, enter_bands
from controls.endings import end_pairing, finish_endings, leave_pairing
from controls.enrolment import enrol
from controls.past import past_for_parents, past_for_teen
from controls.snapshots import Present, dumped, present_account
from controls.verification import verify_pairing
from family_pairing.problems import Problem
from ledger.actor import SYSTEM
from tests.builders import AT, HOUR, a_device, a_parent, a_profile, a_teen, born, chooses, minutes, paired, sets
from tests.callers import bearer, refusal, said, signed_in

LIST = {"all": False, "items": ["one", "two"]}
SAID: dict[str, list[Any]] = {
    "account.visibility": ["private", "public", None],
    "comment.who": ["nobody", "followers", None],
    "time.daily_minutes": [minutes(30), minutes(90), {"mon": {"limited": True, "minutes": 5}}, None],
    "content.labels": [{"violence": 0}, {"violence": 2, "hate": 0}, None],
    "content.keywords": [LIST, {"all": False, "items": ["three"]}, None],
    "content.topics": [{"gaming": "blocked"}, {"all": True}, None],
    "purchase.monthly_cap": [{"limited": True, "minor_units": "500", "currency": "EUR"}, None],
    "time.away": [{"windows": [{"days": ["mon"], "from": "08:00", "until": "16:00"}]}, None],
}


SETTINGS = past.Told.settings


class Story:
    """A family to which things happen by the dice, each written down with what applied then."""

    def __init__(self, seed: int) -> None:
        self.dice, self.at = random.Random(seed), AT
        self.tess = a_teen(self.dice.choice([14, 15, 17]), at=AT)
        self.parents: list[User] = [a_parent(at=AT), a_parent("pierre", at=AT)]
        self.written: list[tuple[datetime, Any, Any]] = []

    def go_on(self) -> None:
        """Let one thing happen, or be refused, and some time pass; write down what applies at both its ends."""
        acts = (self.set, self.set, self.set, self.choose, self.choose, self.pair, self.end, self.verify, self.tell)
        with suppress(Problem), transaction.atomic():
            self.dice.choice(acts)()
        self.write()
        self.at += timedelta(minutes=self.dice.choice([1, 50, 60 * 24, 60 * 24 * 90]))
        self.write()
        for chore in (end_temporaries, enter_bands, finish_endings):
            chore(at=self.at)
        self.write()
        self.at += timedelta(seconds=1)

    def write(self) -> None:
        """Write down what applies now; of one moment the last counts."""
        present = present_account(self.tess, at=self.at)
        note = self.at, whole(present), whole(present.for_parents())
        self.written = [each for each in self.written if each[0] != self.at] + [note]

    def word(self) -> dict[str, Any]:
        """Return something to say."""
        key = self.dice.choice(list(SAID))
        return {key: self.dice.choice(SAID[key])}

    def tie(self) -> Any:
        """Return a pairing that binds.

        Raises Problem `not_found`.
        """
        found = list(self.tess.pairings.active().order_by("pk"))
        if not found:
            raise Problem("not_found")
        return self.dice.choice(found)

    def set(self) -> None:
        """Let a parent speak, perhaps until a moment."""
        until = self.at + HOUR if self.dice.random() < 0.3 else None
        sets(self.tie(), self.word(), until=until, at=self.at)

    def choose(self) -> None:
        """Let the teen choose."""
        chooses(self.tess, *next(iter(self.word().items())), at=self.at)

    def pair(self) -> None:
        """Pair with a parent, at first unverified."""
        pairing = paired(self.tess, self.dice.choice(self.parents), verified=False, at=self.at)
        if self.dice.random() < 0.6:
            verify_pairing(pairing, Proof.IN_PERSON, actor=SYSTEM, at=self.at)

    def verify(self) -> None:
        """Verify a tie."""
        verify_pairing(self.tie(), Proof.IN_PERSON, actor=SYSTEM, at=self.at)

    def end(self) -> None:
        """End a pairing, from either side."""
        if self.dice.random() < 0.5:
            leave_pairing(self.tie(), actor=self.tess.actor, at=self.at)
        else:
            end_pairing(self.tie(), actor=SYSTEM, at=self.at)

    def tell(self) -> None:
        """Let the platform tell another time zone or a lower age."""
        profile = a_profile(14, self.dice.choice(["GB", "FR", "US-CA"]), at=AT)
        age = self.dice.choice([0, 30])
        birth_date = self.tess.birth_date + timedelta(days=age) if self.tess.birth_date else born(14)
        self.tess = enrol("platform-tess", profile._replace(birth_date=birth_date), actor=SYSTEM, at=self.at).account


def whole(present: Present) -> Any:
    """Return what applies as an answer tells it."""
    return present.resolution.band, dumped(present.resolution)


def told_later(tess: Account, at: datetime) -> tuple[Any, Any]:
    """Return what applied at a moment, for the teen and for parents."""
    tess = Account.objects.get(pk=tess.pk)
    mine, theirs = past_for_teen(tess, at).resolution, past_for_parents(tess, at).resolution
    return (mine.band, dumped(mine)), (theirs.band, dumped(theirs))


def untrue(seed: int) -> list[datetime]:
    """Return the moments of a story of which later something else is told."""
    with transaction.atomic():
        story = Story(seed)
        story.pair()
        for _ in range(14):
            story.go_on()
        found = [at for at, *written in story.written if told_later(story.tess, at) != tuple(written)]
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_what_applied_is_told_later_as_it_was_written_down(seed: int) -> None:
    assert untrue(seed) == []


@pytest.mark.parametrize(
    ("owner", "attribute", "bug"),
    [
        (past, "facts_before", lambda account, _: {name: getattr(account, name) for name in past.FACTS}),
        (past.Told, "settings", lambda told: tuple(replace(each, verified=False) for each in SETTINGS(told))),
        (past.Told, "choices", lambda _: ()),
    ],
)
def test_a_past_that_forgets_is_seen(owner: object, attribute: str, bug: Any) -> None:
    with patch.object(owner, attribute, bug):
        assert any(untrue(seed) for seed in range(20))


def test_a_choice_that_went_with_a_pairing_is_gone_later_too() -> None:
    tess = a_teen(16)
    pairing = paired(tess, a_parent())
    sets(pairing, {"time.daily_minutes": minutes(60)})
    chooses(tess, "time.daily_minutes", minutes(800))
    end_pairing(pairing, actor=SYSTEM, at=AT + HOUR)
    for at, value in ((AT, minutes(60)), (AT + HOUR, minutes(60))):
        assert past_for_teen(tess, at).resolution.values["time.daily_minutes"].dump()["value"] == value
    with patch.object(past.Told, "cut", lambda *_: None):
        later = past_for_teen(tess, AT + HOUR).resolution.values["time.daily_minutes"]
        assert later.dump()["value"] == minutes(800)


@pytest.mark.parametrize("years", [0, 1, 5])
def test_who_was_an_adult_until_a_correction_was_one_in_the_past(years: int) -> None:
    then, later = present_account(a_teen(19), at=AT), AT + HOUR
    tess = enrol("platform-tess", a_profile(14), actor=SYSTEM, at=later).account
    at = later + timedelta(days=366 * years)
    enter_bands(at=at)
    assert told_later(tess, AT) == (whole(then), whole(then.for_parents()))
    assert told_later(tess, at)[0] == whole(present_account(tess, at=at))
    assert past_for_teen(tess, AT).resolution.values["account.visibility"].dump()["value"] == "public"
    assert past_for_teen(tess, at).resolution.values["account.visibility"].dump()["value"] == "private"


def test_a_moment_is_asked_for_by_both_sides() -> None:
    then = timezone.now() - 5 * HOUR
    tess, paula = a_teen(at=then), a_parent(at=then)
    pairing, phone = paired(tess, paula, at=then), a_device(tess, at=then)
    sets(pairing, {"comment.who": "nobody"}, at=then + HOUR)
    sets(pairing, {"comment.who": None}, at=then + 3 * HOUR)
    chooses(tess, "content.keywords", LIST, at=then + HOUR)
    mine, theirs = "/v1/me/history", f"/v1/teens/{tess.pk}/history"
    as_tess, as_paula = bearer(phone.token), signed_in(paula)
    for hours, value in ((0, "friends"), (2, "nobody"), (4, "friends")):
        at = (then + hours * HOUR).isoformat().replace("+00:00", "Z")
        for caller, path in ((as_tess, mine), (as_paula, theirs)):
            body = said(caller.get(f"{path}?at={at}"))
            assert set(body) == {"at", "pack", "age_band", "settings"}
            assert (body["at"], body["settings"]["comment.who"]["value"]) == (at, value)
            hidden = body["settings"]["content.keywords"]["value"]["items"]
            assert hidden == (LIST["items"] if path == mine and hours else [])


@pytest.mark.parametrize(
    "at", ["", "yesterday", "2026-11-24", "2026-11-24T20:00:00", "1999-01-01T00:00:00Z", "2999-01-01T00:00:00Z"]
)
def test_a_moment_that_was_not_is_refused(at: str) -> None:
    now = timezone.now() - HOUR
    tess = a_teen(at=now)
    answer = bearer(a_device(tess, at=now).token).get(f"/v1/me/history?at={at}")
    assert refusal(answer) == (422, "invalid_value")
