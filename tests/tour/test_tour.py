"""The tour of the docs works, word for word, on the product as it runs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.servers import ROOT
from tests.stack import Stack

pytestmark = pytest.mark.stack


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


def walk(demo: Path) -> subprocess.CompletedProcess[str]:
    """Walk the tour with the family that the file tells of."""
    command = [ROOT / "docs" / "tour" / "01.sh", demo]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
