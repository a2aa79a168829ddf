"""The client for services: what it asks, what it keeps, and what it refuses by itself."""

from __future__ import annotations

import ast
import logging
import sys
import tomllib
from typing import Any

import pytest

from accounts.ties import Ties
from family_pairing_client import KeyRefused, Question, QuestionRefused, UnknownObligation, account
from family_pairing_client.questions import ALWAYS_OPEN
from ledger.cache import Cache
from tests.clients.conftest import Open
from tests.edge.authzen.conftest import Service
from tests.edge.deciding.conftest import Enrol
from tests.edge.deciding.test_decisions import grown
from tests.edge.family import Database, until
from tests.servers import ROOT

PACKAGE = ROOT / "clients" / "python"


def message(a: str, b: str, **told: Any) -> Question:
    return Question(account(a), "message.send", account(b, is_new_contact=False, **told), {"content_type": "text"})


@pytest.fixture
def friends(platform: Service, enrol: Enrol) -> Service:
    """Return a platform where Tess and Theo, who are seventeen, are friends and known."""
    grown(enrol, "tess", "theo"), grown(enrol, "theo", "tess")
    until(lambda: platform.front.edge.watch.trusts("anyone"))
    return platform


EVERY = ["deliver_silently", "report_contact", "ask_again"]


def test_one_question_and_many_are_answered_in_their_order(friends: Service, open_client: Open) -> None:
    client = open_client(friends.front.url, friends.key, understands=EVERY)
    assert client.decide(message("tess", "theo"))
    refused = client.decide(message("tess", "stranger"))
    assert (refused.allowed, refused.outcome, refused.reason) == (False, "deny", "friends_only")
    many = [message("tess", "theo" if place % 3 else f"stranger-{place}") for place in range(250)]
    assert [bool(each) for each in client.decide_all(many)] == [bool(place % 3) for place in range(250)]
    assert client.decide_all([]) == []


def test_an_explanation_comes_with_versions_and_an_end(friends: Service, open_client: Open) -> None:
    decision = open_client(friends.front.url, friends.key, understands=EVERY).decide(message("tess", "theo"))
    assert decision.valid_until is not None
    assert decision.valid_until.tzinfo is not None
    assert decision.version.startswith("1.")
    assert [each["rule"] for each in decision.citations] == [each["rule"] for each in decision.reasons]


def test_what_is_kept_is_not_asked_again_and_only_where_it_is_wanted(
    friends: Service, open_client: Open, cache: Cache, enrol: Enrol
) -> None:
    keeps = open_client(friends.front.url, friends.key, understands=EVERY, max_age=60)
    keeps_none = open_client(friends.front.url, friends.key, understands=EVERY, keep=0)
    tara = grown(enrol, "tara", "tess")
    enrol("tess", 17, Ties(friends=frozenset({"tara"})), dm_who_can_send="friends")
    asked = message("tess", "tara")
    until(lambda: keeps_none.decide(asked))
    assert keeps.decide(asked)
    tara.says(cache, dm_who_can_send="nobody")
    # Kept to the end of the minute; at its very end it is asked for again.
    assert not keeps_none.decide(asked)
    assert keeps.decide(message("tess", "tara", relationship="friend")).allowed is False


def test_help_and_reports_are_open_without_a_network(open_client: Open) -> None:
    client = open_client("http://127.0.0.1:9", "fps_nobody")
    for action in ALWAYS_OPEN:
        assert client.decide(Question(account("tess"), action, account("any")))
    assert {"help.open", "report.create"} == ALWAYS_OPEN


def test_an_obligation_that_is_not_known_refuses(friends: Service, open_client: Open) -> None:
    asked = Question(account("tess"), "app.use", account("app"))
    asked = Question(asked.subject, "search.run", type(asked.resource)("feature", "search"))
    known = open_client(friends.front.url, friends.key, understands=["ask_again", "safe_search"], keep=0).decide(asked)
    unknown = open_client(friends.front.url, friends.key, keep=0).decide(asked)
    assert known.allowed
    assert known.obligations
    assert (unknown.allowed, unknown.reason) == (False, "unknown_obligation")
    assert isinstance(unknown.error, UnknownObligation)
    assert known.obligations[0].type in str(unknown.error)


