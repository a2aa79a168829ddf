"""How many statements a request takes: bounds, so that a query in a loop is seen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from accounts.gather import relationship
from controls.gather import gather_with_ties
from tests.builders import a_device, a_parent, a_service, a_teen, paired, sets
from tests.callers import Home, bearer
from tests.ties import befriended

Ask = Callable[[], object]


@pytest.fixture
def large(home: Home) -> Home:
    """Return a family with a second parent, three phones and many words."""
    pierre = paired(home.tess, a_parent("pierre", at=home.at), at=home.at)
    for _ in range(2):
        a_device(home.tess, at=home.at)
    for pairing in (home.pairing, pierre):
        sets(pairing, {"comment.who": "nobody", "mention.who": "nobody", "post.audience": "only_me"}, at=home.at)
    return home


def cost(ask: Ask, status: int = 200) -> int:
    """Return how many statements an answer takes."""
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    assert not isinstance(answer, HttpResponse) or answer.status_code == status
    return len(captured)


def test_what_a_parent_reads(large: Home) -> None:
    teen, etag = f"/v1/teens/{large.tess.pk}", large.etag()
    assert cost(lambda: large.as_paula.get(large.controls)) <= 8
    assert cost(lambda: large.as_paula.get(large.controls, If_None_Match=etag), 304) <= 8
    assert cost(lambda: large.as_paula.get(f"{teen}/history")) <= 9
    assert cost(lambda: large.as_paula.get(f"{teen}/arrival")) <= 10


def test_what_a_parent_changes(large: Home) -> None:
    change, etag = {"comment.who": {"value": "friends"}}, large.etag()
    assert cost(lambda: large.as_paula.patch(f"{large.controls}?dry_run=true", change, If_Match=etag)) <= 22
    assert cost(lambda: large.as_paula.patch(large.controls, change, If_Match=etag)) <= 26
    etag = large.etag()
    assert cost(lambda: large.as_paula.patch(large.controls, change, If_Match=etag)) <= 20


def test_another_control_in_a_change_costs_few_statements(large: Home) -> None:
    keys = ("comment.who", "mention.who", "post.audience")
    etag = large.etag()
    assert cost(lambda: large.as_paula.patch(large.controls, dict.fromkeys(keys), If_Match=etag)) <= 26 + 5 * 2


def test_what_a_device_asks(large: Home) -> None:
    body = {"version": large.etag().strip('"').partition("-")[0], "app_version": "5.1.0"}
    assert cost(lambda: large.as_tess.put("/v1/me/applied", body), 204) <= 9
    assert cost(lambda: large.as_tess.put("/v1/me/applied", body), 204) <= 7
    assert cost(lambda: large.as_tess.put("/v1/me/choices/comment.who", {"value": "nobody"})) <= 19
    assert cost(lambda: large.as_tess.get("/v1/me/supervision")) <= 4
    assert cost(lambda: large.as_tess.get("/v1/me/history")) <= 4


def test_what_a_service_asks(large: Home) -> None:
    service = bearer(a_service("settings:read"))
    assert cost(lambda: service.get("/v1/accounts/platform-tess/settings")) <= 4


def test_what_a_service_tells_and_asks_of_friends(home: Home) -> None:
    theo, service = a_teen(name="theo", at=home.at), bearer(a_service("graph:read", "graph:write"))
    follow, block = (f"/v1/accounts/platform-tess/{what}/platform-theo" for what in ("follows", "blocks"))
    asking = cost(lambda: service.put(follow))
    assert asking <= 30
    assert cost(lambda: service.put(follow)) <= 12
    assert cost(lambda: service.put(follow, {"state": "accepted"})) <= 28
    assert cost(lambda: service.put(block), 204) <= 36
    assert cost(lambda: service.delete(block), 204) <= 20
    for number in range(30):
        befriended(theo, f"u-{number}", at=home.at)
    assert cost(lambda: gather_with_ties(theo.pk)) == cost(lambda: relationship("platform-theo", "u-1")) == 1
    assert cost(lambda: service.get("/v1/accounts/platform-theo/ties")) <= 4


def test_a_larger_family_does_not_cost_more_to_read(home: Home, large: Home) -> None:
    small = a_teen(name="theo", at=home.at)
    paired(small, home.paula, at=home.at)
    for path in ("controls", "arrival"):
        one, other = (cost(partial(home.as_paula.get, f"/v1/teens/{teen.pk}/{path}")) for teen in (large.tess, small))
        assert one == other, path


def test_each_teen_of_a_family_costs_the_same(home: Home) -> None:
    first = cost(lambda: home.as_paula.get("/v1/family"))
    for name in ("theo", "tara"):
        paired(a_teen(name=name, at=home.at), home.paula, at=home.at)
    assert cost(lambda: home.as_paula.get("/v1/family")) <= first + 2 * 3
