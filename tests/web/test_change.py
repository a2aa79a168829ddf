"""A parent changes a control: preview, save, proof, undo, and what opens something up."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.utils import timezone

from accounts import limits
from accounts.models import Pairing, Proof, Tally
from controls.arrival import note_applied
from controls.models import Setting
from controls.snapshots import present_account
from tests.api.test_limits import used_up
from tests.builders import MINUTE, PASSWORD, a_device, applies, seq, sets
from tests.web.conftest import Browser, control_of, page_of
from tests.web.test_family_pages import text

STANDING = {"lasts": "standing"}


@pytest.fixture
def stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every sign-in be too long ago."""
    monkeypatch.setattr(settings, "ACCOUNT_REAUTHENTICATION_TIMEOUT", -1)


def test_a_preview_says_what_a_change_does_and_stores_nothing(pairing: Pairing, paula: Browser) -> None:
    page = paula.post(f"{control_of(pairing.teen)}/preview", {"value": "nobody", **STANDING})
    assert "If you save, this changes for your teen" in text(page)
    assert "stricter" in text(page)
    assert not Setting.objects.exists()


def test_a_change_without_javascript_goes_back_to_the_page_with_an_undo(pairing: Pairing, paula: Browser) -> None:
    answer = paula.post(control_of(pairing.teen), {"value": "nobody", **STANDING})
    assert answer.headers["Location"] == f"{page_of(pairing.teen)}#control-comment-who"
    assert now_applies(pairing) == "nobody"
    page = text(paula.get(page_of(pairing.teen)))
    assert "This is your setting" in page
    assert "Undo" in page

    paula.post(f"{page_of(pairing.teen)}/undo", {})
    assert now_applies(pairing) == "friends"
    assert not Setting.objects.exists()
    assert "Undo" not in text(paula.get(page_of(pairing.teen)))


def test_an_undo_brings_the_former_word_back(pairing: Pairing, paula: Browser) -> None:
    sets(pairing, {"comment.who": "friends"}, at=timezone.now())
    paula.post(control_of(pairing.teen), {"value": "nobody", **STANDING})
    paula.post(f"{page_of(pairing.teen)}/undo", {})
    assert Setting.objects.get().value == "friends"
    before = seq(pairing.teen)
    paula.post(f"{page_of(pairing.teen)}/undo", {})
    assert seq(pairing.teen) == before


@pytest.mark.parametrize("is_standing", [True, False])
def test_an_undo_leaves_out_a_word_that_has_ended_meanwhile(
    is_standing: bool, pairing: Pairing, paula: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    sets(pairing, {"comment.who": "friends"} if is_standing else {}, at=now)
    sets(pairing, {"comment.who": "nobody"}, until=now + MINUTE, at=now)
    paula.post(control_of(pairing.teen), {"value": "nobody", **STANDING})
    monkeypatch.setattr("ledger.clock.now", lambda: now + 2 * MINUTE)
    assert paula.post(f"{page_of(pairing.teen)}/undo", {}).status_code == 302
    assert [(each.value, each.until) for each in Setting.objects.all()] == [("friends", None)] * is_standing


def test_htmx_gets_each_row_that_moved_and_the_news(pairing: Pairing, paula: Browser) -> None:
    answer = text(paula.post(control_of(pairing.teen), {"value": "nobody", **STANDING}, htmx=True))
    assert 'id="control-comment-who" hx-swap-oob="true"' in answer
    assert 'id="news"' in answer
    assert "<html" not in answer


def test_a_wrong_value_is_kept_with_a_sentence_beside_it(pairing: Pairing, paula: Browser) -> None:
    path = control_of(pairing.teen, "time.break_reminder_minutes")
    page = paula.post(path, {"limited": "yes", "minutes": "4000", **STANDING})
    assert page.status_code == 422
    assert 'value="4000"' in text(page)
    assert "Type a whole number from 5 to 240." in text(page)
    past = paula.post(control_of(pairing.teen), {"value": "everyone", **STANDING})
    assert past.status_code == 422
    assert "Nobody can open it this far at this age." in text(past)


def test_what_cannot_be_chosen_is_disabled_and_says_why(pairing: Pairing, paula: Browser) -> None:
    form = text(paula.get(control_of(pairing.teen), htmx=True))
    assert form.count(" disabled") == 1
    Pairing.objects.filter(pk=pairing.pk).update(proof=Proof.NONE)
    form = text(paula.get(control_of(pairing.teen), htmx=True))
    assert form.count(" disabled") == 2
    assert "Your tie is not verified" in form


def test_a_setting_can_end_by_itself_or_be_taken_back(pairing: Pairing, paula: Browser) -> None:
    paula.post(control_of(pairing.teen), {"value": "nobody", "lasts": "hour"})
    until = Setting.objects.get().until
    assert until is not None
    assert 3500 < (until - timezone.now()).total_seconds() < 3700
    paula.post(control_of(pairing.teen), {"clear": "1"})
    assert not Setting.objects.exists()
    late = paula.post(control_of(pairing.teen), {"value": "nobody", "lasts": "moment"})
    assert late.status_code == 422


def test_minutes_of_one_weekday_say_nothing_of_the_others(pairing: Pairing, paula: Browser) -> None:
    path = control_of(pairing.teen, "time.daily_minutes")
    assert paula.post(path, {"sat": "30", **STANDING}).status_code == 302
    assert Setting.objects.get().value == {"sat": {"limited": True, "minutes": 30}}


def test_hours_of_the_week_are_added(pairing: Pairing, paula: Browser) -> None:
    path = control_of(pairing.teen, "time.away")
    said = {"days_0": ["mon", "tue"], "from_0": "22:00", "until_0": "07:00", "from_1": "", "until_1": ""}
    assert paula.post(path, {**said, **STANDING}).status_code == 302
    assert Setting.objects.get().value["windows"] == [{"days": ["mon", "tue"], "from": "22:00", "until": "07:00"}]
    half = paula.post(path, {"days_0": ["mon"], "from_0": "", "until_0": "", **STANDING})
    assert half.status_code == 422


def test_opening_up_asks_for_the_password_and_then_does_it(pairing: Pairing, paula: Browser, stale: None) -> None:
    answer = paula.post(control_of(pairing.teen), {"value": "followers", **STANDING})
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert now_applies(pairing) == "friends"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "ACCOUNT_REAUTHENTICATION_TIMEOUT", 300)
        paula.post(answer.headers["Location"], {"password": PASSWORD, "next": control_of(pairing.teen)})
    assert now_applies(pairing) == "followers"


