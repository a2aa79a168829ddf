"""Sizes: a file is at most 500 lines, a function 50, a verb 30, a view 12, a test 20, the core 1,500 in all."""

from __future__ import annotations

import statistics

import pytest

from tests.shape.source import File, Function, body_length, files, length, product

VERBS = {
    f"{room}/{name}.py"
    for room in ("accounts", "controls", "ledger")
    for name in (
        "actions",
        "pairing",
        "endings",
        "boundaries",
        "announcements",
        "notices",
        "enrolment",
        "arrival",
        "removals",
        "deliveries",
        "verification",
        "follows",
        "blocks",
        "handshake",
    )
} | {"controls/desk/releasing.py"}
# Tables of words are as long as there are words.
TABLES = {("family_pairing/demo/words.py", "ui_words")}
# Tests that set processes, browsers and clocks in motion are read as stories; these are not.
QUICK = ("api", "core", "decisions", "matrix", "replay", "shape", "verbs")


def views() -> list[tuple[File, Function]]:
    """Return every function that answers a request."""
    methods = {"get", "post", "put", "patch", "delete"}
    apis = [(file, each) for file in product() if "/api/" in file.path for each in file.functions()]
    pages = [(file, each) for file in product() if file.path.endswith("web/views.py") for each in file.functions()]
    return [(file, each) for file, each in apis if each.name in methods] + pages


def test_a_file_is_at_most_five_hundred_lines() -> None:
    every = (*product(), *files("tests"), *files("bench"))
    assert [file.path for file in every if file.text.count("\n") > 500] == []


def test_a_function_is_at_most_fifty_lines_and_most_are_short() -> None:
    sizes = {(file.path, each.name): length(each) for file in product() for each in file.functions()}
    assert [where for where, size in sizes.items() if size > 50 and where not in TABLES] == []
    assert statistics.median(sizes.values()) <= 10


def test_a_verb_is_at_most_thirty_lines() -> None:
    verbs = [(file.path, each) for file in product() if file.path in VERBS for each in file.functions()]
    assert len(verbs) > 50
    assert [(path, each.name) for path, each in verbs if length(each) > 30] == []


def test_a_view_is_at_most_twelve_lines() -> None:
    assert len(views()) > 30
    assert [(file.path, each.name) for file, each in views() if body_length(each) > 12] == []


@pytest.mark.parametrize("folder", QUICK)
def test_a_test_is_at_most_twenty_lines(folder: str) -> None:
    tests = [(file.path, each) for file in files(f"tests/{folder}") for each in file.functions()]
    assert [(path, each.name) for path, each in tests if each.name.startswith("test_") and length(each) > 20] == []


def test_the_core_is_at_most_fifteen_hundred_lines_in_all() -> None:
    core = [file for file in files("controls/policy") if not file.path.endswith("/catalogue.py")]
    assert sum(file.text.count("\n") for file in core) <= 1500


def test_decisions_are_at_most_fifteen_hundred_lines_without_their_table() -> None:
    decisions = [file for file in files("controls/decisions") if not file.path.endswith("/actions.py")]
    assert sum(file.text.count("\n") for file in decisions) <= 1500


def test_a_function_is_measured_from_its_name_to_its_end() -> None:
    text = 'def long() -> None:\n    """Do it."""\n' + "    print()\n" * 13
    (function,) = File("x.py", text).functions()
    assert (length(function), body_length(function)) == (15, 13)
