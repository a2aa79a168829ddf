"""Follows, blocks and ties over HTTP, as a service of the platform tells and asks them."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse

from accounts.gather import relationship
from accounts.ties import Ties
from controls.history import LARGEST_PAGE
from tests.builders import a_parent, a_service, a_teen, paired, stored
from tests.callers import Caller, Home, bearer, refusal, said
from tests.ties import STRANGER, befriended, blocks, follows
from tests.ties import ties as ties_held

TESS, THEO = "platform-tess", "platform-theo"


@pytest.fixture
def platform(database: None) -> Caller:
    """Return a service that may change friends and blocks, and read them."""
    for name in ("tess", "theo"):
        a_teen(name=name)
    return bearer(a_service("graph:read", "graph:write"))


def follow(one: str, other: str) -> str:
    """Return the address of a follow."""
    return f"/v1/accounts/{one}/follows/{other}"


def block(one: str, other: str) -> str:
    """Return the address of a block."""
    return f"/v1/accounts/{one}/blocks/{other}"


def ties(platform: Caller, one: str, query: str = "") -> Any:
    """Return a page of an account's ties."""
    answer = platform.get(f"/v1/accounts/{one}/ties{query}")
    assert answer.status_code == 200, answer.content
    return said(answer)


def test_two_accounts_become_friends_by_four_steps(platform: Caller) -> None:
    told = []
    for one, other, state in ((TESS, THEO, "asked"), (TESS, THEO, "accepted"), (THEO, TESS, "asked")):
        told.append(said(platform.put(follow(one, other), {"state": state}))["relationship"])
    last = said(platform.put(follow(THEO, TESS), {"state": "accepted"}))
    assert told == ["none", "follows", "followed_by"]
    assert set(last) == {
        "follower",
        "followed",
        "state",
        "asked_at",
        "answered_at",
        "ask_again_at",
        "relationship",
    }
    assert (last["follower"], last["followed"], last["state"]) == (THEO, TESS, "accepted")
    assert (last["relationship"], last["ask_again_at"]) == ("friend", None)


def test_a_body_that_says_nothing_asks(platform: Caller) -> None:
    assert said(platform.put(follow(TESS, THEO)))["state"] == "asked"


def test_a_no_says_when_to_ask_again_and_so_does_who_asks_too_early(platform: Caller) -> None:
    platform.put(follow(TESS, THEO))
    refused = said(platform.put(follow(TESS, THEO), {"state": "refused"}))
    assert refused["ask_again_at"] > refused["answered_at"]
    answer = platform.put(follow(TESS, THEO))
    assert refusal(answer) == (409, "cooling_off")
    assert 0 < int(answer["Retry-After"]) <= 86_400
    assert said(answer)["ask_again_at"] == refused["ask_again_at"]


def test_an_ask_is_taken_back_and_a_follow_ends_by_the_same_word(platform: Caller) -> None:
    for state in ("asked", "accepted"):
        for step in ("asked", state):
            platform.put(follow(TESS, THEO), {"state": step})
        assert platform.delete(follow(TESS, THEO)).status_code == 204
        assert ties(platform, TESS)["items"] == []
    assert refusal(platform.put(follow(TESS, THEO), {"state": "accepted"})) == (410, "gone")


def test_a_block_ends_ties_and_a_new_ask_waits_for_ever(platform: Caller) -> None:
    befriended(TESS, THEO)
    assert platform.put(block(THEO, TESS)).status_code == 204
    asked = said(platform.put(follow(TESS, THEO)))
    assert (asked["state"], asked["relationship"], asked["answered_at"]) == ("asked", "none", None)
    assert [each["follows"] for each in ties(platform, TESS)["items"]] == ["asked"]
    assert [each["followed_by"] for each in ties(platform, THEO)["items"]] == [None]
    assert platform.delete(block(THEO, TESS)).status_code == 204
    assert platform.put(follow(TESS, THEO)).content == platform.put(follow(TESS, THEO)).content
    assert [each["followed_by"] for each in ties(platform, THEO)["items"]] == ["asked"]