def test_htmx_is_sent_to_the_password_as_a_whole_page(pairing: Pairing, paula: Browser, stale: None) -> None:
    answer = paula.post(control_of(pairing.teen), {"value": "followers", **STANDING}, htmx=True)
    assert answer.headers["HX-Redirect"].startswith("/accounts/reauthenticate/")
    assert paula.post(control_of(pairing.teen), {"value": "nobody", **STANDING}, htmx=True).status_code == 200


def test_arrival_is_shown_until_every_phone_enforces_it(pairing: Pairing, paula: Browser) -> None:
    phone = a_device(pairing.teen, at=timezone.now())
    page = text(paula.get(f"{page_of(pairing.teen)}/arrival"))
    assert 'hx-trigger="every 1s"' in page
    seen = page.partition("seen=")[2].partition("&amp;")[0]
    assert paula.get(f"{page_of(pairing.teen)}/arrival?seen={seen}").status_code == 204

    now = timezone.now()
    present = present_account(pairing.teen, at=now)
    note_applied(phone.device, str(present.version), "1", present, at=now)
    page = text(paula.get(f"{page_of(pairing.teen)}/arrival?seen={seen}"))
    assert "enforces the last change" in page
    assert "hx-trigger" not in page


def test_a_page_stops_asking_about_a_phone_that_stays_away(pairing: Pairing, paula: Browser) -> None:
    a_device(pairing.teen, at=timezone.now())
    path = f"{page_of(pairing.teen)}/arrival?since="
    now = int(timezone.now().timestamp())
    assert "hx-trigger" in text(paula.get(f"{path}{now - 500}"))
    assert "hx-trigger" not in text(paula.get(f"{path}{now - 700}"))
    for no_moment in ("soon", "", "-1", "²", "9" * 12, "9" * 309, "9" * 5000):
        assert "hx-trigger" in text(paula.get(f"{path}{no_moment}")), no_moment


def test_a_fragment_after_the_end_of_a_session_opens_the_sign_in(pairing: Pairing) -> None:
    answer = Browser().get(f"{page_of(pairing.teen)}/arrival", htmx=True)
    assert answer.headers["HX-Redirect"].startswith("/accounts/login/?next=")


def test_a_control_that_does_not_exist_has_no_form(pairing: Pairing, paula: Browser) -> None:
    assert paula.get(control_of(pairing.teen, "no.such")).status_code == 404


