"""Decisions over HTTP: never older than what was acknowledged, protective when in doubt, and silent about others."""

from __future__ import annotations

import time
from typing import Any

import pytest

from accounts.ties import Ties
from ledger.cache import Cache
from tests.edge.authzen.conftest import EVALUATION, EVALUATIONS, Service
from tests.edge.authzen.scenario import Scenario
from tests.edge.conftest import Serve, Store
from tests.edge.deciding.conftest import Ask, Enrol, deciding
from tests.edge.family import Database, until

FRIEND = {"relationship": "friend", "content_type": "text"}


def message(a: str, b: str, kind: str = "account", explain: bool = False, **told: Any) -> dict[str, Any]:
    """Return whether A may write to B."""
    properties = {"content_type": "text", "is_new_contact": False}
    return {
        "subject": {"type": "account", "id": a},
        "action": {"name": "message.send", "properties": properties},
        "resource": {"type": kind, "id": b, "properties": told},
        "context": {"explain": explain},
    }


def friends(a: str) -> Ties:
    return Ties(friends=frozenset({a}))


def grown(enrol: Enrol, name: str, friend: str) -> Any:
    """Enrol somebody of 17 who takes messages from friends, and is one."""
    return enrol(name, 17, friends(friend), dm_who_can_send="friends")


def test_two_friends_of_seventeen_may_write_and_redis_alone_is_asked(
    platform: Service, enrol: Enrol, database: Database
) -> None:
    people = [grown(enrol, "tess", "theo"), grown(enrol, "theo", "tess")]
    asked = message("tess", "theo")
    until(lambda: all(platform.front.edge.watch.trusts(each.teen) for each in people))
    reads = database.reads
    assert [platform.decide(asked) for _ in range(5)] == [True] * 5
    assert platform.decide_all({"evaluations": [asked, message("tess", "nobody-here")]}) == [True, False]
    assert database.reads == reads


def test_below_sixteen_nobody_writes_whatever_anyone_chose(platform: Service, enrol: Enrol) -> None:
    grown(enrol, "theo", "tess")
    enrol("tess", 14, friends("theo"), dm_who_can_send="friends")
    answer = platform.ask(EVALUATION, message("tess", "theo", explain=True))
    assert answer["decision"] is False
    assert [(each["code"], each["control"]) for each in answer["context"]["reasons"]] == [("nobody", "dm.who_can_send")]
    assert platform.ask(EVALUATION, message("theo", "tess"))["context"] == {
        "outcome": "deny",
        "reason": "recipient_settings",
    }


def test_a_decision_after_a_change_was_acknowledged_is_never_older(
    platform: Service, enrol: Enrol, cache: Cache
) -> None:
    grown(enrol, "tess", "theo")
    theo = grown(enrol, "theo", "tess")
    asked = message("tess", "theo")
    until(lambda: platform.decide(asked))
    for value, allowed in [("nobody", False), ("friends", True), ("nobody", False)]:
        theo.says(cache, dm_who_can_send=value)
        assert platform.decide(asked) is allowed
    theo.says(cache)
    assert platform.decide(asked)
    theo.is_tied(cache, Ties(blocked=frozenset({"tess"})))
    assert not platform.decide(asked)


def test_without_redis_the_database_answers_and_without_both_the_answer_is_no(
    open_platform: Ask, enrol: Enrol, own_store: Store, database: Database
) -> None:
    grown(enrol, "tess", "theo"), grown(enrol, "theo", "tess")
    platform = open_platform(own_store)
    own_store.kill()
    until(lambda: platform.decide(message("tess", "theo")))
    database.is_down = True
    answer = platform.ask(EVALUATION, message("tess", "theo"))
    assert answer == {"decision": False, "context": {"outcome": "deny", "reason": "unavailable"}}
    never_seen = platform.ask(EVALUATIONS, {"evaluations": [message("tess", "new"), message("new", "newer")]})
    assert [each["context"]["reason"] for each in never_seen["evaluations"]] == ["unavailable"] * 2
    assert platform.decide({**message("tess", "theo"), "action": {"name": "help.open"}, "resource": HELP})


HELP = {"type": "feature", "id": "helplines"}


