"""May A write to B? Asked of the product's own processes, from the first step to the block, right after each change."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from django.utils import timezone

from accounts.models import Account, Pairing
from tests.builders import a_device, a_parent, a_service, a_teen, paired, sets
from tests.stack import Stack

pytestmark = pytest.mark.stack
SCOPES = ("decide", "graph:write")
TESS, THEO = "platform-tess", "platform-theo"


class Platform:
    """A service of the platform that asks either web process in turn."""

    def __init__(self, stack: Stack, key: str) -> None:
        bearer = {"Authorization": f"Bearer {key}"}
        self.webs = [
            httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=bearer, timeout=20)
            for port in (stack.port, stack.other_port)
        ]

    def says(self, method: str, path: str, body: Any = None) -> None:
        """Tell something that must succeed."""
        answer = self.webs[0].request(method, f"/v1/accounts/{path}", json=body)
        assert answer.is_success, answer.text

    def answers(self, a: str = TESS, b: str = THEO, **told: Any) -> list[Any]:
        """Return what each web process answers: may A write to B?"""
        question = {
            "subject": {"type": "account", "id": a},
            "action": {"name": "message.send", "properties": {"content_type": "text", "is_new_contact": False}},
            "resource": {"type": "account", "id": b, "properties": told},
        }
        answers = [web.post("/access/v1/evaluation", json=question) for web in self.webs]
        assert {each.status_code for each in answers} == {200}
        return [each.json() for each in answers]

    def may_write(self, *people: str) -> bool:
        """Return what both web processes say alike."""
        first, second = (each["decision"] for each in self.answers(*people))
        assert first is second
        return bool(first)


def chosen(stack: Stack, teen: Account, value: str) -> None:
    """Let a teen choose who may write, on the own phone."""
    phone = {"Authorization": f"Bearer {a_device(teen, at=timezone.now()).token}"}
    path = f"{stack.url}/v1/me/choices/dm.who_can_send"
    assert httpx.put(path, json={"value": value}, headers=phone, timeout=20).status_code == 200


def begun(stack: Stack) -> tuple[Platform, Pairing]:
    """Start the product, and enrol tess and theo, who both take messages from friends; paula supervises tess."""
    now = timezone.now()
    tess, theo = a_teen(17, at=now), a_teen(17, name="theo", at=now)
    pairing = paired(tess, a_parent(at=now), at=now)
    platform = Platform(stack, a_service(*SCOPES, at=now))
    stack.start("web", "other web", "sweeper")
    for teen in (tess, theo):
        chosen(stack, teen, "friends")
    return platform, pairing


def test_each_answer_rests_on_the_last_change_that_was_acknowledged(stack: Stack) -> None:
    with stack.inside():
        platform, pairing = begun(stack)
        assert not platform.may_write()
        for path, state in (
            (f"{TESS}/follows/{THEO}", "asked"),
            (f"{TESS}/follows/{THEO}", "accepted"),
            (f"{THEO}/follows/{TESS}", "asked"),
        ):
            platform.says("PUT", path, {"state": state})
            assert not platform.may_write()
        platform.says("PUT", f"{THEO}/follows/{TESS}", {"state": "accepted"})
        assert platform.may_write()
        assert platform.may_write(THEO, TESS)

        sets(pairing, {"dm.who_can_send": "nobody"}, at=timezone.now())
        assert [each["context"]["reason"] for each in platform.answers()] == ["nobody"] * 2
        assert [each["context"]["reason"] for each in platform.answers(THEO, TESS)] == ["recipient_settings"] * 2
        sets(pairing, {"dm.who_can_send": "friends"}, at=timezone.now())
        assert platform.may_write()
        platform.says("PUT", f"{THEO}/blocks/{TESS}")
        # As if the tie had been ended, and not a word of the block.
        assert [each["context"]["reason"] for each in platform.answers()] == ["friends_only"] * 2


def test_a_minor_is_kept_from_strangers_and_a_parent_is_never_refused(stack: Stack) -> None:
    with stack.inside():
        platform, pairing = begun(stack)
        assert not platform.may_write("nobody-knows", TESS)
        assert not platform.may_write(TESS, "nobody-knows")
        assert platform.may_write("nobody-knows", "nor-this-one")
        question = {
            "subject": {"type": "account", "id": TESS},
            "action": {"name": "message.send"},
            "resource": {"type": "parent", "id": str(pairing.parent_id)},
        }
        answers = [web.post("/access/v1/evaluation", json=question).json() for web in platform.webs]
        assert answers == [{"decision": True}] * 2