def test_who_blocks_is_told_to_take_that_back_first(platform: Caller) -> None:
    platform.put(block(TESS, THEO))
    answer = platform.put(follow(TESS, THEO))
    assert refusal(answer) == (422, "invalid_value")
    assert [fault["pointer"] for fault in said(answer)["errors"]] == ["/state"]


def test_the_ties_of_an_account_are_listed_by_the_others_ids(platform: Caller) -> None:
    befriended(TESS, "a-friend")
    follows(TESS, "b-asked")
    follows("c-asks", TESS)
    blocks(TESS, "d-blocked")
    blocks("e-blocks", TESS)
    blocks(THEO, TESS)
    assert ties(platform, TESS) == {
        "items": [
            {"account": "a-friend", "relationship": "friend", "follows": "accepted", "followed_by": "accepted"},
            {"account": "b-asked", "relationship": "none", "follows": "asked", "followed_by": None},
            {"account": "c-asks", "relationship": "none", "follows": None, "followed_by": "asked"},
            {"account": "d-blocked", "relationship": "blocked", "follows": None, "followed_by": None},
        ],
        "next_cursor": None,
    }


def test_ties_come_in_pages_that_miss_none_and_repeat_none(platform: Caller) -> None:
    names = [f"u-{number:02}" for number in range(7)]
    for name in names:
        follows(name, TESS)
        blocks(TESS, f"v{name}")
    page = ties(platform, TESS, "?limit=3")
    found = page["items"]
    while page["next_cursor"]:
        page = ties(platform, TESS, f"?limit=3&cursor={page['next_cursor']}")
        assert 0 < len(page["items"]) <= 3
        found += page["items"]
    assert [each["account"] for each in found] == [*names, *(f"v{name}" for name in names)]


@pytest.mark.parametrize("query", ["limit=0", f"limit={LARGEST_PAGE + 1}", "limit=x", "cursor=x", "cursor=%00"])
def test_a_page_that_cannot_be_is_refused_by_name(platform: Caller, query: str) -> None:
    answer = platform.get(f"/v1/accounts/{TESS}/ties?{query}")
    assert refusal(answer) == (422, "invalid_value")
    assert said(answer)["errors"][0]["pointer"] == f"/{query.partition('=')[0]}"


def test_a_cursor_is_of_one_account(platform: Caller) -> None:
    for other in ("u-1", "u-2"):
        for name in (TESS, THEO):
            follows(other, name)
    cursor = ties(platform, TESS, "?limit=1")["next_cursor"]
    assert refusal(platform.get(f"/v1/accounts/{THEO}/ties?limit=1&cursor={cursor}")) == (422, "invalid_value")


def test_of_accounts_that_are_not_registered_nothing_is_held(platform: Caller) -> None:
    before = stored()
    answers = [
        platform.put(follow("x-1", "x-2")),
        platform.delete(follow("x-1", "x-2")),
        platform.put(block("x-1", "x-2")),
        platform.delete(block("x-1", "x-2")),
        platform.get("/v1/accounts/x-1/ties"),
    ]
    assert {refusal(answer) for answer in answers} == {(404, "not_found")}
    assert stored() == before


WORDS: list[tuple[object, int, str, str]] = [
    ({"state": "removed"}, 422, "invalid_value", "/state"),
    ({"state": 3}, 422, "invalid_value", "/state"),
    ({"state": None}, 422, "invalid_value", "/state"),
    ({"state": ["asked"]}, 422, "invalid_value", "/state"),
    ({"state": {}}, 422, "invalid_value", "/state"),
    ({"state": ""}, 422, "invalid_value", "/state"),
    ({"who": "x"}, 400, "unknown_field", "/who"),
]


@pytest.mark.parametrize(("body", "status", "code", "where"), WORDS)
def test_what_is_said_wrongly_is_refused_by_name(
    platform: Caller, body: object, status: int, code: str, where: str
) -> None:
    before = stored()
    answer = platform.put(follow(TESS, THEO), body)
    assert refusal(answer) == (status, code)
    assert [fault["pointer"] for fault in said(answer)["errors"]] == [where]
    assert stored() == before