@pytest.mark.parametrize("part", ["brief", "tag"])
def test_what_somebody_else_wrote_into_redis_is_not_believed(
    open_platform: Ask, enrol: Enrol, store: Store, database: Database, part: str
) -> None:
    tess, theo = enrol("tess", 17, friends("theo")), grown(enrol, "theo", "tess")
    platform = open_platform()
    asked = message("tess", "theo")
    until(lambda: not platform.decide(asked))
    mine, theirs = store.keys_of(tess.teen), store.keys_of(theo.teen)
    place = getattr(mine, part)
    store.client.set(place, store.client.get(getattr(theirs, part)))
    fresh = open_platform()
    reads = database.reads
    assert not fresh.decide(asked)
    assert database.reads > reads


def test_a_brief_of_before_beside_the_present_tag_is_not_believed(
    open_platform: Ask, enrol: Enrol, store: Store, cache: Cache, database: Database
) -> None:
    theo = grown(enrol, "theo", "tess")
    grown(enrol, "tess", "theo")
    platform, names = open_platform(), store.keys_of(theo.teen)
    until(lambda: platform.decide(message("tess", "theo")))
    former = store.client.get(names.brief)
    theo.says(cache, dm_who_can_send="nobody")
    store.client.set(names.brief, former)
    for each in (platform, open_platform()):
        reads = database.reads
        assert not each.decide(message("tess", "theo"))
        assert database.reads > reads
        store.client.set(names.brief, former)


def test_what_a_former_run_of_redis_held_is_not_taken_for_the_present(
    open_platform: Ask, enrol: Enrol, own_store: Store, database: Database, cache: Cache
) -> None:
    grown(enrol, "tess", "theo")
    theo = grown(enrol, "theo", "tess")
    platform, asked = open_platform(own_store), message("tess", "theo")

    def is_held() -> bool:
        reads = database.reads
        return platform.decide(asked) and database.reads == reads

    until(is_held)
    former = {key: own_store.client.get(key) for key in own_store.client.keys("fp:*")}
    own_store.restart()
    own_store.client.mset(former)
    theo.says(cache, dm_who_can_send="nobody")
    line = platform.front.edge.redis
    until(lambda: line.line is not None and line.line.run_id == own_store.client.info("server")["run_id"])
    assert not platform.decide(asked)


def test_who_is_not_enrolled_is_judged_by_the_band_or_kept_from_minors(platform: Service, enrol: Enrol) -> None:
    enrol("tess", 17, dm_who_can_send="friends")
    told: dict[str, Any] = {"relationship": "friend"}
    until(lambda: platform.ask(EVALUATION, message("stranger", "tess", **told))["decision"] is False)
    assert platform.ask(EVALUATION, message("stranger", "tess"))["context"]["reason"] == "unenrolled"
    assert platform.decide(message("one", "other"))
    no_such = platform.ask(EVALUATION, message("tess", "stranger", age_band="12"))["context"]["reasons"]
    assert [(each["code"], each["pointer"]) for each in no_such] == [("malformed", "/resource/properties/age_band")]


def test_an_account_that_was_just_enrolled_counts_at_once(platform: Service, enrol: Enrol) -> None:
    assert platform.decide(message("one", "two"))
    enrol("two", 14)
    assert not platform.decide(message("one", "two"))


def test_two_unknown_accounts_are_refused_where_the_operator_wants_it(open_platform: Ask) -> None:
    assert not open_platform(unenrolled_allowed=False).decide(message("one", "two"))


def test_a_tie_is_told_or_held_and_a_block_counts_whoever_knows_it(open_platform: Ask, enrol: Enrol) -> None:
    ours, theirs = open_platform(), open_platform(ties_kept_by_us=False)
    grown(enrol, "tess", "theo"), grown(enrol, "theo", "tess")
    enrol("tara", 17, dm_who_can_send="friends")
    told: dict[str, Any] = {"relationship": "friend"}
    for platform, held, only_told in ((ours, True, False), (theirs, False, True)):
        assert platform.decide(message("tess", "theo")) is held
        assert platform.decide(message("tess", "theo", **told))
        assert platform.decide(message("tess", "tara", **told)) is only_told
        assert not platform.decide(message("tess", "theo", relationship="blocked"))


def test_a_paired_parent_is_never_refused_and_another_one_is(platform: Service, enrol: Enrol) -> None:
    enrol("tess", 14, Ties(parents=frozenset({"paula"})))
    assert platform.decide(message("tess", "paula", kind="parent"))
    assert not platform.decide(message("tess", "mallory", kind="parent"))
    back = message("paula", "tess") | {"subject": {"type": "parent", "id": "paula"}}
    assert platform.decide(back)
    assert not platform.decide(back | {"subject": {"type": "parent", "id": "mallory"}})


