"""Runs the cases of docs/conformance against the core; `python -m tests.core.conformance` prints how many there are."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from typing import Any

from controls.policy.catalogue import CATALOGUE
from controls.policy.lists import Listed, hides
from controls.policy.values import InvalidValue
from tests.core.families import FILE, families

FOLDER = FILE.parent / "conformance"

Case = dict[str, Any]


def cases(name: str) -> list[tuple[str, Case]]:
    """Return the cases of one file, each with what it is about."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return [(about, case) for about, some in tomllib.load(file).items() for case in some]


def faults(name: str) -> Iterator[str]:
    """Go through the cases of one file that do not hold."""
    for about, case in cases(name):
        for fault in CHECKS[about](case):
            yield f"{name}.toml, {case}: {fault}"


def read(case: Case) -> Iterator[str]:
    """Check how a value is read and written, or where it is wrong."""
    kind = CATALOGUE[case["control"]].kind
    try:
        value = kind.load(case["value"])
    except InvalidValue as error:
        if error.pointer != case.get("wrong"):
            yield f"wrong at `{error.pointer}`"
        return
    written = kind.dump(value)
    if "wrong" in case:
        yield "was read"
    elif written != case.get("written", case["value"]):
        yield f"is written {written}"


def order(case: Case) -> Iterator[str]:
    """Check which of two values is stricter, and what remains of both."""
    kind = CATALOGUE[case["control"]].kind
    pair = case.get("neither") or [case["strict"], case["loose"]]
    one, other = (kind.load(raw) for raw in pair)
    if kind.at_least_as_strict(one, other) == ("neither" in case) or kind.at_least_as_strict(other, one):
        yield "is ordered otherwise"
    for both in (kind.stricter_of(one, other), kind.stricter_of(other, one)):
        if both != kind.load(case["together"]):
            yield f"gives together {kind.dump(both)}"


def found(case: Case) -> Iterator[str]:
    """Check which texts hold a hidden word."""
    hidden: Listed = CATALOGUE["content.keywords"].kind.load({"all": False, "items": case["words"]})
    yield from (f"does not find `{text}`" for text in case["texts"] if not hides(hidden, text))
    yield from (f"finds `{text}`" for text in case["others"] if hides(hidden, text))


def counted() -> dict[str, int]:
    """Return how many cases there are: a family and each of its moments, a value, an order, a text."""
    texts = (len(case["texts"]) + len(case["others"]) for _, case in cases("words"))
    moments = (1 + len(family.get("moments", ())) + ("ending" in family) for family in families())
    return {"families": sum(moments), "values": len(cases("values")), "words": sum(texts)}


CHECKS = {"read": read, "order": order, "hides": found}


def main() -> int:
    """Run the cases of values and words, and print how many there are; families have a test of their own."""
    wrong = [fault for name in ("values", "words") for fault in faults(name)]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    numbers = counted()
    print(", ".join(f"{count} of {name}" for name, count in numbers.items()), f"= {sum(numbers.values())} cases")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
