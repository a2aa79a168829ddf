"""Several sweepers at once, on connections of their own: a change is announced, enacted and mailed once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Account
from controls.announcements import look_ahead
from controls.boundaries import enter_bands
from controls.enrolment import enrol
from controls.models import Announcement, Notice
from controls.notices import send_notices
from ledger import clock
from ledger.actor import SYSTEM
from ledger.models import Event, Teen
from tests.builders import DAY, a_parent, a_profile, kinds, paired
from tests.counts import either
from tests.deploy.mail import USER, MailServer
from tests.faults.test_both_at_once import at_once

pytestmark = pytest.mark.usefixtures("committed")
TEENS = either(full=40, reduced=5)
SWEEPERS = 4


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    """Return the mail server to which the product writes."""
    found = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = USER, found.password
    yield found
    found.close()


def families() -> list[Account]:
    """Return teens who turn sixteen in twenty days, each with a parent."""
    now = clock.now()
    day = (now + 20 * DAY).date()
    teens = []
    for number in range(TEENS):
        profile = a_profile(at=now)._replace(birth_date=day.replace(year=day.year - 16, day=min(day.day, 28)))
        teens.append(enrol(f"platform-{number}", profile, actor=SYSTEM, at=now).account)
        paired(teens[-1], a_parent(f"paula-{number}", at=now), at=now)
    return teens


def assert_whole(teens: list[Account]) -> None:
    """Check that each history counts its versions without a gap."""
    for teen in teens:
        seqs = list(Event.objects.filter(teen=teen.pk).order_by("id").values_list("seq", flat=True))
        assert seqs == list(range(1, Teen.objects.get(pk=teen.pk).seq + 1))


def test_sweepers_at_once_announce_enact_and_mail_once(server: MailServer) -> None:
    teens, now = families(), clock.now()
    assert at_once(*[partial(look_ahead, at=now)] * SWEEPERS) == [""] * SWEEPERS
    assert (Announcement.objects.count(), Notice.objects.count()) == (TEENS, TEENS)
    at_once(*[partial(send_notices, at=clock.now())] * SWEEPERS)
    while Notice.objects.open().exists():
        send_notices(at=clock.now())
    assert len({mail["To"] for mail in server.mails}) == len(server.mails) == TEENS
    late = now + 60 * DAY
    at_once(*[partial(enter_bands, at=late)] * SWEEPERS, *[partial(look_ahead, at=late)] * SWEEPERS)
    for teen in teens:
        assert kinds(teen).count("change.announced") == kinds(teen).count("account.age_band_changed") == 1
        assert "change.enacted" not in kinds(teen)
    assert_whole(teens)
    assert Account.objects.filter(change_due_at__lte=late + timedelta(seconds=1)).count() == 0
