"""A form shows what was stored: saved untouched it says the same again."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Pairing
from controls.models import Setting
from controls.policy.catalogue import CATALOGUE, TOPICS
from controls.policy.facts import Birth, World
from controls.policy.resolve import Enforced, resolve
from controls.web.forms import ControlForm, form_for, refusal_of
from tests.core.proving import EXAMPLES
from tests.core.worlds import AT, BASELINE, raws
from tests.web.conftest import Browser, control_of
from tests.web.test_family_pages import text
from tests.web.test_unreadable import ALL, says

WORLD = World(Birth(date(2012, 6, 1)), "FR", "Europe/Paris", True, (), ())
NOW = resolve(WORLD, BASELINE, AT).values
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def clock(number: int) -> str:
    """Return the time of day after so many times seven minutes."""
    return f"{number * 7 // 60:02d}:{number * 7 % 60:02d}"


class Sender(HTMLParser):
    """Collects what a browser sends of a page that nobody has touched."""

    def __init__(self) -> None:
        super().__init__()
        self.data = QueryDict(mutable=True)
        self.select = self.area = self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a field that is sent with what it holds."""
        said = {name: value or "" for name, value in attrs}
        match tag:
            case "input" if "disabled" not in said and "name" in said:
                if said.get("type") not in ("radio", "checkbox") or "checked" in said:
                    self.data.appendlist(said["name"], said.get("value", "on" if "checked" in said else ""))
            case "select":
                self.select = said["name"]
            case "option" if "selected" in said:
                self.data.appendlist(self.select, said["value"])
            case "textarea":
                self.area, self.text = said["name"], ""

    def handle_data(self, data: str) -> None:
        """Take what stands in a text of several lines."""
        self.text += data.replace("\n", "\r\n")

    def handle_endtag(self, tag: str) -> None:
        """Take a text of several lines at its end; its first break is none."""
        if tag == "textarea":
            self.data[self.area] = self.text.removeprefix("\r\n")


def untouched(enforced: Enforced, stored: Any, *, currency: str = "EUR") -> ControlForm:
    """Return the form of a stored value as a browser sends it back."""
    shown = form_for(enforced, stored, is_verified=True, currency=currency)
    sender = Sender()
    sender.feed(render_to_string(shown.template, {"form": shown, "row": {"slug": "x"}}))
    return form_for(enforced, stored, sender.data, is_verified=True, currency=currency)


@pytest.mark.parametrize("key", ALL)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_value_that_is_shown_and_saved_is_the_same(key: str, data: st.DataObject) -> None:
    kind = CATALOGUE[key].kind
    stored: Any = kind.dump(kind.load(data.draw(raws(kind))))
    sum_in = stored["currency"] if kind.name == "amount" and stored["limited"] else "XXX"
    form = untouched(NOW[key], stored, currency="EUR" if sum_in == "XXX" else sum_in)
    # No part at all cannot be said by a form, and what nobody may choose any more is shut.
    can_be_said = stored != {} and not (kind.name == "choice" and refusal_of(NOW[key], stored, is_verified=True))
    assert form.is_valid() is can_be_said
    assert not can_be_said or kind.dump(kind.load(form.raw())) == stored


@pytest.mark.parametrize(
    ("key", "stored"),
    [
        (
            "time.bedtime",
            {"windows": [{"days": ["mon"], "from": clock(n), "until": clock(n + 1)} for n in range(0, 80, 2)]},
        ),
        (
            "time.bedtime",
            {"windows": [{"days": ["mon"], "from": clock(n), "until": clock(n + 1)} for n in range(0, 200, 2)]},
        ),
        (
            "time.bedtime",
            {"time_zone": "Europe/Paris", "windows": [{"days": ["sun"], "from": "22:00", "until": "07:00"}]},
        ),
        ("time.bedtime", {"windows": [{"days": EVERY_DAY, "from": "00:00", "until": "24:00"}]}),
        ("time.daily_minutes", {"mon": {"limited": True, "minutes": 60}, "sat": {"limited": False}}),
        ("time.daily_minutes", {day: {"limited": False} for day in EVERY_DAY}),
        ("content.keywords", {"all": True}),
        ("accounts.blocked", {"all": True}),
        ("content.topics", {"all": True}),
        ("content.topics", dict.fromkeys(TOPICS, "blocked")),
        ("content.labels", {"violence": 4}),
        ("purchase.monthly_cap", {"limited": True, "minor_units": "999999999999", "currency": "EUR"}),
        ("purchase.monthly_cap", {"limited": True, "minor_units": "0", "currency": "XXX"}),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_only_the_api_can_say_is_kept(key: str, stored: Any) -> None:
    kind = CATALOGUE[key].kind
    assert kind.dump(kind.load(stored)) == stored
    form = untouched(NOW[key], stored)
    assert form.is_valid(), form.errors
    assert kind.dump(kind.load(form.raw())) == stored


def test_a_mark_that_is_taken_off_leaves_what_is_typed() -> None:
    for key, all_of_it in (("content.keywords", {"all": True}), ("accounts.blocked", {"all": True})):
        form = form_for(NOW[key], all_of_it, {"items": "ant\r\nbee"}, is_verified=True, currency="EUR")
        assert form.is_valid()
        assert form.raw() == {"all": False, "items": ["ant", "bee"]}
    loosened = {**dict.fromkeys(TOPICS, "blocked"), "gaming": "reduced"}
    topics = form_for(NOW["content.topics"], {"all": True}, loosened, is_verified=True, currency="EUR")
    assert topics.is_valid()
    assert topics.raw() == loosened


def test_a_day_has_minutes_or_no_limit() -> None:
    typed = {"mon": "60", "mon_free": "on", "tue_free": "on"}
    form = form_for(NOW["time.daily_minutes"], None, typed, is_verified=True, currency="EUR")
    assert list(form.errors) == ["mon"]
    free = form_for(NOW["time.daily_minutes"], None, {"tue_free": "on"}, is_verified=True, currency="EUR")
    assert free.is_valid()
    assert free.raw() == {"tue": {"limited": False}}


def test_a_sum_in_another_currency_is_shown_as_what_it_is(pairing: Pairing, paula: Browser) -> None:
    stored = {"limited": True, "minor_units": "5000", "currency": "JPY"}
    says(pairing, stored, "purchase.monthly_cap")
    path = control_of(pairing.teen, "purchase.monthly_cap")
    assert "Your setting: 5000 JPY a month. Sums are in EUR now" in text(paula.get(path))
    form = untouched(NOW["purchase.monthly_cap"], stored)
    assert list(form.errors) == ["sum"]
    assert paula.post(path, form.data).status_code == 422
    assert {setting.value["currency"] for setting in Setting.objects.all()} == {"JPY"}
