"""A mail server that never answers keeps no family waiting, and the mail of a sweeper that was killed is sent once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest

from accounts.models import Account, Pairing
from controls.enrolment import enrol
from controls.models import Notice, Setting
from family_pairing.embedded import HOST
from ledger import clock
from ledger.actor import SYSTEM
from tests.builders import DAY, SECOND, a_parent, a_profile, kinds, paired, sets
from tests.deploy.mail import USER, MailServer
from tests.faults.waiting import wait_for
from tests.stack import Stack

pytestmark = pytest.mark.stack


@pytest.fixture
def deaf() -> Iterator[int]:
    """Return the port of a mail server that takes every call and never says a word."""
    with socket.create_server((HOST, 0), backlog=16) as listener:
        yield int(listener.getsockname()[1])


@pytest.fixture
def server() -> Iterator[MailServer]:
    """Return a mail server that works."""
    found = MailServer()
    yield found
    found.close()


def mails_to(stack: Stack, monkeypatch: pytest.MonkeyPatch, port: int, password: str = "") -> None:
    """Let both sweepers send their mails there from their next start on."""
    said = {
        "FAMILY_PAIRING_DEMO": "0",
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(port),
        "SMTP_USER": USER,
        "SMTP_PASSWORD": password,
    }
    for process in (stack.sweeper, stack.other_sweeper):
        monkeypatch.setattr(process, "env", {**stack.env, **said})


def almost_sixteen() -> tuple[Account, Pairing]:
    """Return a teen who turns sixteen in twenty days, and a pairing."""
    now = clock.now()
    day = (now + 20 * DAY).date()
    profile = a_profile(at=now)._replace(birth_date=day.replace(year=day.year - 16, day=min(day.day, 28)))
    tess = enrol("platform-tess", profile, actor=SYSTEM, at=now).account
    return tess, paired(tess, a_parent(at=now), at=now)


def is_under_way() -> bool:
    """Tell whether somebody sends the notice."""
    return Notice.objects.filter(attempts=1, lease_until__gt=clock.now()).exists()


def test_a_sweeper_that_waits_for_a_mail_server_sweeps_on_and_its_successor_sends_once(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, deaf: int, server: MailServer
) -> None:
    with stack.inside():
        tess, pairing = almost_sixteen()
        mails_to(stack, monkeypatch, deaf)
        stack.start("sweeper")
        wait_for(is_under_way, "the notice is being sent", within=30)
        now = clock.now()
        sets(pairing, {"comment.who": "nobody"}, until=now + 2 * SECOND, at=now)
        wait_for(lambda: not Setting.objects.exists(), "the setting has ended meanwhile", within=6)
        assert is_under_way()
        stack.sweeper.kill9()
        assert (Notice.objects.get().sent_at, server.mails) == (None, [])
        mails_to(stack, monkeypatch, server.port, server.password)
        stack.start("sweeper", "other sweeper")
        # The lease of the one that was killed runs out.
        Notice.objects.update(lease_until=clock.now() - timedelta(seconds=1))
        wait_for(lambda: Notice.objects.filter(sent_at__isnull=False).exists(), "the notice is sent", within=30)
        assert (len(server.mails), Notice.objects.get().attempts) == (1, 2)
        assert kinds(tess).count("change.announced") == 1
