"""The page of helplines: for anybody, in the own language, with nothing left behind."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from controls.policy.values import WEEKDAYS
from controls.policy.windows import Week
from safety.helplines.line import ALWAYS
from safety.labels import hours_in_words
from safety.places import chosen_place, place_choices
from tests.safety.written import hours

pytestmark = pytest.mark.django_db


def shown(query: str = "", language: str = "en") -> str:
    """Return the page as somebody sees it who is not signed in."""
    answer = Client().get(f"/help{query}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    # The one of every page with a form; it says nothing of this page.
    assert set(answer.cookies) <= {settings.CSRF_COOKIE_NAME}
    return answer.content.decode()


def links(page: str) -> list[str]:
    """Return where the page leads."""
    return [unescape(each) for each in re.findall(r'<a[^>]* href="([^"]*)"', page)]


def test_anybody_is_shown_the_lines_of_a_place() -> None:
    page = shown("?place=FR")
    assert "3018, harcèlement" in page
    assert {"tel:3018", "tel:112", "https://findahelpline.com/"} <= set(links(page))
    assert "3020" not in page


@pytest.mark.parametrize("place", ["", "XX", "fr", "001", "<script>", "FR" * 200])
def test_a_place_that_is_none_gets_the_directories_of_the_world(place: str) -> None:
    page = shown(f"?place={place}")
    assert "https://findahelpline.com/" in links(page)
    assert "<script>alert" not in page
    assert not any(link.startswith("tel:") for link in links(page))


def test_without_a_word_the_region_of_the_browser_counts() -> None:
    assert "tel:147" in links(shown(language="de-AT,de;q=0.8"))
    assert [chosen_place("", accepted) for accepted in ("fr-BE,fr", "fr", "", "zh-Hant", "xx-YY;q=0.1, en-GB")] == [
        "BE",
        "",
        "",
        "",
        "GB",
    ]


def test_names_are_those_of_the_language() -> None:
    page = shown("?place=CA-QC", "fr")
    assert '<option value="DE">Allemagne</option>' in page
    assert '<option value="CA-QC" selected>Canada, Québec</option>' in page
    assert "Jour et nuit" in page
    assert [each.name for each in place_choices("fr")] == sorted(each.name for each in place_choices("fr"))


def test_a_visit_asks_nothing_of_the_database() -> None:
    with CaptureQueriesContext(connection) as queries:
        shown("?place=FR")
    assert len(queries) == 0


@pytest.mark.parametrize(
    ("when", "is_open", "words"),
    [
        (None, None, ""),
        (ALWAYS, True, "Day and night"),
        (hours("09:00", "23:00"), True, "Every day, 09:00 to 23:00"),
        (hours("14:00", "20:00", *WEEKDAYS[:6]), False, "Closed now: Mon to Sat, 14:00 to 20:00"),
        (hours("09:00", "10:00", "mon", "wed"), True, "Mon, Wed, 09:00 to 10:00"),
    ],
)
def test_hours_are_told_in_words(when: Week | None, is_open: bool | None, words: str) -> None:
    with override("en"):
        assert hours_in_words(when, is_open) == words
