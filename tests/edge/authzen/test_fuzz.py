"""Generated requests: never a 500, a 200 exactly for what has the standard's shape, and every answer has it too."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from jsonschema import Draft202012Validator

from tests.counts import either
from tests.edge.authzen.conftest import (
    ADMIN,
    ALICE,
    ASK,
    EVALUATION,
    EVALUATIONS,
    READ,
    RECORD_1,
    SEARCH,
    WRITE,
    Service,
)
from tests.edge.authzen.schema import SCHEMAS, check, is_valid

# For each of six endpoints or kinds of body: 10,000 in all before a release.
EACH = either(full=1_700, reduced=60)
fuzz = settings(
    max_examples=EACH, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
pytestmark = pytest.mark.timeout(900)


def objects(values: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    """Return objects with any names."""
    return st.dictionaries(st.text(max_size=6), values, max_size=3)


# A number like 1.0 is an integer to a schema and none to us, so there is none.
numbers = st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer())
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | numbers | st.text(max_size=8)
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | objects(inner), max_leaves=6)
texts = st.sampled_from(["user", "record", "alice", "bob", "record-1", "read", "write", "", "\0", "é" * 200])


@st.composite
def spoilt(draw: st.DrawFn, good: SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    """Return what is good but for one part, which is gone or anything."""
    asked = copy.deepcopy(draw(good))
    *way, last = draw(st.sampled_from(list(ways(asked)) or [("x",)]))
    inner = at(asked, way)
    if draw(st.booleans()) and isinstance(inner, dict):
        inner.pop(last, None)
    else:
        inner[last] = draw(anything)
    return asked


def ways(value: Any, *before: Any) -> Iterator[tuple[Any, ...]]:
    """Return the way to every part of a value."""
    for name, inner in (
        value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
    ):
        yield (*before, name)
        yield from ways(inner, *before, name)


def at(value: Any, way: Iterable[Any]) -> Any:
    """Return what a way, or a pointer, leads to."""
    for name in way:
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def parts(*names: str) -> SearchStrategy[dict[str, Any]]:
    """Return objects with these parts."""
    more = {"properties": objects(anything), "extra": anything}
    return st.fixed_dictionaries(dict.fromkeys(names, texts), optional=more)


USER = st.sampled_from([ALICE, ADMIN]) | parts("type", "id")
RECORD = st.just(RECORD_1) | parts("type", "id")
ACT = st.sampled_from([READ, WRITE]) | parts("name")
CONTEXT = objects(anything) | st.sampled_from([{"explain": True}, {"oblige": True}])
WHOLE: dict[str, SearchStrategy[Any]] = {"subject": USER, "action": ACT, "resource": RECORD}
BESIDE: dict[str, SearchStrategy[Any]] = {"context": CONTEXT, "extra": anything}
PAGE = st.fixed_dictionaries(
    {}, optional={"token": st.just(""), "limit": st.integers(0, 300), "properties": objects(anything)}
)
OPTIONS = st.fixed_dictionaries({"evaluations_semantic": st.sampled_from(["execute_all", "deny_on_first_deny"])})
QUESTION = st.fixed_dictionaries(WHOLE, optional=BESIDE)
ITEM = st.fixed_dictionaries({}, optional={**WHOLE, "context": CONTEXT}) | QUESTION
BATCH = st.fixed_dictionaries(
    {"evaluations": st.lists(ITEM | spoilt(ITEM), max_size=5)}, optional={**WHOLE, **BESIDE, "options": OPTIONS}
)


def requests(good: SearchStrategy[dict[str, Any]]) -> SearchStrategy[dict[str, Any]]:
    """Return what is good, what is good but for one part, and anything."""
    return st.one_of(good, spoilt(good), spoilt(spoilt(good)), objects(anything))


def answer(service: Service, path: str, asked: dict[str, Any], shape: str, then: str) -> Any:
    """Ask, hold the answer against the shapes, and return it; None where it is refused."""
    told = service.post(path, asked)
    # No token that somebody made up opens a page.
    should = is_valid(shape, asked) and not (shape.startswith("search") and asked.get("page", {}).get("token"))
    assert told.status_code == (200 if should else 400), (asked, told.text)
    if should:
        check(then, told.json())
        return told.json()
    check("problem", told.json())
    for each in told.json()["errors"]:
        *way, last = each["pointer"].split("/")[1:] or [""]
        assert not last or isinstance(at(asked, way), dict), each
    return None


@fuzz
@given(asked=requests(QUESTION))
@example(asked=ASK)
def test_any_question_is_answered(service: Service, asked: dict[str, Any]) -> None:
    told = answer(service, EVALUATION, asked, "evaluation-request", "decision")
    explained = (asked.get("context") or {}).get("explain") is True if told else False
    if told and told["decision"] and not explained:
        assert set(told.get("context", {})) <= {"obligations"}


@fuzz
@given(asked=requests(BATCH))
@example(asked={"evaluations": [ASK, {}, 1], **ASK})
def test_any_batch_is_answered(service: Service, asked: dict[str, Any]) -> None:
    told = answer(service, EVALUATIONS, asked, "evaluations-request", "evaluations-response")
    if not told or "evaluations" not in told:
        return
    decisions = [each["decision"] for each in told["evaluations"]]
    if asked.get("options", {}).get("evaluations_semantic") == "deny_on_first_deny":
        assert len(decisions) == len(asked["evaluations"]) or decisions[-1] is False
        assert all(decisions[:-1])
    else:
        assert len(decisions) == len(asked["evaluations"])
    for item, each in zip(asked["evaluations"], told["evaluations"], strict=False):
        single = completed(asked, item)
        if is_valid("evaluation-request", single):
            assert service.decide(single) is each["decision"]
        else:
            assert (each["decision"], each["context"]["error"]["status"]) == (False, 400)


def completed(asked: dict[str, Any], item: Any) -> Any:
    """Return one question of a batch as it would be asked alone."""
    if not isinstance(item, dict):
        return None
    defaults = {name: asked[name] for name in ("subject", "action", "resource", "context") if name in asked}
    own = {
        name: {**{part: default[part] for part in ("type", "id", "name") if part in default}, **item[name]}
        for name, default in defaults.items()
        if name != "context" and isinstance(item.get(name), dict)
    }
    return {**defaults, **item, **own}


@pytest.mark.parametrize("kind", ["subject", "resource", "action"])
@fuzz
@given(asked=requests(st.fixed_dictionaries(WHOLE, optional={**BESIDE, "page": PAGE})))
def test_any_search_is_answered(service: Service, kind: str, asked: dict[str, Any]) -> None:
    told = answer(service, SEARCH + kind, asked, f"search-{kind}-request", f"search-{kind}-response")
    if told and kind != "action":
        assert {each["type"] for each in told["results"]} <= {asked[kind]["type"]}


@fuzz
@given(
    body=st.binary(max_size=60) | st.text(max_size=30).map(str.encode), path=st.sampled_from([EVALUATION, EVALUATIONS])
)
def test_any_bytes_are_answered(service: Service, body: bytes, path: str) -> None:
    told = service.send(path, body, **{"Content-Type": "application/json"})
    assert told.status_code == 400
    check("problem", told.json())


def test_the_metadata_have_their_shape(service: Service) -> None:
    check("configuration", service.front.client.get("/.well-known/authzen-configuration").json())


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one_and_refuses_something(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert not is_valid(name, [])
