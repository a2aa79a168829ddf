"""The simulator answers as the engine that decides does, saves nothing, and tells nothing of anybody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import limits
from controls.deciding import brief_of_band
from controls.decisions.actions import ACTIONS, read_properties
from controls.decisions.decide import Case, decide
from controls.decisions.words import Outcome, Relationship
from controls.simulation import SOMEBODY
from controls.snapshots import brief_of_present, present_account
from tests.builders import DAY, a_parent, a_teen, chooses, paired, sets, stored
from tests.callers import Caller, Home, a_home, refusal, said, signed_in

PROPERTIES = "/evaluation/resource/properties"


def question(name: str = "message.send", kind: str = "account", **other: Any) -> dict[str, Any]:
    """Return an evaluation of something that is done to somebody."""
    action = {"name": name, **({"properties": {"content_type": "text"}} if name == "message.send" else {})}
    return {"action": action, "resource": {"type": kind, "properties": other}}


def asks(
    home: Home, evaluation: object, draft: object = None, *, caller: Caller | None = None, **headers: str
) -> HttpResponse:
    """Let paula ask the simulator about tess, or somebody else."""
    body = {"evaluation": evaluation, **({} if draft is None else {"draft": draft})}
    return (caller or home.as_paula).post(f"/v1/teens/{home.tess.pk}/simulate", body, **headers)


def asks_as_tess(home: Home, evaluation: object, draft: object = None) -> HttpResponse:
    """Let tess ask the simulator."""
    body = {"evaluation": evaluation, **({} if draft is None else {"draft": draft})}
    return home.as_tess.post("/v1/me/simulate", body)


def codes(decision: dict[str, Any]) -> tuple[str, list[str]]:
    """Return an outcome with the codes of its reasons."""
    return decision["outcome"], [each["code"] for each in decision["reasons"]]


def test_may_a_teen_of_16_message_an_adult_and_what_would_a_draft_change() -> None:
    home = a_home(16)
    chooses(home.tess, "dm.who_can_send", "friends", at=home.at)
    before = stored()
    ask = question(age=19, relationship="friend", is_new_contact=False)
    body = said(asks(home, ask, {"contact.adults": {"value": "blocked"}}))
    assert codes(body["now"]) == ("allow", ["allowed"])
    assert codes(body["then"]) == ("deny", ["adult"])
    (why,) = body["then"]["reasons"]
    assert (why["by"], why["control"]) == ("parent", "contact.adults")
    assert why["words"] == {
        "sentence": "The other person is an adult, or may be one.",
        "by": "A parent said so.",
        "control": "Contact with adults",
    }
    (moved,) = body["changes"]
    assert (moved["key"], moved["from"], moved["to"]) == ("contact.adults", "friends_only", "blocked")
    assert stored() == before
    # Nothing of it applies: the next question is answered as before.
    assert codes(said(asks(home, ask))["then"]) == ("allow", ["allowed"])


def test_without_a_draft_now_and_then_are_one() -> None:
    home = a_home(14)
    body = said(asks(home, question(age=15, relationship="friend")))
    assert body["now"] == body["then"]
    assert body["now"]["decision"] is False
    assert codes(body["now"]) == ("deny", ["nobody"])
    assert body["changes"] == []


@pytest.mark.parametrize("tie", [each for each in Relationship if each is not Relationship.PARENT])
@pytest.mark.parametrize("name", ["message.send", "call.start", "friend.accept", "profile.view", "comment.create"])
def test_the_answer_is_that_of_the_engine(tie: Relationship, name: str) -> None:
    home = a_home(17)
    action = ACTIONS[name]
    body = said(asks(home, question(name, action.resource, age_band="18+", relationship=tie.value)))
    at = datetime.fromisoformat(body["at"])
    me = brief_of_present(present_account(home.tess, at=at))
    text = {"content_type": "text"} if name == "message.send" else None
    told = read_properties(action, text, {"relationship": tie.value})
    case = Case(action, me, brief_of_band("18+", at=at), tie, told, at, "", SOMEBODY)
    expected = decide(case)
    found = body["now"]
    assert (found["outcome"], [(each["code"], each.get("rule", "")) for each in found["reasons"]]) == (
        expected.outcome.value,
        [(each.code.value, each.rule) for each in expected.reasons],
    )
    assert [each["type"] for each in found["obligations"]] == [each.type.value for each in expected.obligations]


SAVED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (question("comment.create", "content", age=15, relationship="friend"), {"comment.write": {"value": "off"}}),
    (question("live.view", "feature"), {"content.live_view": {"value": "off"}}),
    (question("friend.accept", age=30, relationship="followed_by"), {"contact.adults": {"value": "blocked"}}),
    (question("app.use", "feature"), {"time.pause": {"value": "on"}, "comment.who": {"value": "nobody"}}),
    (question("post.publish", "feature"), {"account.visibility": {"value": "private"}}),
    (question("content.view", "content", text="a casino", labels={}),
     {"content.keywords": {"value": {"all": False, "items": ["casino"]}}}),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "draft"), SAVED, ids=lambda each: next(iter(each)))
def test_what_a_draft_would_do_is_what_it_does_once_it_is_saved(ask: dict[str, Any], draft: dict[str, Any]) -> None:
    home = a_home(17)
    before = said(asks(home, ask))["now"]
    simulated = said(asks(home, ask, draft))
    done = said(home.patch(draft))
    assert simulated["changes"] == done["changes"]
    assert lasting(simulated["now"]) == lasting(before)
    assert lasting(simulated["then"]) == lasting(said(asks(home, ask))["now"])


def test_what_a_teens_draft_would_do_is_what_it_does() -> None:
    home = a_home(17)
    ask, wish = question("post.publish", "feature"), {"post.audience": {"value": "only_me"}}
    simulated = said(asks_as_tess(home, ask, wish))
    chooses(home.tess, "post.audience", "only_me", at=timezone.now())
    assert codes(simulated["then"]) == codes(said(asks_as_tess(home, ask))["now"]) == ("deny", ["audience"])
    # A choice that is taken back in a draft stays.
    assert codes(said(asks_as_tess(home, ask, {"post.audience": None}))["now"]) == ("deny", ["audience"])
    assert codes(said(asks_as_tess(home, ask))["now"]) == ("deny", ["audience"])


def lasting(decision: dict[str, Any]) -> dict[str, Any]:
    """Return a decision without the end of the minute in which it was made."""
    return {name: value for name, value in decision.items() if name != "valid_until"}


def test_every_action_of_the_table_can_be_asked_about() -> None:
    home = a_home(16)
    for name, action in ACTIONS.items():
        body = said(asks(home, question(name, action.resource)))
        assert body["now"]["outcome"] in {each.value for each in Outcome}, name
        assert all(each["words"]["sentence"] for each in body["now"]["reasons"]), name


def test_a_paired_parent_is_never_refused_and_a_parent_has_no_posts() -> None:
    home = a_home(14)
    body = said(asks(home, question(relationship="parent", age=40)))
    assert codes(body["now"]) == ("allow", ["paired_parent"])
    answer = asks(home, question("comment.create", "content", relationship="parent"))
    assert faults(answer) == [f"{PROPERTIES}/relationship"]


def test_words_come_for_the_reader_and_in_the_language_that_is_asked_for() -> None:
    home = a_home(14)
    ask = question(age=19)
    english, french = (said(asks(home, ask, Accept_Language=each)) for each in ("en", "fr"))
    assert english["now"]["words"] == "No, your teen cannot do this."
    assert french["now"]["words"] == "Non, votre ado ne peut pas le faire."
    assert said(asks_as_tess(home, ask))["now"]["words"] == "No, you cannot do this."
    assert asks(home, ask, Accept_Language="fr")["Content-Language"] == "fr"


def test_the_moment_is_that_of_the_question() -> None:
    home = a_home(14)
    sets(home.pairing, {"time.away": {"windows": [{"days": ["mon"], "from": "08:00", "until": "16:00"}]}}, at=home.at)
    monday = (timezone.now() + 7 * DAY).astimezone(UTC)
    monday += timedelta(days=(7 - monday.weekday()) % 7)
    for hour, outcome in ((10, "deny"), (20, "allow")):
        time = monday.replace(hour=hour, minute=0, second=0, microsecond=0).isoformat()
        ask = {"action": {"name": "app.use"}, "resource": {"type": "feature"}, "context": {"time": time}}
        assert said(asks(home, ask))["now"]["outcome"] == outcome


def test_what_a_parent_may_not_say_is_refused_where_it_stands() -> None:
    home = a_home(14, verified=False)
    ask = question(age=15)
    for draft, code, where in (
        ({"comment.who": {"value": "followers"}}, "tie_unverified", "/draft/comment.who"),
        ({"comment.who": {"value": "everyone"}}, "past_the_loosest", "/draft/comment.who"),
        ({"comment.who": {"value": "loud"}}, "invalid_value", "/draft/comment.who"),
        ({"comment": {"value": "loud"}}, "unknown_control", "/draft/comment"),
        ({"comment.who": {"value": "nobody", "until": "soon"}}, "invalid_value", "/draft/comment.who/until"),
        ({"comment.who": "nobody"}, "invalid_value", "/draft/comment.who"),
        (["comment.who"], "invalid_value", "/draft"),
    ):
        answer = asks(home, ask, draft)
        assert (refusal(answer)[1], faults(answer)) == (code, [where])


def test_a_draft_of_a_teen_is_what_the_teen_may_choose() -> None:
    home = a_home(16)
    ask = question(age_band="16-17", relationship="friend", is_new_contact=False)
    body = said(asks_as_tess(home, ask, {"dm.who_can_send": {"value": "friends"}}))
    assert (codes(body["now"]), body["changes"][0]["to"]) == (("deny", ["nobody"]), "friends")
    # The other one has chosen nothing, and a refusal that rests on the other says no more.
    assert codes(body["then"]) == ("deny", ["recipient_settings"])
    answer = asks_as_tess(home, ask, {"contact.adults": {"value": "allowed"}})
    assert (refusal(answer)[1], faults(answer)) == ("past_the_loosest", ["/draft/contact.adults"])
    answer = asks_as_tess(home, ask, {"call.who": {"value": "nobody", "until": "2027-01-01T00:00:00Z"}})
    assert (refusal(answer)[1], faults(answer)) == ("unknown_field", ["/draft/call.who/until"])
    assert said(home.as_tess.get("/v1/me/choices/dm.who_can_send"))["choices"] == []


def test_no_account_is_looked_up() -> None:
    home = a_home(14)
    theo = a_teen(name="theo", at=home.at)
    for evaluation, where in (
        ({**question(), "resource": {"type": "account", "id": theo.external_id}}, "/evaluation/resource/id"),
        ({**question("profile.view"), "resource": {"type": "profile", "id": "x"}}, "/evaluation/resource/id"),
        (question("comment.create", "content", author=theo.external_id), f"{PROPERTIES}/author"),
        (question("content.view", "content", author=theo.external_id), f"{PROPERTIES}/author"),
    ):
        assert faults(asks(home, evaluation)) == [where]


NONSENSE = [
    (None, "/evaluation"),
    ({}, "/evaluation/action"),
    ({"action": {"name": "message.send"}}, "/evaluation/resource"),
    ({**question(), "subject": {"type": "account", "id": "x"}}, "/evaluation/subject"),
    (question("message.read"), "/evaluation/action/name"),
    ({**question(), "action": {"name": ["message.send"]}}, "/evaluation/action/name"),
    ({**question(), "action": {"name": "message.send", "properties": []}}, "/evaluation/action/properties"),
    ({**question(), "action": {"name": "message.send", "verb": "x"}}, "/evaluation/action/verb"),
    (question("message.send", "content"), "/evaluation/resource/type"),
    ({**question(), "resource": {"type": ["account"]}}, "/evaluation/resource/type"),
    (question(age=12), f"{PROPERTIES}/age"),
    (question(age=131), f"{PROPERTIES}/age"),
    (question(age="19"), f"{PROPERTIES}/age"),
    (question(age=True), f"{PROPERTIES}/age"),
    (question(age_band="19-20"), f"{PROPERTIES}/age_band"),
    (question(age_band=19), f"{PROPERTIES}/age_band"),
    (question(age=19, age_band="18+"), f"{PROPERTIES}/age_band"),
    (question(relationship="cousin"), f"{PROPERTIES}/relationship"),
    (question(friends=1), f"{PROPERTIES}/friends"),
    (question("live.host", "feature", age=19), f"{PROPERTIES}/age"),
    ({**question(), "context": {"time": "yesterday"}}, "/evaluation/context/time"),
    ({**question(), "context": {"time": "2020-01-01T00:00:00Z"}}, "/evaluation/context/time"),
    ({**question(), "context": {"time": "2999-01-01T00:00:00Z"}}, "/evaluation/context/time"),
    ({**question(), "context": {"explain": True}}, "/evaluation/context/explain"),
    ({"action": {"name": "app.use", "properties": {"used_minutes": -1}}, "resource": {"type": "feature"}},
     "/evaluation/action/properties/used_minutes"),
]  # fmt: skip


@pytest.mark.parametrize(("evaluation", "where"), NONSENSE, ids=lambda each: each if isinstance(each, str) else "")
def test_a_question_that_cannot_be_read_is_refused_by_its_field(evaluation: object, where: str) -> None:
    home = a_home(14)
    for answer in (asks(home, evaluation), asks_as_tess(home, evaluation)):
        assert (answer.status_code, faults(answer)) in ((422, [where]), (400, [where]))


def test_a_list_of_the_teens_own_answers_nothing_to_a_parent() -> None:
    home = a_home(14)
    view = {"action": {"name": "content.view"}, "resource": {"type": "content", "properties": {
        "text": "a zebra", "labels": {}, "level": "limited", "topics": []}}}  # fmt: skip
    bare = said(asks(home, view))
    chooses(home.tess, "content.keywords", {"all": False, "items": ["zebra"]}, at=home.at)
    chooses(home.tess, "accounts.blocked", {"all": True}, at=home.at)
    told, own = said(asks(home, view)), said(asks_as_tess(home, view))
    assert {**told, "at": ""} == {**bare, "at": ""}
    assert {each["code"] for each in own["now"]["reasons"]} == {"account_blocked", "hidden_word"}


def test_a_simulation_is_counted_and_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    home = a_home(14)
    monkeypatch.setattr(limits, "SIMULATIONS_AN_HOUR", limits.SIMULATIONS_AN_HOUR._replace(most=1))
    for ask in (asks, asks_as_tess):
        assert ask(home, question()).status_code == 200
        again = ask(home, question())
        assert refusal(again) == (429, "too_many")
        assert int(again["Retry-After"]) > 0
    other = a_parent("pierre", at=home.at)
    paired(home.tess, other, at=home.at)
    assert asks(home, question(), caller=signed_in(other)).status_code == 200


def test_a_simulation_costs_few_statements() -> None:
    home = a_home(16)
    draft = {"call.who": {"value": "nobody"}}
    for ask, plain, drafted in ((asks, 8, 24), (asks_as_tess, 6, 20)):
        assert cost(partial(ask, home, question())) <= plain
        assert cost(partial(ask, home, question(), draft)) <= drafted


def cost(ask: Callable[[], HttpResponse]) -> int:
    """Return how many statements an answer takes."""
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == 200
    return len(captured)


def faults(answer: HttpResponse) -> list[str]:
    """Return where a refusal says that something is wrong."""
    return [each["pointer"] for each in said(answer)["errors"]]
