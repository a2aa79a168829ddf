"""`docs/operations.md` says what is there: every variable, every command, every process."""

from __future__ import annotations

import re

import yaml

from tests.deploy.files import COMPOSE, OPERATIONS, OURS, commands, reads
from tests.servers import ROOT

TEXT = OPERATIONS.read_text()
# Read by what starts the product, not by the product.
BY_MAKE = {"DATABASE_OWNER_URL", "PYTHON", "VENV"}

DJANGOS = {"migrate", "check", "sendtestemail", "createsuperuser", "changepassword"}


def section(title: str) -> str:
    """Return a part of the page."""
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(text: str) -> dict[str, tuple[str, str]]:
    """Return a table's rows by the name in their first cell: the rest of that cell, and the second one."""
    found = re.findall(r"^\| `([^`]+)`(.*?) \| (.*?) \|", text, re.MULTILINE)
    return {name: (rest.strip(), second) for name, rest, second in found}


def test_every_variable_is_there_and_none_that_is_not_read() -> None:
    assert set(rows(section("Environment"))) == {each.name for each in reads()}
    assert set(re.findall(r"`([A-Z_]+)` \(", section("Environment").split("three more:")[1])) == BY_MAKE


def test_defaults_and_secrets_are_those_of_the_code() -> None:
    told = rows(section("Environment"))
    for each in reads():
        kind, default = told[each.name]
        assert (kind == "(secret)") == (each.how in ("secret", "ring")), each.name
        assert (default == "required") == (each.default is None), each.name
        if each.default is not None and re.fullmatch(r"'[^']+'|\d+", each.default):
            assert default.startswith(f"`{each.default.strip(chr(39))}`"), (each.name, default)


def test_every_command_is_there() -> None:
    told = set(re.findall(r"^\| `([\w-]+)", section("Commands"), re.MULTILINE))
    assert commands() | DJANGOS == told


def test_what_compose_asks_for_is_there() -> None:
    text = COMPOSE.read_text()
    told = set(re.findall(r"`([A-Z][A-Z_]+)`", section("First start with Docker Compose")))
    passed_on = {name for name, value in yaml.safe_load(text)["x-product"]["environment"].items() if value is None}
    asked = set(re.findall(r"\$\{(\w+)", text)) | passed_on
    assert asked == told
    first = dict(re.findall(r"^([A-Z_]+)=(.+)$", section("First start with Docker Compose"), re.MULTILINE))
    assert set(re.findall(r"\$\{(\w+):\?", text)) <= set(first) <= asked
    services = yaml.safe_load(text)["services"]
    assert all(re.search(rf"^\| {name} \|", section("Processes"), re.MULTILINE) for name in OURS if name != "migrate")
    assert set(services) - {"migrate", *OURS} == {"postgres", "redis"}


def test_what_leaves_a_server_out_is_there() -> None:
    told = set(re.findall(r"deploy/outside-\w+\.yml", section("A PostgreSQL or Redis of your own")))
    assert told == {str(path.relative_to(ROOT)) for path in (ROOT / "deploy").glob("outside-*.yml")}


def test_dumps_and_nothing_else_are_closed_to_others() -> None:
    lines = [line for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()]
    dumps = [line for line in lines if re.search(r"> \S+\.dump", line)]
    assert len(dumps) == 2
    assert all(re.fullmatch(r"\(umask 077; .*\.dump\)", line) for line in dumps)
    assert [line for line in lines if "umask" in line] == dumps


def test_the_former_image_has_a_name_before_the_next_is_made() -> None:
    text = section("Upgrade")
    tag, pull, build = (text.index(each) for each in ("docker tag", "git pull  ", "docker compose build"))
    assert tag < pull < build
    (name,) = re.findall(r"^docker tag .* family-pairing:(\S+)", text, re.MULTILINE)
    back = text[build:]
    assert f"echo FAMILY_PAIRING_VERSION={name} >> .env" in back
    assert "docker compose up --detach --no-build" in back
    image = yaml.safe_load(COMPOSE.read_text())["x-product"]["image"]
    assert image == "family-pairing:${FAMILY_PAIRING_VERSION:-local}"


def test_what_waits_for_typing_stands_alone() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    assert [block.count("\n") for block in blocks if "sudo tee" in block] == [1]
