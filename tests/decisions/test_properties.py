"""What is told is read strictly: what is malformed is refused with a pointer to it and what was expected."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controls.decisions.actions import ACTIONS, read_properties
from controls.decisions.decide import malformed, unknown_action
from controls.decisions.properties import Malformed, read_age_band
from controls.decisions.words import Code, Outcome, Relationship
from tests.core.worlds import NONSENSE

ITEM = {
    "labels": {"violence": 2, "unheard_of": 1},
    "topics": ["dance", "dance", "x"],
    "level": "teen",
    "text": "t",
    "author": "m",
}


def test_what_is_told_is_read_where_the_table_has_it() -> None:
    dm = ACTIONS["message.send"]
    told = read_properties(dm, {"content_type": "text", "x": 1}, {"relationship": "friend", "is_new_contact": False})
    assert told == {"content_type": "text", "relationship": Relationship.FRIEND, "is_new_contact": False}
    assert isinstance(told["relationship"], Relationship)
    assert read_properties(dm, {"relationship": "friend"}, {"content_type": "text"}) == {}
    assert read_properties(dm, None, None) == read_properties(dm, {}, {}) == {}
    assert read_properties(ACTIONS["help.open"], {"labels": 1}, {}) == {}


def test_any_mapping_tells_and_nothing_else_does() -> None:
    dm = ACTIONS["message.send"]
    assert read_properties(dm, MappingProxyType({"content_type": "text"}), None) == {"content_type": "text"}
    pairs: Any = [("content_type", "text")]
    with pytest.raises(Malformed) as caught:
        read_properties(dm, pairs, None)
    assert caught.value.pointer == "/action/properties"


def test_a_band_is_any_short_text() -> None:
    assert read_age_band({"age_band": "x"}, "subject") == "x"


def test_what_is_told_of_a_thing_is_read() -> None:
    told = read_properties(ACTIONS["content.view"], None, ITEM)
    assert told["labels"] == (("violence", 2), ("*", 1))
    assert told["topics"] == ("dance", "x")
    money = read_properties(ACTIONS["gift.send"], {"amount": "250", "currency": "EUR", "spent_this_month": 0}, None)
    assert money == {"amount": 250, "currency": "EUR", "spent_this_month": 0}


WRONG: list[tuple[str, str, str, Any, str]] = [
    ("message.send", "resource", "relationship", "parent", "/resource/properties/relationship"),
    ("message.send", "resource", "relationship", None, "/resource/properties/relationship"),
    ("message.send", "resource", "is_new_contact", 1, "/resource/properties/is_new_contact"),
    ("message.send", "action", "content_type", "audio", "/action/properties/content_type"),
    ("friend.request", "resource", "mutual_friends", -1, "/resource/properties/mutual_friends"),
    ("friend.request", "resource", "mutual_friends", True, "/resource/properties/mutual_friends"),
    ("friend.request", "resource", "mutual_friends", 10**12, "/resource/properties/mutual_friends"),
    ("content.view", "resource", "labels", ["violence"], "/resource/properties/labels"),
    ("content.view", "resource", "labels", {"violence": 5}, "/resource/properties/labels/violence"),
    ("content.view", "resource", "labels", {"violence": -1}, "/resource/properties/labels/violence"),
    ("content.view", "resource", "labels", {"violence": True}, "/resource/properties/labels/violence"),
    ("content.view", "resource", "labels", {"secret/name": "x"}, "/resource/properties/labels"),
    ("content.view", "resource", "labels", {str(place): 0 for place in range(101)}, "/resource/properties/labels"),
    ("content.view", "resource", "topics", "dance", "/resource/properties/topics"),
    ("content.view", "resource", "topics", [1], "/resource/properties/topics"),
    ("content.view", "resource", "topics", ["x"] * 101, "/resource/properties/topics"),
    ("content.view", "resource", "text", "x" * 10_001, "/resource/properties/text"),
    ("content.view", "resource", "text", 3, "/resource/properties/text"),
    ("content.view", "resource", "author", "", "/resource/properties/author"),
    ("content.view", "resource", "author", "x" * 129, "/resource/properties/author"),
    ("gift.send", "action", "amount", -1, "/action/properties/amount"),
    ("gift.send", "action", "amount", 1.5, "/action/properties/amount"),
    ("gift.send", "action", "amount", "1" * 13, "/action/properties/amount"),
    ("gift.send", "action", "amount", "\u0661", "/action/properties/amount"),
    ("gift.send", "action", "amount", True, "/action/properties/amount"),
    ("gift.send", "action", "currency", "eur", "/action/properties/currency"),
    ("gift.send", "action", "currency", 978, "/action/properties/currency"),
    ("app.use", "action", "used_minutes", "60", "/action/properties/used_minutes"),
]


@pytest.mark.parametrize(("name", "of", "told", "raw", "pointer"), WRONG)
def test_what_is_malformed_is_refused_and_pointed_to(name: str, of: str, told: str, raw: Any, pointer: str) -> None:
    places = {"action": {}, "resource": {}, of: {told: raw}}
    with pytest.raises(Malformed) as found:
        read_properties(ACTIONS[name], places["action"], places["resource"])
    decision = malformed(found.value)
    (why,) = decision.reasons
    assert (decision.outcome, why.code, why.by, why.pointer) == (Outcome.DENY, Code.MALFORMED, "system", pointer)
    assert why.expected == found.value.expected
    assert why.expected.partition(" ")[0] in {"a", "an", "one", "true"}
    assert str(found.value) == f"expected {why.expected} at `{pointer}`"


EXPECTED = {
    "relationship": "one of `none`, `follows`, `followed_by`, `friend`, `blocked`",
    "is_new_contact": "true or false",
    "content_type": "one of `text`, `link`, `image`, `video`",
    "mutual_friends": "a whole number from 0 to 999999999999",
    "used_minutes": "a whole number from 0 to 999999999999",
    "topics": "a list of at most 100 topics",
    "text": "a text of at most 10000 characters",
    "author": "an account's id of 1 to 128 characters",
    "amount": "a whole number of minor units, or a text of at most 12 digits",
    "currency": "a currency of three capital letters",
}


@pytest.mark.parametrize(("name", "of", "told", "raw", "pointer"), [each for each in WRONG if each[2] != "labels"])
def test_what_was_expected_is_told(name: str, of: str, told: str, raw: Any, pointer: str) -> None:
    (property_,) = [each for each in ACTIONS[name].properties if each.name == told]
    with pytest.raises(Malformed) as found:
        property_.read(raw, pointer)
    assert found.value.expected == EXPECTED[told]


def test_of_labels_it_is_told_whether_one_or_all_are_wrong() -> None:
    (labels,) = [each for each in ACTIONS["content.view"].properties if each.name == "labels"]
    for raw, expected in (
        ([], "an object of at most 100 labels with their severity"),
        ({"hate": 5}, "a severity from 0 to 4"),
    ):
        with pytest.raises(Malformed) as found:
            labels.read(raw, "")
        assert found.value.expected == expected


@pytest.mark.parametrize(("of", "places"), [("action", ([], {})), ("resource", ({}, "x"))])
def test_properties_are_an_object(of: str, places: Any) -> None:
    with pytest.raises(Malformed) as found:
        read_properties(ACTIONS["content.view" if of == "resource" else "app.use"], *places)
    assert (found.value.pointer, found.value.expected) == (f"/{of}/properties", "an object")


@pytest.mark.parametrize("raw", [0, 10**12 - 1, "0", "9" * 12])
def test_the_ends_of_what_can_be_read_are_read(raw: Any) -> None:
    assert read_properties(ACTIONS["gift.send"], {"amount": raw}, None) == {"amount": int(raw)}
    assert read_properties(ACTIONS["app.use"], {"used_minutes": int(raw)}, None) == {"used_minutes": int(raw)}


def test_the_longest_that_can_be_read_is_read() -> None:
    longest = {"text": "x" * 10_000, "author": "x" * 128, "topics": [str(each) for each in range(100)]}
    labels = {str(place): 4 for place in range(100)}
    told = read_properties(ACTIONS["content.view"], None, {**longest, "labels": labels})
    assert (len(told["text"]), len(told["author"]), len(told["topics"]), len(told["labels"])) == (10_000, 128, 100, 100)
    assert read_age_band({"age_band": "x" * 128}, "subject") == "x" * 128


@given(st.sampled_from(sorted(ACTIONS)), NONSENSE, NONSENSE)
def test_nothing_else_is_raised(name: str, one: Any, other: Any) -> None:
    action = ACTIONS[name]
    for properties in (one, {each.name: other for each in action.properties}):
        with contextlib.suppress(Malformed):
            assert isinstance(read_properties(action, properties, properties), Mapping)


def test_what_is_not_in_the_table_is_refused() -> None:
    (why,) = unknown_action().reasons
    assert (unknown_action().outcome, why.code, why.by) == (Outcome.DENY, Code.UNKNOWN_ACTION, "system")


def test_an_age_band_that_is_told_is_read() -> None:
    assert read_age_band({"age_band": "13-15"}, "subject") == "13-15"
    assert read_age_band({}, "subject") is read_age_band(None, "resource") is None
    for wrong in (None, 13, "", "x" * 129):
        with pytest.raises(Malformed) as found:
            read_age_band({"age_band": wrong}, "subject")
        assert found.value.pointer == "/subject/properties/age_band"
        assert found.value.expected == "the name of an age band such as `13-15`"
