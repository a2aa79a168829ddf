"""What is refused in review and can be seen by a machine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.shape.source import ROOT, File, product

# Who looks at the clock: views, tasks, commands and what they check first, deliveries, and what an edge process does by
# itself.
CLOCKS = re.compile(
    r"/(api|web)/|/(admin|checks|tasks)\.py$|/commands/|^edge/|^ledger/deliveries\.py$|^ledger/heartbeats\.py$"
    r"|^controls/notices\.py$"
    r"|^family_pairing/(middleware|front|demo|supervisor|celery|wiring)|^family_pairing/[a-z]+\.py$"
)
# The port by which the edge reads Postgres stands where a view would; when a person came is a default of the column.
PORTS = {"controls/snapshots.py", "accounts/models.py", "ledger/clock.py"}
OWN_CLOCK = r"timezone\.now\b|datetime\.now\b|utcnow\b|\btime\.time\b|date\.today\b"
# When a person came, and the name of the minute in which a device is counted.
OWN_TIME = {"accounts/models.py", "edge/reader.py"}
# The store of receipts is no view, though it lives among them.
STORES = {"accounts/api/receipts.py"}
SHELVES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "service", "services", "base_utils"}
SYNONYMS = {"guardian", "carer", "kid", "ward", "ruleset", "verdict", "whitelist", "blacklist", "dashboard_user"}
BLIND = ("Exception", "BaseException")
HOOKS = ("post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed", "receiver", "post_migrate")


def no_queries(file: File) -> Iterator[str]:
    """No query in a view, a serializer, a template tag or a task."""
    here = re.search(r"/(api|web|templatetags)/|/(tasks|serializers|views)\.py$", file.path)
    if here and file.path not in STORES:
        yield from re.findall(r"\.objects\b", file.code.replace(" ", ""))


def no_hooks(file: File) -> Iterator[str]:
    """No signal or overridden `save` that does business."""
    yield from (name for name in HOOKS if re.search(rf"\b{name}\b", file.code))
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Model") for base in node.bases):
            yield from (each.name for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "save")


def no_blind_except(file: File) -> Iterator[str]:
    """No `except Exception` that neither raises again nor says why."""
    lines = file.text.splitlines()
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ExceptHandler) and (not node.type or ast.unparse(node.type) in BLIND):
            said = "#" in lines[node.lineno - 1] or lines[node.lineno].lstrip().startswith("#")
            raises = any(isinstance(each, ast.Raise) and each.exc is None for each in ast.walk(node))
            if not said and not raises:
                yield f"line {node.lineno}"


def no_clock(file: File) -> Iterator[str]:
    """No clock deep inside: a moment is handed in."""
    if not CLOCKS.search(file.path) and file.path not in PORTS:
        yield from re.findall(rf"clock\.now\b|unix_now\b|{OWN_CLOCK}", file.code.replace(" . ", "."))


def no_own_clock(file: File) -> Iterator[str]:
    """No clock of this host where people's settings and deliveries have moments: the database's is everybody's."""
    if file.path not in OWN_TIME:
        yield from re.findall(OWN_CLOCK, file.code.replace(" . ", "."))


def no_countdown(file: File) -> Iterator[str]:
    """No wait in Celery, and no task that is sent from inside a transaction by its short name."""
    for name, call in file.calls():
        if name.endswith((".delay", ".retry")) and "random" not in name:
            yield name
        yield from (word.arg for word in call.keywords if word.arg in ("countdown", "eta"))


def no_synonym(file: File) -> Iterator[str]:
    """One word for each idea, in the names of things."""
    for node in ast.walk(file.tree):
        named = getattr(node, "name", None) or getattr(node, "id", None) or getattr(node, "arg", None)
        if isinstance(named, str):
            yield from set(re.findall("[a-z]+", named.lower())) & SYNONYMS


def no_shelf(file: File) -> Iterator[str]:
    """No file into which everything fits."""
    yield from set(file.path.removesuffix(".py").split("/")) & SHELVES


def no_import_inside(file: File) -> Iterator[str]:
    """No import inside a function."""
    for function in file.functions():
        inside = (node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom))
        yield from (f"line {node.lineno}" for node in inside if "noqa" not in file.text.splitlines()[node.lineno - 1])


def no_waiver_without_reason(file: File) -> Iterator[str]:
    """No waiver without a code and a reason."""
    for line in file.text.splitlines():
        found = re.search(r"# (noqa|type: ignore)(.*)$", line)
        if found and not re.match(r"(: [A-Z]+\d+(, ?[A-Z]+\d+)*|\[[a-z, -]+\])\s+\S.*\S", found[2]):
            yield line.strip()


SMELLS = [
    (no_queries, "x/api/views.py", "User.objects.all()"),
    (no_hooks, "x.py", "post_save.connect(tell)"),
    (no_hooks, "x.py", "class Teen(models.Model):\n    def save(self): ..."),
    (no_blind_except, "x.py", "try:\n    go()\nexcept Exception:\n    pass"),
    (no_clock, "controls/actions.py", "at = clock.now()"),
    (no_own_clock, "controls/web/views.py", "at = timezone.now()"),
    (no_countdown, "x.py", "push.apply_async(countdown=60)"),
    (no_countdown, "x.py", "push.delay(1)"),
    (no_synonym, "x.py", "def for_guardian(): ..."),
    (no_shelf, "controls/utils.py", ""),
    (no_import_inside, "x.py", "def go():\n    import os"),
    (no_waiver_without_reason, "x.py", "import os  # noqa: F401"),
]
CHECKS = list(dict.fromkeys(check for check, _, _ in SMELLS))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.__name__))
def test_the_source_has_none_of_it(check: object) -> None:
    assert callable(check)
    found = {file.path: list(check(file)) for file in product()}
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize(("check", "path", "text"), SMELLS, ids=lambda part: getattr(part, "__name__", ""))
def test_each_smell_would_be_seen(check: object, path: str, text: str) -> None:
    assert callable(check)
    assert list(check(File(path, text + "\n")))


def test_the_core_neither_waits_reads_nor_logs() -> None:
    for file in product():
        if file.path.startswith("controls/policy/"):
            imported = set(re.findall(r"^(?:from|import) (\w+)", file.text, re.MULTILINE))
            assert not imported & {"time", "logging", "os", "io", "random", "pathlib", "threading"}, file.path
            assert not {name for name, _ in file.calls()} & {"open", "print", "input"}, file.path


def test_no_page_asks_for_anything_from_outside() -> None:
    for template in sorted(ROOT.glob("*/templates/**/*.html")):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"""(src|href|action)=["'](https?:)?//""", text), template
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*[^<\s]|\son\w+=|\sstyle=", text), template
