"""The documents say what is: written parts are up to date, links lead somewhere, and commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from accounts import limits
from family_pairing import documents
from ledger.models import Event, EventBody
from tests.docs.markdown import anchors, blocks, links
from tests.docs.markdown import documents as every_document
from tests.replay import test_replay as stories
from tests.servers import ROOT
from tests.shape.test_completeness import recorded

DOCS = ROOT / "docs"


def test_every_written_part_is_up_to_date() -> None:
    assert documents.stale() == [], "run `make documents`"


def test_every_part_stands_in_one_document() -> None:
    texts = [path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")]
    names = [name for text in texts for name in re.findall(r"^<!-- written: (\w+) -->$", text, re.MULTILINE)]
    assert sorted(names) == sorted(documents.PARTS)


def test_the_command_says_what_is_out_of_date(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs" / "page.md"
    page.write_text("# Page\n\n<!-- written: problems -->\nformer words\n<!-- end -->\n\nAfter.\n", encoding="utf-8")
    monkeypatch.setattr(documents, "sources", lambda: iter(()))
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    assert documents.stale() == ["page.md"]
    assert documents.write() == ["page.md"]
    assert documents.stale() == documents.write() == []
    assert "former words" not in page.read_text()
    assert page.read_text().endswith("<!-- end -->\n\nAfter.\n")


def test_the_command_needs_no_server() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "documents", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_events_are_those_that_the_source_records() -> None:
    assert recorded() <= set(documents.recorded())
    assert {"own_lists.changed", "request.expired"} <= set(documents.recorded())


def test_every_limit_has_words() -> None:
    assert set(documents.LIMITS) == {each.name for each in vars(limits).values() if isinstance(each, limits.Limit)}


@pytest.mark.django_db
@pytest.mark.parametrize("story", [stories.a_long_story, stories.test_what_was_asked_and_answered_is_told_again])
def test_the_page_tells_every_member_of_an_event(story: Callable[[], object]) -> None:
    story()
    text = (DOCS / "events.md").read_text(encoding="utf-8").split("## What an event tells")[1]
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.+?) \|", text, re.MULTILINE))))
    bodies = EventBody.objects.values_list("body", flat=True)
    assert len(bodies) > 15
    assert {member for body in bodies for member in body} <= told
    assert set(Event.objects.values_list("kind", flat=True)) <= set(documents.recorded())


@pytest.mark.parametrize("document", every_document(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    for link in links(document):
        target, _, anchor = link.partition("#")
        if re.match(r"(https?|mailto):", link):
            continue
        path = (document.parent / target).resolve() if target else document
        assert path.exists(), link
        assert not anchor or anchor in anchors(path), link


def test_every_document_is_reached_from_the_readme() -> None:
    seen, ways = set[Path](), [ROOT / "README.md"]
    while ways:
        document = ways.pop()
        seen.add(document)
        targets = {
            (document.parent / link.partition("#")[0]).resolve() for link in links(document) if "://" not in link
        }
        targets |= {ROOT / path for path in re.findall(r"`(docs/[\w/]+\.md)`", document.read_text(encoding="utf-8"))}
        targets |= {child for target in targets if target.is_dir() for child in target.glob("README.md")}
        ways += [target for target in targets if target.suffix == ".md" and target.exists() and target not in seen]
    assert {str(path.relative_to(ROOT)) for path in set(every_document()) - seen} == set()


def test_every_command_of_make_that_is_told_is_there() -> None:
    rules = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shell = "\n".join(block.text for document in every_document() for block in blocks(document, "sh"))
    told = "\n".join([shell, *(path.read_text(encoding="utf-8") for path in every_document())])
    named = set(re.findall(r"^make ([a-z]+)", shell, re.MULTILINE)) | set(re.findall(r"`make ([a-z]+)", told))
    assert len(named) > 5
    assert named <= rules


def test_every_command_of_manage_that_is_told_is_there() -> None:
    told = "\n".join(path.read_text(encoding="utf-8") for path in every_document())
    named = set(re.findall(r"manage\.py ([a-z]+)", told))
    ours = {path.stem for path in ROOT.glob("*/management/commands/*.py")}
    djangos = {"migrate", "check", "makemigrations", "sendtestemail", "createsuperuser", "changepassword"}
    assert named - ours <= djangos
