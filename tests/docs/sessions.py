"""The sessions of docs/api.md as scripts: requests as they stand there, and what their answers must hold."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx

from tests.docs.markdown import Block

NAME = re.compile(r"\{(\w+)\}")
ANYTHING = "…"


class Step(NamedTuple):
    """One request, and the answer that the page gives to it."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int
    told: dict[str, str]
    answer: Any


def step_of(block: Block) -> Step:
    """Read one block: a request, and after its last empty line the status, headers and members of the answer."""
    asked, _, answered = block.text.strip().rpartition("\n\n")
    head, _, body = asked.partition("\n\n")
    (method, path), headers = head.splitlines()[0].split(), headers_of(head.splitlines()[1:])
    status, *rest = answered.splitlines()
    told = [line for line in rest if not line.startswith("{")]
    shown = "".join(line for line in rest if line.startswith("{"))
    return Step(method, path, headers, body, int(status), headers_of(told), json.loads(shown) if shown else None)


def headers_of(lines: list[str]) -> dict[str, str]:
    """Read headers."""
    return dict(line.split(": ", 1) for line in lines)


@dataclass
class Session:
    """One talk with a running copy, with the names that answers have given a meaning."""

    url: str
    names: dict[str, str] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """Send a request and compare its answer."""
        headers = {name: self.filled(value) for name, value in step.headers.items()}
        body = self.filled(step.body).encode() or None
        answer = httpx.request(
            step.method, self.url + self.filled(step.path), headers=headers, content=body, timeout=20
        )
        assert answer.status_code == step.status, (step.method, step.path, answer.status_code, answer.text)
        for name, value in step.told.items():
            self.compare(value, answer.headers[name], name)
        if step.answer is not None:
            self.compare(step.answer, answer.json(), "")
        else:
            assert not answer.content

    def compare(self, told: Any, got: Any, where: str) -> None:
        """Compare what the page tells with what came: members that it leaves out may be anything."""
        match told:
            case dict():
                for name, value in told.items():
                    assert name in got, f"{where}/{name} is missing"
                    self.compare(value, got[name], f"{where}/{name}")
            case list():
                assert len(told) == len(got), where
                for place, value in enumerate(told):
                    self.compare(value, got[place], f"{where}/{place}")
            case str() if told == ANYTHING:
                assert got is not None, where
            case str() if (found := NAME.fullmatch(told)) and found[1] not in GIVEN & self.names.keys():
                self.names[found[1]] = got
            case _:
                assert got == (self.filled(told) if isinstance(told, str) else told), where

    def filled(self, text: str) -> str:
        """Put in what names stand for; what is in braces and no name of ours stays."""
        return NAME.sub(lambda found: self.names[found[1]], text)


# These are known before, and an answer cannot give them another meaning.
GIVEN = frozenset({"external_id", "service_key", "session", "csrf", "tomorrow"})