def test_what_is_not_understood_is_refused_with_a_reason(platform: Service) -> None:
    dance = platform.ask(EVALUATION, message("one", "two") | {"action": {"name": "message.dance"}})
    assert dance == {"decision": False, "context": {"outcome": "deny", "reason": "unknown_action"}}
    odd = platform.ask(EVALUATION, message("one", "two", kind="table"))["context"]
    assert (odd["reason"], odd["reasons"][0]["pointer"]) == ("malformed", "/resource/type")
    odd = platform.ask(EVALUATION, message("one", "two", relationship="cousin"))["context"]
    assert (odd["reason"], odd["reasons"][0]["pointer"]) == ("malformed", "/resource/properties/relationship")


def test_an_explanation_names_rules_versions_and_an_end_and_nothing_of_the_other(
    platform: Service, enrol: Enrol
) -> None:
    tess = grown(enrol, "tess", "theo")
    grown(enrol, "theo", "tess")
    context = platform.ask(EVALUATION, message("tess", "theo", explain=True))["context"]
    assert context["outcome"] == "allow"
    assert context["version"] == str(tess.snapshot.version)
    assert context["valid_until"].endswith("Z")
    assert [each["rule"] for each in context["citations"]] == [each["rule"] for each in context["reasons"]]
    assert context["citations"]


def test_a_search_counts_as_the_questions_that_it_asks(
    serve: Serve, store: Store, database: Database, enrol: Enrol
) -> None:
    database.ahead = 61.0 - time.time() % 60
    enrol("tess", 17, Ties(friends=frozenset(f"friend-{number}" for number in range(7))))
    key = database.key("decide")
    front = serve(database, store, deciding=deciding(database), decisions_a_minute=10)
    platform = Service(front, key, Scenario())
    search = message("tess", "") | {"resource": {"type": "account"}}

    def counted() -> list[int]:
        return [int(store.client.get(name)) for name in store.client.keys("*:decisions:*")]

    platform.ask("/access/v1/search/resource", search)
    until(lambda: counted() == [7])
    platform.ask("/access/v1/search/resource", search | {"subject": {"type": "account", "id": "nobody-here"}})
    until(lambda: counted() == [8])
    platform.ask("/access/v1/search/resource", search)
    until(lambda: counted() == [15])
    until(lambda: platform.post("/access/v1/search/resource", search).status_code == 429)
    assert counted()[0] >= 15


def test_a_search_finds_only_whom_we_hold_and_whom_it_may_reach(platform: Service, enrol: Enrol) -> None:
    others = ["theo", "tara", "toni"]
    enrol("tess", 17, Ties(friends=frozenset(others), blocked=frozenset({"mallory"})), dm_who_can_send="friends")
    for name in others[:2]:
        grown(enrol, name, "tess")
    enrol("toni", 14, friends("tess"))
    asked = message("tess", "")
    resource = {"type": "account", "properties": {}}
    found = platform.ask("/access/v1/search/resource", asked | {"resource": resource})
    assert [each["id"] for each in found["results"]] == ["tara", "theo"]
    subject = {"subject": {"type": "account"}}
    found = platform.ask("/access/v1/search/subject", message("", "theo") | subject)
    assert [each["id"] for each in found["results"]] == ["tess"]
    assert (
        platform.ask("/access/v1/search/subject", message("", "theo") | {"subject": {"type": "cat"}})["results"] == []
    )
    page = {"page": {"limit": 1}}
    first = platform.ask("/access/v1/search/resource", asked | {"resource": resource} | page)
    again = {"page": {"token": first["page"]["next_token"]}}
    second = platform.ask("/access/v1/search/resource", asked | {"resource": resource} | again)
    assert [each["id"] for each in first["results"] + second["results"]] == ["tara", "theo"]


def test_a_search_for_actions_names_what_may_be_done(platform: Service, enrol: Enrol) -> None:
    enrol("tess", 14)
    asked = {"subject": {"type": "account", "id": "tess"}, "resource": HELP}
    names = [each["name"] for each in platform.ask("/access/v1/search/action", asked)["results"]]
    assert {"help.open", "report.create"} <= set(names)
    assert "live.host" not in names
