"""A setting ends when the database's clock says so, on a host whose own clock is ten minutes wrong."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from ledger import clock
from tests.faults.client import Connection
from tests.faults.family import Member
from tests.faults.planted import planted
from tests.faults.skewed import skewed
from tests.faults.small import say
from tests.faults.waiting import wait_for
from tests.stack import Stack

AHEAD = timedelta(minutes=10)
FEED, STRICT, LOOSE, BY_ITSELF = "content.feed", "following", "personalised", "non_profiled"

pytestmark = pytest.mark.stack


@pytest.mark.parametrize(
    ("module", "on_the_fast_host", "on_the_slow_host"), [("", STRICT, STRICT), ("own_clock", BY_ITSELF, LOOSE)]
)
def test_a_wrong_clock_ends_nothing_early_and_keeps_nothing_too_long(
    stack: Stack,
    members: list[Member],
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    on_the_fast_host: str,
    on_the_slow_host: str,
) -> None:
    for web, off in ((stack.web, AHEAD), (stack.other_web, -AHEAD)):
        monkeypatch.setattr(web, "command", skewed(planted(web.usual, module), off))
    stack.start("web", "other web")
    protected, loosened = members[:2]
    with stack.inside():
        say(protected, STRICT, key=FEED, until=clock.now() + AHEAD / 2)
        say(loosened, STRICT, key=FEED)
        soon = clock.now() + timedelta(seconds=2)
        say(loosened, LOOSE, key=FEED, until=soon)
        assert applied(stack.other_port, loosened) == LOOSE
        wait_for(lambda: clock.now() > soon, "the loose setting has ended", within=5)
    assert applied(stack.port, protected) == on_the_fast_host
    assert applied(stack.other_port, loosened) == on_the_slow_host


def applied(port: int, member: Member) -> Any:
    """Return what a phone reads at one process."""
    with closing(Connection(port)) as phone:
        answer = phone.ask("GET", "/v1/me/settings", {"Authorization": f"Bearer {member.token}"})
    assert answer.status == 200
    return answer.json()["settings"][FEED]["value"]
