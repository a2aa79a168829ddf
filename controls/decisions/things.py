"""Checks of things: what is shown, looked for, switched on or bought."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

from controls.decisions.checks import Check, Finding, View, again, asking, duty, refusal
from controls.decisions.properties import EXTREME, UNKNOWN_LABEL
from controls.decisions.words import Code, Duty, Obligation, Outcome
from controls.policy.catalogue import LABELS
from controls.policy.lists import hides
from controls.policy.values import ALL, NO_LIMIT, Severity


class OneOf(Check):
    """The check of what is told, or every one where it is not told which."""

    name = "one of several"

    def __init__(self, told: str, checks: Mapping[str, Check]) -> None:
        self.told, self.checks = told, checks
        every = checks.values()
        self.controls = tuple([key for check in every for key in check.controls])
        self.codes = tuple(dict.fromkeys(code for check in every for code in check.codes))
        self.duties = tuple([each for check in every for each in check.duties])

    def judge(self, seen: View) -> Finding | None:
        which = seen.told.get(self.told)
        checks = self.checks.values() if which is None else (self.checks[which],)
        found = [each for check in checks if (each := check.judge(seen)) is not None]
        refused = [each for each in found if each.outcome is not Outcome.ALLOW]
        return next(iter(refused or found), None)


class UpTo(Check):
    """Something told that is no looser than the own value; what is not told counts as the loosest."""

    name = "up to"

    def __init__(self, control: str, told: str, code: Code, passing: Mapping[str, Collection[str]]) -> None:
        self.told, self.control, self.controls = told, control, (control,)
        every = max(passing.values(), key=len)
        refused = {value: refusal(code if each else Code.TURNED_OFF, control) for value, each in passing.items()}
        self.codes = tuple(dict.fromkeys(each.code for each in refused.values() if each.code))
        # Where everything passes, it also passes untold.
        self._answers: dict[str, dict[str | None, Finding | None]] = {
            value: {
                **{which: None if which in each else refused[value] for which in every},
                None: None if each == every else refused[value],
            }
            for value, each in passing.items()
        }

    def judge(self, seen: View) -> Finding | None:
        return self._answers[seen.mine.values[self.control]][seen.told.get(self.told)]


# Content


class Labels(Check):
    """No label is stronger than what is shown of it; without labels only who is shown everything is shown it."""

    name = "labels"
    controls = ("content.labels",)
    codes = (Code.LABEL, Code.LABEL_UNKNOWN, Code.NOT_LABELLED)
    _too_strong = refusal(Code.LABEL, "content.labels")
    _unknown = refusal(Code.LABEL_UNKNOWN, "content.labels")
    _none = refusal(Code.NOT_LABELLED, "content.labels")

    def judge(self, seen: View) -> Finding | None:
        shown = seen.mine.values["content.labels"]
        labels = seen.told.get("labels")
        if labels is None:
            return None if all(shown[label] == EXTREME for label in LABELS) else self._none
        for label, severity in labels:
            if label == UNKNOWN_LABEL:
                return self._unknown
            if severity > shown[label]:
                return self._too_strong
        return None


class Topics(Check):
    """No topic that is blocked; one that is reduced is recommended less often."""

    name = "topics"
    controls = ("content.topics",)
    codes = (Code.TOPIC,)
    _blocked = refusal(Code.TOPIC, "content.topics")
    _again = again("topics")

    def __init__(self, *, reduces: bool = False) -> None:
        self.reduces = reduces
        self.duties = (Duty.REDUCE, Duty.ASK_AGAIN) if reduces else (Duty.ASK_AGAIN,)

    def judge(self, seen: View) -> Finding | None:
        ways = seen.mine.values["content.topics"]
        if ALL in ways:
            return self._blocked
        topics = seen.told.get("topics")
        if topics is None:
            minded = {"blocked", "reduced"} if self.reduces else {"blocked"}
            return self._again if minded.intersection(ways.values()) else None
        told_ways = {topic: ways.get(topic, "neutral") for topic in topics}
        if "blocked" in told_ways.values():
            return self._blocked
        reduced = sorted(topic for topic, way in told_ways.items() if way == "reduced")
        return duty(Duty.REDUCE, topics=reduced) if reduced and self.reduces else None


class HiddenWords(Check):
    """No hidden word in the text; where none is told, the caller asks again with it if there is one."""

    name = "hidden words"
    controls = ("content.keywords",)
    codes = (Code.HIDDEN_WORD,)
    duties = (Duty.ASK_AGAIN,)
    _hidden = refusal(Code.HIDDEN_WORD, "content.keywords")
    _again = again("text")

    def judge(self, seen: View) -> Finding | None:
        hidden = seen.mine.values["content.keywords"]
        if hidden.all:
            return self._hidden
        if not hidden.items:
            return None
        text = seen.told.get("text")
        if text is None:
            return self._again
        return self._hidden if hides(hidden, text) else None


class Author(Check):
    """Nothing by an account on the own list; where the author is not told, the caller asks again."""

    name = "author"
    controls = ("accounts.blocked",)
    codes = (Code.ACCOUNT_BLOCKED,)
    duties = (Duty.ASK_AGAIN,)
    _blocked = refusal(Code.ACCOUNT_BLOCKED, "accounts.blocked")
    _again = again("author")

    def judge(self, seen: View) -> Finding | None:
        listed = seen.mine.values["accounts.blocked"]
        author = seen.told.get("author")
        if listed.all or author in listed.items:
            return self._blocked
        return self._again if listed.items and author is None else None


class Restricted(Check):
    """In restricted mode nothing for adults, nothing that is not rated, and nothing strong: that is what `on` means."""

    name = "restricted mode"
    controls = ("content.restricted_mode",)
    codes = (Code.RESTRICTED_MODE,)
    _refused = refusal(Code.RESTRICTED_MODE, "content.restricted_mode")

    def judge(self, seen: View) -> Finding | None:
        if seen.mine.values["content.restricted_mode"] == "off":
            return None
        labels = seen.told.get("labels")
        if labels is None or seen.told.get("level", "mature") == "mature":
            return self._refused
        return self._refused if any(severity >= Severity.strong for _, severity in labels) else None


class Crisis(Check):
    """A search in a crisis meets help first; of a search that is not classed the caller asks again."""

    name = "crisis"
    controls = ("content.crisis_support",)
    codes = (Code.CRISIS,)
    duties = (Duty.SHOW_HELP, Duty.ASK_AGAIN)
    _answers: ClassVar[Mapping[str, Finding | None]] = {
        "block_and_help": refusal(Code.CRISIS, "content.crisis_support", Obligation(Duty.SHOW_HELP)),
        "help": duty(Duty.SHOW_HELP),
        "off": None,
    }
    _again = again("query_class")

    def judge(self, seen: View) -> Finding | None:
        answer = self._answers[seen.mine.values["content.crisis_support"]]
        query_class = seen.told.get("query_class")
        if answer is None or query_class == "plain":
            return None
        return self._again if query_class is None else answer


# Money


class Purchases(Check):
    """No purchase, or one that a parent is asked about each time; where no parent is paired there is nobody to ask."""

    name = "purchases"
    controls = ("purchase.policy",)
    codes = (Code.TURNED_OFF, Code.ASK_EACH_TIME)
    _off = refusal(Code.TURNED_OFF, "purchase.policy")
    _ask = asking(Code.ASK_EACH_TIME, "purchase.policy")
    _nobody = refusal(Code.ASK_EACH_TIME, "purchase.policy")

    def judge(self, seen: View) -> Finding | None:
        match seen.mine.values["purchase.policy"]:
            case "on":
                return None
            case "ask_each":
                return self._ask if seen.mine.supervised else self._nobody
            case _:
                return self._off


class MonthlyCap(Check):
    """The sum of a month; where what was spent is not told, this purchase must fit and the caller keeps count."""

    name = "monthly cap"
    controls = ("purchase.monthly_cap",)
    codes = (Code.MONTHLY_CAP,)
    duties = (Duty.KEEP_WITHIN,)
    _over = refusal(Code.MONTHLY_CAP, "purchase.monthly_cap")

    def judge(self, seen: View) -> Finding | None:
        cap = seen.mine.values["purchase.monthly_cap"]
        if cap.minor_units == NO_LIMIT:
            return None
        amount, spent = seen.told.get("amount"), seen.told.get("spent_this_month")
        if amount is None or seen.told.get("currency") != cap.currency or amount + (spent or 0) > cap.minor_units:
            return self._over
        if spent is not None:
            return None
        sum_ = {"minor_units": str(cap.minor_units), "currency": cap.currency}
        return duty(Duty.KEEP_WITHIN, **sum_)