@pytest.mark.parametrize(
    ("key", "typed", "value", "shown"),
    [
        (
            "purchase.monthly_cap",
            {"limited": "yes", "sum": "12.50"},
            {"limited": True, "minor_units": "1250", "currency": "EUR"},
            'value="12.50"',
        ),
        ("purchase.monthly_cap", {"limited": "no", "sum": ""}, {"limited": False}, "No limit"),
        ("content.labels", {"violence": "0", "hate": "1"}, {"violence": 0, "hate": 1}, "Nothing of it"),
        ("content.topics", {"gaming": "blocked"}, {"gaming": "blocked"}, "Blocked"),
        ("content.keywords", {"items": "one\r\n\r\n two "}, {"all": False, "items": ["one", "two"]}, "one\ntwo"),
        ("accounts.blocked", {"items": "u-2\r\nu-1"}, {"all": False, "items": ["u-1", "u-2"]}, "u-1\nu-2"),
    ],
)
def test_each_kind_of_value_has_a_form(
    key: str, typed: dict[str, str], value: object, shown: str, pairing: Pairing, paula: Browser
) -> None:
    path = control_of(pairing.teen, key)
    assert paula.get(path).status_code == 200
    assert paula.post(f"{path}/preview", typed).status_code == 200
    assert paula.post(path, typed).status_code == 302
    assert Setting.objects.get(key=key).value == value
    assert shown in text(paula.get(path))


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("purchase.monthly_cap", {"limited": "yes", "sum": "12.505"}),
        ("purchase.monthly_cap", {"limited": "yes", "sum": ""}),
        ("content.labels", {}),
        ("content.labels", {"violence": "4"}),
        ("content.topics", {"gaming": "adored"}),
        ("content.keywords", {"items": "x" * 51}),
        ("content.keywords", {"items": "\n".join(f"word {n}" for n in range(201))}),
        ("accounts.blocked", {"items": "x" * 129}),
    ],
)
def test_what_is_no_value_is_said_beside_the_field(
    key: str, typed: dict[str, str], pairing: Pairing, paula: Browser
) -> None:
    answer = paula.post(control_of(pairing.teen, key), typed)
    assert answer.status_code == 422
    assert "errorlist" in text(answer) or "alert" in text(answer)
    assert not Setting.objects.exists()


def test_ending_says_what_it_means_and_asks_for_the_password(pairing: Pairing, paula: Browser, stale: None) -> None:
    path = f"{page_of(pairing.teen)}/end"
    assert "Your settings stop at once" in text(paula.get(path))
    answer = paula.post(path, {})
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "ACCOUNT_REAUTHENTICATION_TIMEOUT", 300)
        paula.post(answer.headers["Location"], {"password": PASSWORD, "next": path})
    pairing.refresh_from_db()
    assert pairing.state == "ended"
    assert paula.get(page_of(pairing.teen)).status_code == 404


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("typed", [{"value": "followers", "lasts": "week"}, {"value": "followers", "clear": "1"}])
def test_the_sixty_first_change_in_an_hour_waits_and_nothing_typed_is_lost(
    pairing: Pairing, paula: Browser, typed: dict[str, str], htmx: bool
) -> None:
    sets(pairing, {"comment.who": "nobody"}, at=timezone.now())
    used_up(limits.CHANGES_AN_HOUR, f"{pairing.parent_id}:{pairing.teen_id}")
    answer = paula.post(control_of(pairing.teen), typed, htmx=htmx)
    assert answer.status_code == 422
    assert "You have made many changes in the last hour. Try again later." in text(answer)
    assert checked(text(answer)) == "followers"
    assert now_applies(pairing) == "nobody"
    assert paula.post(f"{control_of(pairing.teen)}/preview", typed).status_code == 200


def test_an_undo_that_has_to_wait_is_still_offered(pairing: Pairing, paula: Browser) -> None:
    paula.post(control_of(pairing.teen), {"value": "nobody", **STANDING})
    used_up(limits.CHANGES_AN_HOUR, f"{pairing.parent_id}:{pairing.teen_id}")
    answer = paula.post(f"{page_of(pairing.teen)}/undo", {})
    assert (answer.status_code, "Wait a while, then try again." in text(answer)) == (429, True)
    assert 1 <= int(answer.headers["Retry-After"]) <= 3600
    Tally.objects.all().delete()
    assert "Undo" in text(paula.get(page_of(pairing.teen)))
    paula.post(f"{page_of(pairing.teen)}/undo", {})
    assert now_applies(pairing) == "friends"


def test_what_changes_nothing_is_not_counted(pairing: Pairing, paula: Browser, stale: None) -> None:
    for typed in ({"value": "nobody"}, {"value": "nobody"}, {"value": "everyone"}, {"value": "followers"}):
        paula.post(control_of(pairing.teen), {**typed, **STANDING})
    assert Tally.objects.get(name=limits.CHANGES_AN_HOUR.name).count == 1


def checked(page: str) -> str:
    """Return the value that a form of a choice shows."""
    found = re.search(r'value="(\w+)"[^>]* checked', page)
    assert found is not None
    return found[1]


def now_applies(pairing: Pairing) -> object:
    """Return who may comment now."""
    return applies(pairing.teen, "comment.who", at=timezone.now())