@pytest.mark.parametrize("name", ["%00", "%0A", "%7F", "x" * 129, "é" * 129, "%F0%9F%99%82" * 129])
def test_an_id_that_cannot_be_is_refused_everywhere(platform: Caller, name: str) -> None:
    before = stored()
    for one, other in ((TESS, name), (name, TESS)):
        for address in (follow(one, other), block(one, other)):
            for method in ("PUT", "DELETE"):
                assert looks_refused(platform.send(method, address)), (method, address)
    assert looks_refused(platform.get(f"/v1/accounts/{name}/ties"))
    assert stored() == before


@pytest.mark.parametrize("name", ["%FF", "%ED%A0%80"])
def test_an_address_that_is_no_text_is_read_as_it_is_written(platform: Caller, name: str) -> None:
    assert said(platform.put(follow(TESS, name)))["followed"] == name


def looks_refused(answer: HttpResponse) -> bool:
    """Tell whether an answer is a refusal of a value or of an address."""
    return refusal(answer) in {(422, "invalid_value"), (404, "not_found")}


def test_an_account_has_to_do_with_another_one(platform: Caller) -> None:
    before = stored()
    for address in (follow(TESS, TESS), block(TESS, TESS)):
        for method in ("PUT", "DELETE"):
            assert refusal(platform.send(method, address)) == (422, "invalid_value")
    assert stored() == before


def test_ids_are_taken_sign_by_sign(platform: Caller) -> None:
    for name in (" x", "x ", "X", "x%", "x_", "é", "e\u0301", "'; DROP TABLE accounts_follow; --", "🙂"):
        assert platform.put(follow(TESS, name.replace("%", "%25").replace(";", "%3B"))).status_code == 200
    assert [each["account"] for each in ties(platform, TESS)["items"]].count("x") == 0
    assert len(ties(platform, TESS)["items"]) == 9


def test_where_the_platform_keeps_friends_itself_it_is_told_so(platform: Caller, settings: Any) -> None:
    befriended(TESS, THEO)
    tess, paula = a_teen(), a_parent()
    paired(tess, paula)
    settings.FRIENDS_KEPT_BY = "platform"
    before = stored()
    for method, address in (("PUT", follow(TESS, THEO)), ("DELETE", follow(TESS, THEO)), ("PUT", block(TESS, THEO))):
        assert refusal(platform.send(method, address)) == (409, "kept_by_platform")
    assert refusal(platform.get(f"/v1/accounts/{TESS}/ties")) == (409, "kept_by_platform")
    assert stored() == before
    assert relationship(TESS, THEO) is None
    assert ties_held(tess) == Ties(parents=frozenset([str(paula.pk)]))


def test_the_teen_reads_of_both_accounts_and_a_parent_of_nothing(home: Home) -> None:
    seen = home.as_paula.get(f"/v1/teens/{home.tess.pk}/history").content
    befriended(home.tess, STRANGER, at=home.at)
    blocks(home.tess, STRANGER, at=home.at)
    blocks("u-1", home.tess, at=home.at)
    items = said(home.as_tess.get("/v1/me/history"))["items"]
    assert [each["kind"] for each in items[:2]] == ["block.added", "follow.removed"]
    assert items[0]["tie"] == {"blocker": TESS, "blocked": STRANGER}
    assert items[1]["tie"] in ({"follower": TESS, "followed": STRANGER}, {"follower": STRANGER, "followed": TESS})
    assert "tie" not in items[-1]
    assert home.as_paula.get(f"/v1/teens/{home.tess.pk}/history").content == seen


def test_who_may_not_is_told_nothing_of_who_keeps_friends(platform: Caller, settings: Any) -> None:
    settings.FRIENDS_KEPT_BY = "platform"
    assert refusal(bearer(a_service("settings:read")).put(follow(TESS, THEO))) == (403, "scope_missing")


def test_an_account_that_is_not_registered_asks_as_well(platform: Caller) -> None:
    assert said(platform.put(follow(STRANGER, TESS)))["follower"] == STRANGER
    assert said(platform.put(follow(STRANGER, TESS), {"state": "accepted"}))["relationship"] == "follows"
