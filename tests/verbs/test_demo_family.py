"""The demo family is made by the same verbs as any other: Theo is a friend of Tess and of Tara."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from accounts.access import service_of
from accounts.gather import relationship
from accounts.models import Follow, ServiceKey
from accounts.ties import Relationship
from tests.builders import stored
from tests.commands import called
from tests.ties import unfollows


@pytest.fixture(autouse=True)
def demo() -> Any:
    """Let the demo be on."""
    with override_settings(DEMO=True):
        yield


def told(path: Path) -> dict[str, Any]:
    """Make what is missing; returns what is written down."""
    called("demo", "--write", str(path))
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_theo_is_a_friend_of_both_and_they_are_none(tmp_path: Path) -> None:
    told(tmp_path / "demo.json")
    assert relationship("demo-theo", "demo-tess") is relationship("demo-theo", "demo-tara") is Relationship.FRIEND
    assert relationship("demo-tess", "demo-tara") is Relationship.NONE


def test_a_second_start_makes_nothing_new(tmp_path: Path) -> None:
    told(tmp_path / "demo.json")
    before = stored()
    told(tmp_path / "demo.json")
    assert stored() == before


def test_friends_who_have_parted_stay_apart_when_the_file_is_lost(tmp_path: Path) -> None:
    told(tmp_path / "demo.json")
    unfollows("demo-theo", "demo-tess")
    told(tmp_path / "another.json")
    assert relationship("demo-theo", "demo-tess") is Relationship.FOLLOWED_BY


def test_a_key_of_a_former_release_that_lacks_a_scope_is_made_anew(tmp_path: Path) -> None:
    former = told(tmp_path / "demo.json")["service_key"]
    ServiceKey.objects.update(scopes=["accounts:write"])
    key = told(tmp_path / "demo.json")["service_key"]
    assert key != former
    assert "graph:write" in service_of(key, "graph:write").scopes


def test_where_the_platform_keeps_friends_there_are_none_here(tmp_path: Path) -> None:
    with override_settings(FRIENDS_KEPT_BY="platform"):
        told(tmp_path / "demo.json")
    assert not Follow.objects.exists()
