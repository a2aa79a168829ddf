"""A word that this release cannot read, as an older one finds after a rollback: said on every page, never a failure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db.models import JSONField, Value
from django.utils import timezone

from accounts.models import Pairing
from controls.labels.values import read_stored
from controls.models import Request, Setting
from controls.policy.catalogue import CATALOGUE, LABELS
from controls.requests import midnight_after
from controls.settlement import note
from controls.wishes import RemovalWish, ValueWish
from ledger.actions import advance, lock_teen, record
from ledger.actor import Actor
from tests.builders import HOUR, a_device, applies, approves, asks, asks_for_time, sets
from tests.callers import bearer, signed_in
from tests.web.conftest import Browser, control_of, page_of
from tests.web.test_family_pages import text

# One control of each kind, and one of those that nobody may be locked out by.
KEYS = {
    "choice": "comment.who",
    "minutes": "time.break_reminder_minutes",
    "minutes_by_weekday": "time.daily_minutes",
    "windows": "time.bedtime",
    "amount": "purchase.monthly_cap",
    "severities": "content.labels",
    "topics": "content.topics",
    "words": "content.keywords",
    "accounts": "accounts.blocked",
}
AVAILABLE = ("comment.write", "time.away")
NONSENSE: tuple[Any, ...] = (
    "close_friends_of_2031", "", 7, None, [], {"of_2031": 1}, {"limited": True, "minutes": "many"},
    {"limited": True, "minor_units": 5, "currency": None}, {"mon": 5}, {"windows": None},
    {"windows": [{"days": ["someday"], "from": "25:00", "until": 3}]}, {"gaming": {}}, {"all": None}, {"items": 5},
)  # fmt: skip
STRICTEST, START = "cannot be read here, and counts as the strictest value", "and counts as the starting value"
UNREADABLE = "something that cannot be read here"
ALL = (*KEYS.values(), *AVAILABLE)


def test_a_control_of_every_kind_is_tried_with_what_is_no_value_of_it() -> None:
    kinds = {control.kind.name for control in CATALOGUE.values()}
    assert {CATALOGUE[key].kind.name: key for key in KEYS.values()} == KEYS
    assert set(KEYS) == kinds
    assert all(CATALOGUE[key].availability for key in AVAILABLE)
    assert [(key, raw) for key in ALL for raw in NONSENSE if read_stored(CATALOGUE[key], raw) is not None] == []


@pytest.mark.parametrize("raw", NONSENSE, ids=repr)
def test_every_page_shows_it_and_the_parent_can_take_it_back(raw: Any, pairing: Pairing, paula: Browser) -> None:
    says(pairing, raw)
    page = text(paula.get(page_of(pairing.teen)))
    assert (page.count(STRICTEST), page.count(START)) == (2 * len(KEYS), 2 * len(AVAILABLE))
    assert page.count("so the starting value counts") == len(AVAILABLE)
    for path in ("/", "/requests", f"{page_of(pairing.teen)}/history", f"{page_of(pairing.teen)}/arrival"):
        assert paula.get(path).status_code == 200, path
    for key in ALL:
        editor = text(paula.get(control_of(pairing.teen, key)))
        assert editor.count(START if key in AVAILABLE else STRICTEST) == 2, key
        assert paula.post(control_of(pairing.teen, key), {"clear": "1"}).status_code == 302, key
    assert not Setting.objects.exists()
    assert "cannot be read here" not in text(paula.get(page_of(pairing.teen)))


@pytest.mark.parametrize("raw", NONSENSE, ids=repr)
def test_the_history_says_what_cannot_be_read(raw: Any, pairing: Pairing, paula: Browser) -> None:
    phone = a_device(pairing.teen, at=timezone.now())
    says(pairing, raw)
    asked(pairing, raw)
    assert pairing.parent is not None
    page = text(paula.get(f"{page_of(pairing.teen)}/history"))
    # A word that is nothing was taken back.
    assert page.count(UNREADABLE) == (0 if raw is None else len(ALL)) + 2
    mine, theirs = bearer(phone.token), signed_in(pairing.parent)
    now = timezone.now().isoformat().replace("+00:00", "Z")
    for caller, path in ((mine, "/v1/me/history"), (theirs, f"/v1/teens/{pairing.teen.pk}/history")):
        for query in ("", f"?at={now}"):
            assert caller.get(path + query).status_code == 200, path + query
    for caller, path in ((mine, "/v1/me/requests"), (theirs, "/v1/requests"), (theirs, "/v1/family")):
        assert caller.get(path).status_code == 200, path


@pytest.mark.parametrize("raw", NONSENSE, ids=repr)
def test_the_inbox_and_home_show_what_was_asked(raw: Any, pairing: Pairing, paula: Browser) -> None:
    asked(pairing, raw)
    assert text(paula.get("/requests")).count(UNREADABLE) == 2
    assert "asks for something" not in text(paula.get("/"))


@pytest.mark.parametrize("raw", ["close_friends_of_2031", 7, [], {"of_2031": 1}], ids=repr)
@pytest.mark.parametrize("lasting", ["once", "always"])
def test_a_parent_who_approves_opens_only_what_was_asked(raw: Any, lasting: str, pairing: Pairing) -> None:
    now = timezone.now()
    sets(pairing, {"content.labels": {"violence": 0}}, at=now)
    request = asks(pairing.teen, "content.labels", {"violence": 2}, at=now)
    says(pairing, raw, "content.labels", until=midnight_after(now, pairing.teen.time_zone))
    before = applies(pairing.teen, "content.labels", at=now)
    approves(pairing, request, lasting, at=now)
    assert before["violence"] == 0
    assert applies(pairing.teen, "content.labels", at=now) == {**before, "violence": 2}


@pytest.mark.parametrize("raw", [each for each in NONSENSE if each is not None], ids=repr)
def test_what_is_granted_in_a_word_that_cannot_be_read_leaves_the_rest_strictest(raw: Any) -> None:
    labels, accounts, who = (CATALOGUE[key] for key in ("content.labels", "accounts.blocked", "comment.who"))
    wish = ValueWish(labels, labels.kind.load({"violence": 2}))
    assert wish.over(raw) == {**dict.fromkeys(LABELS, 0), "violence": 2}
    assert wish.beside(raw) == dict.fromkeys([label for label in LABELS if label != "violence"], 0)
    assert not wish.covers(raw)
    whole = ValueWish(who, "followers")
    assert (whole.over(raw), whole.beside(raw), whole.covers(raw)) == ("followers", None, True)
    removal = RemovalWish(accounts, "u-1")
    assert removal.over(raw) == removal.beside(raw) == {"all": True}
    assert removal.basis(raw, {"all": False, "items": ["u-1"]}) == raw


def test_another_word_takes_its_place_and_no_undo_brings_it_back(pairing: Pairing, paula: Browser) -> None:
    paula.post(control_of(pairing.teen), {"value": "friends", "lasts": "standing"})
    says(pairing, "close_friends_of_2031", "comment.who")
    Setting.objects.exclude(until=None).delete()
    assert paula.post(control_of(pairing.teen), {"value": "nobody", "lasts": "standing"}).status_code == 302
    assert Setting.objects.get().value == "nobody"
    assert "Undo" not in text(paula.get(page_of(pairing.teen)))


def says(pairing: Pairing, raw: Any, *keys: str, until: datetime | None = None) -> None:
    """Store words of a parent as a newer release would have: on each control a standing and a temporary one."""
    now, teen = timezone.now(), lock_teen(pairing.teen_id)
    for key in keys or ALL:
        Setting.objects.filter(pairing=pairing, key=key).delete()
        kept = {"pairing": pairing, "key": key, "value": as_json(raw), "said_at": now}
        Setting.objects.bulk_create(Setting(**kept, until=each) for each in (None, until or now + HOUR))
    said = [{"control": key, "value": raw, "until": None} for key in keys or ALL]
    body = {"cause": "setting", "pairing": str(pairing.pk), "said": said, "removed": [], "moved": []}
    record("settings.changed", actor=actor_of(pairing), at=now, teen=teen.pk, stamp=advance(teen), body=body)


def asked(pairing: Pairing, raw: Any) -> None:
    """Store requests of the teen as a newer release would have."""
    now, teen = timezone.now(), lock_teen(pairing.teen_id)
    requests = [asks(pairing.teen, "comment.who", "followers", at=now), asks_for_time(pairing.teen, 90, at=now)]
    for request in requests:
        request.value = raw
        note("request.created", request, teen, actor=pairing.teen.actor, at=now)
        Request.objects.filter(pk=request.pk).update(value=as_json(raw))


def actor_of(pairing: Pairing) -> Actor:
    """Return the parent of a pairing as who acts."""
    assert pairing.parent is not None
    return pairing.parent.actor


def as_json(raw: Any) -> Any:
    """Return what a row holds; nothing is the nothing of JSON."""
    return Value(None, JSONField()) if raw is None else raw
