"""The files of the deployment, read as their tools read them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache, reduce
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.servers import ROOT

COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
OPERATIONS = ROOT / "docs" / "operations.md"
OURS = ("migrate", "web", "worker", "sweeper", "beat")
THEIRS = ("postgres", "redis")
# What an operator has to say before the first start.
VARIABLES = {"BASE_URL": "https://family.example", "SMTP_HOST": "mail.family.example"}
PRODUCT = sorted({path.parent.name for path in ROOT.glob("*/__init__.py")} - {"bench", "tests"})

VARIABLE = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<name>\w+)(?:(?P<how>:-|:\?)(?P<rest>[^}]*))?\})")


class Read(NamedTuple):
    """One place in the code that reads a variable of the environment."""

    name: str
    how: str
    default: str | None


def compose(variables: Mapping[str, str], *more: Path) -> dict[str, Any]:
    """Return docker-compose.yml, and what more files say, with the variables filled in.

    A variable that is asked for and not given is a KeyError.
    """
    files = [yaml.safe_load(path.read_text()) for path in (COMPOSE, *more)]
    filled: dict[str, Any] = fill(reduce(merged, files), variables)
    return filled


def merged(base: Any, more: Any) -> Any:
    """Merge as Compose does: tables by key, lists by adding, and the last word for the rest."""
    match base, more:
        case dict(), dict():
            both = {key: merged(base[key], more[key]) for key in base.keys() & more.keys()}
            return base | more | both
        case list(), list():
            return [*base, *(each for each in more if each not in base)]
    return more


def fill(node: Any, variables: Mapping[str, str]) -> Any:
    """Fill in the variables below a node."""
    match node:
        case dict():
            return {key: fill(value, variables) for key, value in node.items()}
        case list():
            return [fill(value, variables) for value in node]
        case str():
            return VARIABLE.sub(lambda found: value_of(found, variables), node)
    return node


def value_of(found: re.Match[str], variables: Mapping[str, str]) -> str:
    """Return what stands for one variable: `$$`, `${NAME}`, `${NAME:-default}` or `${NAME:?why}`."""
    if found["escaped"]:
        return "$"
    if found["how"] == ":-":
        return variables.get(found["name"]) or found["rest"]
    return variables[found["name"]]


def environment(service: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, str]:
    """Return a service's environment; a name without a value is passed on where it is given."""
    named = {
        name: variables.get(name) if value is None else str(value) for name, value in service["environment"].items()
    }
    return {name: value for name, value in named.items() if value is not None}


def image_environment() -> dict[str, str]:
    """Return what the Dockerfile's last stage sets, without the PATH."""
    last = DOCKERFILE.read_text().split("\nFROM ")[-1]
    pairs = [pair.split("=", 1) for line in re.findall(r"^ENV (.+)$", last, re.MULTILINE) for pair in line.split()]
    return {name: value for name, value in pairs if name != "PATH"}


def in_image() -> list[str]:
    """Return the names at the top of the project that .dockerignore lets into the image."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [line[1:] for line in lines if line.startswith("!")]


@cache
def reads() -> tuple[Read, ...]:
    """Return every read of the environment in the product, by its readers in `family_pairing.env`."""
    return tuple(look_for_reads())


def look_for_reads() -> Iterator[Read]:
    """Yield them, file by file."""
    files = [path for room in PRODUCT for path in (ROOT / room).rglob("*.py")]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="env"), attr=how),
                    args=[ast.Constant(value=str(name)), *rest],
                ) if path.name != "env.py":
                    yield Read(name, how, ast.unparse(rest[0]) if rest else "0" if how == "flag" else None)


def known_names() -> set[str]:
    """Return every variable that the product reads, with the names of files for secrets."""
    return {each.name for each in reads()} | {f"{each.name}_FILE" for each in reads() if each.how in ("secret", "ring")}


def required() -> set[str]:
    """Return the variables without which nothing starts."""
    return {each.name for each in reads() if each.default is None}


def commands() -> set[str]:
    """Return the names of our own management commands."""
    found = ROOT.glob("*/management/commands/*.py")
    return {path.stem for path in found if path.parts[-4] in PRODUCT and path.stem != "__init__"}


def folder_of(path: Path) -> set[str]:
    """Return every file below a folder."""
    return {str(each.relative_to(path)) for each in path.rglob("*") if each.is_file()}