def test_a_refused_key_and_a_wrong_question_are_no_whatever_was_chosen(friends: Service, open_client: Open) -> None:
    chosen = {"message.send": "allow"}
    decision = open_client(friends.front.url, "fps_wrong_key", when_unsure=chosen).decide(message("tess", "theo"))
    assert not decision
    assert isinstance(decision.error, KeyRefused)
    assert "token_invalid" in str(decision.error)
    wrong = Question(account("tess"), "message.send", account("theo", text="x" * 70_000))
    decision = open_client(friends.front.url, friends.key, when_unsure=chosen).decide(wrong)
    assert not decision
    assert isinstance(decision.error, QuestionRefused)
    with pytest.raises(KeyRefused, match="Make a new one"):
        list(open_client(friends.front.url, "fps_x").search_actions(account("tess"), account("theo")))


def test_searches_walk_through_every_page(platform: Service, enrol: Enrol, open_client: Open) -> None:
    others = [f"teen-{place:03}" for place in range(60)]
    enrol("tess", 17, Ties(friends=frozenset(others)), dm_who_can_send="friends")
    for name in others:
        grown(enrol, name, "tess")
    client = open_client(platform.front.url, platform.key)
    told = {"action_properties": {"content_type": "text"}}
    asked = {"properties": {"is_new_contact": False}, **told}
    until(lambda: list(client.search_resources(account("tess"), "message.send", **asked)) == others)
    theo = account(others[0], is_new_contact=False)
    assert list(client.search_subjects("message.send", theo, **told)) == ["tess"]
    assert "friend.request" in list(client.search_actions(account("tess"), theo))


def test_the_decision_point_says_what_it_is(platform: Service, open_client: Open) -> None:
    told = open_client(platform.front.url, platform.key).configuration()
    assert told.endpoints["access_evaluation_endpoint"] == told.decision_point + "/access/v1/evaluation"


def test_the_key_is_said_nowhere(
    platform: Service, database: Database, open_client: Open, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = open_client(platform.front.url, platform.key)
    decisions = [client.decide(message("a", "b"))]
    database.revoke_key(platform.key)
    until(lambda: client.decide(message("a", "c")).error)
    decisions.append(client.decide(message("a", "d")))
    # The secret may hold what the key is joined by.
    secret = platform.key.split("_", 2)[2]
    assert secret not in caplog.text + repr(client) + repr(vars(client)) + repr(decisions)


@pytest.mark.parametrize("key", ["", "fps_a b", "fps_a\n", "fps_é"])
def test_a_key_that_is_none_is_refused_without_being_said(key: str, open_client: Open) -> None:
    with pytest.raises(ValueError, match="sign that no key has") as refused:
        open_client("https://families.example.com", key)
    assert not key.strip() or key not in str(refused.value)


@pytest.mark.parametrize("options", [{"when_unsure": {"a": "yes"}}, {"understands": "ask_again"}])
def test_a_choice_that_is_none_is_refused(options: Any, open_client: Open) -> None:
    with pytest.raises(ValueError, match=r"choose|name the"):
        open_client("https://families.example.com", "fps_x", **options)


def test_the_package_is_whole_and_needs_httpx_alone() -> None:
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())
    assert project["project"]["name"] == "family-pairing-client"
    assert [each.partition(">")[0] for each in project["project"]["dependencies"]] == ["httpx"]
    (folder,) = project["tool"]["setuptools"]["packages"]
    assert (PACKAGE / folder / "py.typed").exists()
    trees = [ast.parse(path.read_text()) for path in (PACKAGE / folder).glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
    names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    others = {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names)
    assert others == {"httpx", folder}
