"""The tour of the docs works, word for word, on the product as it runs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.servers import ROOT
from tests.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]
TOURS = ROOT / "docs" / "tour"


def test_the_tour_has_no_surprise(stack: Stack, tmp_path: Path) -> None:
    demo = tmp_path / "demo.json"
    stack.start("web", "worker", "sweeper")
    stack.manage("demo", "--write", str(demo))
    toured = walk(demo)
    print(toured.stdout)
    assert toured.returncode == 0, toured.stdout + toured.stderr
    assert toured.stdout.endswith("no surprise.\n")


def test_the_tour_ends_at_the_first_surprise(stack: Stack, tmp_path: Path) -> None:
    demo = tmp_path / "demo.json"
    stack.start("web")
    stack.manage("demo", "--write", str(demo))
    demo.write_text(demo.read_text().replace('"service_key": "fps_', '"service_key": "fps_x'))
    toured = walk(demo)
    assert toured.returncode == 1
    assert "SURPRISE: expected 201, got 401" in toured.stderr


def test_thirty_questions_have_no_surprise_twice(stack: Stack, tmp_path: Path) -> None:
    demo = tmp_path / "demo.json"
    stack.start("web")
    stack.manage("demo", "--write", str(demo))
    for _ in range(2):
        asked = walk(demo, TOURS / "02.sh")
        print(asked.stdout)
        assert asked.returncode == 0, asked.stdout + asked.stderr
    assert len(re.findall(r"^ ?\d+\. .+\?$", asked.stdout, re.MULTILINE)) == 30
    assert "Lei 15.211/2025" in asked.stdout
    shutil.copytree(TOURS, tmp_path / "tour")
    other = tmp_path / "tour" / "02.sh"
    other.write_text(other.read_text().replace("may deny nobody", "may allow nobody", 1))
    asked = walk(demo, other)
    assert asked.returncode == 1
    assert "expected allow nobody baseline, got deny" in asked.stderr
    assert "SURPRISE: another answer" in asked.stderr


def walk(demo: Path, tour: Path = TOURS / "01.sh") -> subprocess.CompletedProcess[str]:
    """Walk a tour with the family that the file tells of."""
    return subprocess.run([tour, demo], cwd=ROOT, capture_output=True, text=True, check=False, timeout=170)
