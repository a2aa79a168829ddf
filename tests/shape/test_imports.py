"""Imports point down only: the contracts of pyproject.toml hold, and they are really looked at."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_ERROR, EXIT_STATUS_SUCCESS, lint_imports

from tests.shape.source import ROOT, product

PROMISED = {
    "imports point down only",
    "inside an app, from the web down to the models",
    "the core knows nothing but itself",
    "the edge is fast because it knows no Django",
}


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where the rooms are."""
    monkeypatch.chdir(ROOT)


def test_imports_point_down_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint_imports(config_filename="pyproject.toml") == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_the_contracts_are_those_that_are_promised() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert {contract["name"] for contract in told["contracts"]} >= PROMISED
    assert all("ignore_imports" not in contract for contract in told["contracts"])


def test_a_wrong_import_would_be_seen(tmp_path: Path) -> None:
    config = tmp_path / "contract.toml"
    config.write_text(
        '[tool.importlinter]\nroot_packages = ["controls", "accounts"]\ncache_dir = ".cache/importlinter"\n'
        '[[tool.importlinter.contracts]]\nname = "upside down"\ntype = "forbidden"\n'
        'source_modules = ["controls"]\nforbidden_modules = ["accounts"]\n'
    )
    assert lint_imports(config_filename=str(config)) == EXIT_STATUS_ERROR


def test_the_pages_and_the_api_of_a_room_do_not_know_each_other() -> None:
    for file in product():
        room, _, rest = file.path.partition("/")
        if rest.startswith("web/"):
            assert f"{room}.api" not in file.text, file.path
        if rest.startswith("api/"):
            assert f"{room}.web" not in file.text, file.path
