"""Every address and method, for every kind of caller."""

from __future__ import annotations

import pytest
from django.db import transaction

from accounts import access
from accounts.models import Pairing
from tests.builders import a_service, stored
from tests.callers import bearer
from tests.matrix.cast import Cast
from tests.matrix.routes import routes
from tests.matrix.table import DJANGO, SCOPES, Line, lines

LINES = list(lines(DJANGO))
LISTED = {(line.method, line.route) for line in LINES}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
UNLISTED = [
    (method, route)
    for route in routes()
    for method in METHODS
    if (method, route) not in LISTED and not route.startswith(("accounts/", "admin/"))
]
SIGN_IN = [route for route in routes() if route.startswith("accounts/")]
ADMIN = [route for route in routes() if route.startswith("admin/")]


@pytest.mark.parametrize("line", LINES, ids=str)
def test_each_caller_is_answered_as_listed(cast: Cast, line: Line) -> None:
    assert cast.outcomes(line.method, line.route) == line.expected


def test_every_address_is_listed_and_every_listed_one_exists() -> None:
    known = {route for route in routes() if not route.startswith("admin/")}
    assert known == {line.route for line in LINES}
    assert len(LISTED) == len(LINES)


@pytest.mark.parametrize(("method", "route"), UNLISTED, ids=str)
def test_a_method_that_is_not_listed_is_refused(cast: Cast, method: str, route: str) -> None:
    outcomes = {
        name: cast.outcome(cast.callers[name], method, route) for name in ("anyone", "paula", "tess", "service")
    }
    assert set(outcomes.values()) <= {"401", "403", "404", "405"}, outcomes
    assert {"404", "405"} & set(outcomes.values()), outcomes


@pytest.mark.parametrize("route", SIGN_IN)
def test_signing_in_knows_no_method_that_changes_anything_unlisted(cast: Cast, route: str) -> None:
    # Django's forms take PUT for POST, and send who is signed in already on their way before they look at the method.
    with transaction.atomic():
        before = stored()
        answers = [cast.ask(cast.callers["paula"], method, route) for method in ("PUT", "PATCH", "DELETE")]
        assert all(answer.status_code in (200, 302, 403, 405) for answer in answers)
        assert stored() == before
        transaction.set_rollback(True)


@pytest.mark.parametrize("route", ADMIN)
def test_the_admin_is_for_support_alone(cast: Cast, route: str) -> None:
    for method in ("GET", "POST"):
        outcomes = cast.outcomes(method, route)
        inside = outcomes.pop("sam")
        # Leaving is for everybody: who is not in is sent to the door.
        assert set(outcomes.values()) <= {"sign", "403", *(["302"] if route == "admin/logout/" else [])}, outcomes
        assert inside in ("200", "302", "403", "404", "405", "sign")


@pytest.mark.parametrize("route", [route for route in ADMIN if route.endswith(("/add/", "/delete/"))])
def test_support_adds_and_removes_no_rows(cast: Cast, route: str) -> None:
    before = stored()
    assert {cast.outcome(cast.callers["sam"], method, route) for method in ("GET", "POST")} == {"403"}
    assert stored() == before


@pytest.mark.parametrize(("route", "scope"), SCOPES.items())
def test_an_address_of_the_services_asks_for_its_scope_and_no_other(cast: Cast, route: str, scope: str) -> None:
    every = sorted(set(SCOPES.values()))
    only, others = bearer(a_service(scope)), bearer(a_service(*(each for each in every if each != scope)))
    for line in LINES:
        if line.route == route:
            assert cast.outcome(only, line.method, route) == line.expected["service"]
            assert cast.outcome(others, line.method, route) == "403"


def test_every_address_of_the_services_names_its_scope() -> None:
    services = {line.route for line in LINES if line.expected["other"] == "403" and line.expected["service"] != "403"}
    assert services == set(SCOPES)


def test_a_door_that_is_left_open_would_be_seen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "active_pairing_for_parent", lambda _, teen: Pairing.objects.filter(teen_id=teen)[0])
    (line,) = (line for line in LINES if str(line) == "GET v1/teens/{teen_id}/controls")
    outcomes = cast.outcomes(line.method, line.route)
    assert {name for name, answer in outcomes.items() if answer != line.expected[name]} == {"mallory", "pierre"}
