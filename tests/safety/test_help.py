"""`GET /v1/me/help`: always open, and no trace of it anywhere."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import a_device, a_teen, sets, stored
from tests.callers import Home, bearer, said

HELP = "/v1/me/help"
PARENTS = ("/v1/family", "/v1/teens/{id}/controls", "/v1/teens/{id}/history", "/v1/teens/{id}/arrival")
ALL_WEEK = {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "00:00", "until": "24:00"}
CLOSED: dict[str, Any] = {"time.pause": "on", "content.search": "off", "time.away": {"windows": [ALL_WEEK]}}


def test_a_teen_is_answered_the_lines_of_the_place(home: Home) -> None:
    answer = home.as_tess.get(HELP)
    body = said(answer)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert (set(body), body["place"]) == ({"place", "emergency", "helplines", "elsewhere"}, "GB")
    assert [line["key"] for line in body["helplines"]] == ["GB-childline", "GB-shout"]
    call, write = body["helplines"]
    assert (call["number"], call["call"], call["write"], call["open"]) == ("0800 1111", "tel:08001111", None, True)
    assert (write["number"], write["call"], write["write"]) == (None, None, "sms:85258?body=SHOUT")
    assert body["elsewhere"][0]["key"] == "001-findahelpline"
    assert body["emergency"][0] == {"number": "999", "call": "tel:999"}


@pytest.mark.parametrize(("language", "first"), [("fr", "BE-ecoute-enfants"), ("en", "BE-awel")])
def test_who_speaks_the_language_of_the_teen_comes_first(db: None, language: str, first: str) -> None:
    teen = a_teen()
    teen.place, teen.language = "BE", language
    teen.save()
    body = said(bearer(a_device(teen).token).get(HELP))
    assert body["helplines"][0]["key"] == first


def test_help_is_open_whatever_a_parent_closes(home: Home) -> None:
    before = said(home.as_tess.get(HELP))
    sets(home.pairing, CLOSED, at=home.at)
    after = home.as_tess.get(HELP)
    assert (after.status_code, said(after)) == (200, before)


def test_reading_help_writes_nothing_and_no_parent_sees_it(home: Home) -> None:
    paths = [path.format(id=home.tess.pk) for path in PARENTS]
    home.as_tess.get("/v1/me/supervision")
    before = stored(), [home.as_paula.get(path).content for path in paths]
    with CaptureQueriesContext(connection) as queries:
        assert home.as_tess.get(HELP).status_code == 200
    writes = [each["sql"] for each in queries if not each["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    assert writes == []
    assert len(queries) <= 3
    assert (stored(), [home.as_paula.get(path).content for path in paths]) == before


def test_the_command_names_who_needs_a_person(db: None) -> None:
    out = StringIO()
    call_command("helplines", "check", "--place", "FR", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "FR-3018: 3018; never tried; high confidence"
    assert lines[-1] == f"{len(lines) - 1} of {len(lines) - 1} lines need a person."
    assert not any("3020" in line for line in lines)
    with pytest.raises(CommandError, match="expected a place such as FR"):
        call_command("helplines", "check", "--place", "XX", stdout=out)
