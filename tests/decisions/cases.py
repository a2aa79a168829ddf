"""Runs docs/conformance/decisions.toml; `python -m tests.decisions.cases` prints how many cases there are."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tests.core.conformance import FOLDER
from tests.decisions import slow
from tests.decisions.questions import AT, Question, comparable, decision_of, in_plain_words

FILE = FOLDER / "decisions.toml"
WITHOUT = {"my_id": "tess", "other_id": "tom", "unenrolled_allowed": True, "at": AT}


def cases() -> list[Question]:
    """Return every case, with what it leaves out."""
    with FILE.open("rb") as file:
        return [{**WITHOUT, **case} for case in tomllib.load(file)["decision"]]


def faults(case: Question) -> Iterator[str]:
    """Go through what a case is answered otherwise than it says, by the product or by the slow evaluator."""
    decision = decision_of(case, case["at"])
    wanted = slow.Answer(
        case["outcome"],
        frozenset((*reason.split(" "), "")[:2] for reason in case["reasons"]),
        frozenset(case.get("obligations", ())),
    )
    answers = {"": comparable(decision), "slowly ": slow.decided(in_plain_words(case), case["at"])}
    yield from (f"is {how}answered {answer}" for how, answer in answers.items() if answer != wanted)
    codes = [" ".join(filter(None, (why.code.value, why.control))) for why in decision.reasons]
    if codes != case["reasons"]:
        yield f"gives {codes}"
    if "valid_until" in case and decision.valid_until != case["valid_until"].timestamp():
        yield f"is valid until {decision.valid_until and datetime.fromtimestamp(decision.valid_until, tz=UTC)}"


def main() -> int:
    """Run every case, and print how many there are."""
    wrong: list[Any] = [f"{case['name']}: {fault}" for case in cases() for fault in faults(case)]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{len(cases())} decisions")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
