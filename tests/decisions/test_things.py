"""What is not told of a thing obliges to ask again, and what is told decides; each by one control at a time."""

from __future__ import annotations

from typing import Any

import pytest

from controls.decisions.actions import ACTIONS
from controls.decisions.decide import Case, decide
from controls.decisions.words import Outcome
from tests.decisions.questions import AT, brief_for

ITEM = {"labels": (), "topics": (), "level": "teen", "text": "", "author": "mallory"}
VIEW, RECOMMEND, SEARCH = "content.view", "content.recommend", "search.run"
TOPICS, AUTHORS, WORDS, CRISIS = "content.topics", "accounts.blocked", "content.keywords", "content.crisis_support"

AGAIN, REDUCE = "ask_again {{'with': '{}'}}", "reduce {'topics': ['dance']}"


def answer(name: str, control: str, value: Any, told: dict[str, Any]) -> tuple[str, list[str], list[str]]:
    """Return the outcome for somebody of whom all say one value, with its codes and obligations."""
    word = {"control": control, "value": value}
    # What a search in a crisis meets an adult alone decides.
    age = 20 if control == CRISIS else 16
    me = brief_for({"age": age, "settings": [{"parent": "paula", **word}], "choices": [word]}, AT)
    decision = decide(Case(ACTIONS[name], me, None, None, told, AT, "tess", ""))
    codes = [why.code.value for why in decision.reasons if decision.outcome is not Outcome.ALLOW]
    return (
        decision.outcome.value,
        codes,
        [f"{each.type.value} {dict(each.properties)}" for each in decision.obligations],
    )


@pytest.mark.parametrize(
    ("name", "control", "value", "absent", "told", "outcome", "codes", "obliged"),
    [
        # Topics
        (VIEW, TOPICS, {"dance": "blocked"}, "topics", {}, "allow", [], [AGAIN.format("topics")]),
        (VIEW, TOPICS, {"dance": "reduced"}, "topics", {}, "allow", [], []),
        (VIEW, TOPICS, {"dance": "reduced"}, "", {"topics": ("dance",)}, "allow", [], []),
        (VIEW, TOPICS, {"dance": "blocked"}, "", {"topics": ("music",)}, "allow", [], []),
        (VIEW, TOPICS, {"dance": "blocked"}, "", {"topics": ("music", "dance")}, "deny", ["topic"], []),
        (RECOMMEND, TOPICS, {"dance": "blocked"}, "topics", {}, "allow", [], [AGAIN.format("topics")]),
        (RECOMMEND, TOPICS, {"dance": "reduced"}, "topics", {}, "allow", [], [AGAIN.format("topics")]),
        (RECOMMEND, TOPICS, {}, "topics", {}, "allow", [], []),
        (RECOMMEND, TOPICS, {"dance": "reduced"}, "", {"topics": ("music",)}, "allow", [], []),
        (RECOMMEND, TOPICS, {"dance": "reduced"}, "", {"topics": ("dance",)}, "allow", [], [REDUCE]),
        (RECOMMEND, TOPICS, {"all": True}, "topics", {}, "deny", ["topic"], []),
        # Authors
        (VIEW, AUTHORS, {"all": False, "items": ["mallory"]}, "author", {}, "allow", [], [AGAIN.format("author")]),
        (VIEW, AUTHORS, {"all": False, "items": []}, "author", {}, "allow", [], []),
        (VIEW, AUTHORS, {"all": False, "items": ["sam"]}, "", {}, "allow", [], []),
        (VIEW, AUTHORS, {"all": False, "items": ["mallory"]}, "", {}, "deny", ["account_blocked"], []),
        (VIEW, AUTHORS, {"all": True}, "author", {}, "deny", ["account_blocked"], []),
        # Words
        (VIEW, WORDS, {"all": False, "items": ["ant"]}, "text", {}, "allow", [], [AGAIN.format("text")]),
        (VIEW, WORDS, {"all": False, "items": []}, "text", {}, "allow", [], []),
        (VIEW, WORDS, {"all": False, "items": ["ant"]}, "", {"text": "an ant"}, "deny", ["hidden_word"], []),
        (VIEW, WORDS, {"all": False, "items": ["ant"]}, "", {"text": "a bee"}, "allow", [], []),
        (VIEW, WORDS, {"all": True}, "text", {}, "deny", ["hidden_word"], []),
        # A search in a crisis
        (SEARCH, CRISIS, "help", "", {"query_class": "crisis"}, "allow", [], ["show_help {}"]),
        (SEARCH, CRISIS, "help", "", {"query_class": "plain"}, "allow", [], []),
        (SEARCH, CRISIS, "help", "query_class", {}, "allow", [], [AGAIN.format("query_class")]),
        (SEARCH, CRISIS, "block_and_help", "", {"query_class": "crisis"}, "deny", ["crisis"], ["show_help {}"]),
    ],
)  # fmt: skip
def test_one_control_decides_about_one_thing(
    name: str, control: str, value: Any, absent: str, told: dict[str, Any], outcome: str, codes: list[str],
    obliged: list[str],
) -> None:  # fmt: skip
    given = told if name == SEARCH else {key: each for key, each in {**ITEM, **told}.items() if key != absent}
    said, why, duties = answer(name, control, value, given)
    assert (said, why) == (outcome, codes)
    # A safe search is another control's.
    assert [each for each in duties if not each.startswith("safe_search")] == obliged
