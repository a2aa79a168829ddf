"""docs/api.md: its sessions happen as they stand there, and what it says of scopes and levels is so."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

from family_pairing import documents
from family_pairing.management.commands.servicekey import SCOPES
from tests.docs.markdown import blocks
from tests.docs.sessions import Session, step_of
from tests.edge.family import until
from tests.matrix import table
from tests.servers import ROOT
from tests.stack import Stack

PAGE = ROOT / "docs" / "api.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.stack
def test_the_sessions_happen_as_they_stand_there(stack: Stack, tmp_path: Path) -> None:
    stack.start("web")
    demo = tmp_path / "demo.json"
    stack.manage("demo", "--write", str(demo))
    session = Session(stack.url, given(stack, json.loads(demo.read_text())))
    # A key that was made a moment ago is known to those who decide within two seconds.
    key = {"Authorization": f"Bearer {session.names['service_key']}"}
    until(lambda: httpx.post(f"{stack.url}/access/v1/evaluation", json={}, headers=key).status_code == 400)
    steps = [step_of(block) for block in blocks(PAGE, "http")]
    assert len(steps) > 15
    for step in steps:
        session.take(step)
    printed = lines_of_readme(stack.url, demo)
    assert all(told in printed for told in ('"settings":{', "refetchEvaluation", '"age_band":'))


def lines_of_readme(url: str, demo: Path) -> str:
    """Run the lines of curl that the README begins with; returns what they print."""
    (text,) = (block.text for block in blocks(ROOT / "README.md", "sh") if "curl" in block.text)
    for there, here in (("http://localhost:8000", url), (".local/demo.json", str(demo)), ("-sN", "-sN --max-time 1")):
        assert there in text
        text = text.replace(there, here)
    return subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=True, timeout=60).stdout


def given(stack: Stack, demo: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    """Return what is known before the sessions: a service's key, and a parent who has signed in."""
    mallory = demo["parents"][2]
    with httpx.Client(base_url=stack.url, timeout=20) as browser:
        browser.get("/accounts/login/")
        form = {
            "login": mallory["email"],
            "password": mallory["password"],
            "csrfmiddlewaretoken": browser.cookies["fp_csrf"],
        }
        browser.post("/accounts/login/", data=form)
        cookies = {name: browser.cookies[f"fp_{name}"] for name in ("session", "csrf")}
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {**cookies, "external_id": "page-1", "service_key": str(demo["service_key"]), "tomorrow": tomorrow}


def test_every_scope_is_told_with_what_it_is_for() -> None:
    text = TEXT.partition("| Scope of a service key | For |")[2].partition("\n\n")[0]
    told = dict(re.findall(r"^\| `([\w:]+)` \| (.+) \|$", text, re.MULTILINE))
    scopes = {f"/{route}": scope for route, scope in table.SCOPES.items()} | table.EDGE_SCOPES
    assert set(told) == set(SCOPES) == set(scopes.values())
    for route, scope in scopes.items():
        named = re.findall(r"(/(?:v1|access/v1)/[^\s`]+)", told[scope])
        assert any(route == path or route.startswith(f"{path}/") for path in named), route


def test_every_endpoint_says_how_a_caller_proves_itself() -> None:
    described = description()
    schemes = described["components"]["securitySchemes"]
    for path, item in described["paths"].items():
        for method, operation in item.items():
            assert {name for way in operation.get("security", ()) for name in way} <= set(schemes), (method, path)
            assert documents.caller_of(operation) in documents.CALLERS, (method, path)
    assert described["paths"]["/access/v1/evaluation"]["post"]["security"] == [{"service": []}]


def description() -> Any:
    """Return what `/openapi.json` says."""
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # it has none


def test_the_level_is_that_of_the_description() -> None:
    levels = re.findall(r"^## Level (\d+)$", (PAGE.parent / "api-changes.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert levels[0] == settings.SPECTACULAR_SETTINGS["VERSION"]
    assert levels == sorted(levels, key=int, reverse=True)
