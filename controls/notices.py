"""Mails about what changes: claimed, let go, sent, settled; at most one attempt is under way at a time.

A mail server may keep us waiting for minutes. So nothing here runs inside a transaction, and the sweeper does it beside
its rounds. Whoever dies between sending and settling leaves a lease; the mail that is then sent again has the same
Message-ID, so that it is the same mail to whoever receives it.
"""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, Final, NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from accounts.languages import speaking_to
from accounts.models import Pairing, User
from controls.history import body_of
from controls.labels.upcoming import words_of
from controls.models import Notice
from ledger import clock

log = logging.getLogger(__name__)

BATCH: Final = 20
# Longer than any conversation with a mail server lasts: ten answers, each within EMAIL_TIMEOUT, and again as long.
LEASE: Final = timedelta(minutes=5)
ATTEMPTS: Final = 8
# A minute after the first attempt, four after the second and so on; a day at most.
BASE, CAP = timedelta(minutes=1), timedelta(days=1)


class Letter(NamedTuple):
    """To whom a notice goes, and what it says."""

    address: str
    parent: User
    change: dict[str, Any]
    zone: str
    teen_id: UUID


def send_notices(*, at: datetime) -> int:
    """Send what is due; returns how many mails the server took."""
    due = list(Notice.objects.due(at).order_by("due_at").values_list("pk", flat=True)[:BATCH])
    return sum(send(notice_id) for notice_id in due)


def send(notice_id: UUID) -> bool:
    """Take a lease, send one mail, settle; False when none was sent."""
    token = claim(notice_id)
    if token is None:
        return False
    notice = Notice.objects.select_related("announcement__account", "announcement__event__told", "parent").get(
        pk=notice_id
    )
    letter = letter_of(notice)
    if letter is None or notice.attempts > ATTEMPTS or clock.now() >= notice.announcement.moment:
        let_go(notice_id, token, dropped_at=clock.now())
        return False
    try:
        mail_of(notice, letter).send()
    except OSError as error:
        # Every error of the mail library is one. Without its message: it may quote the address.
        log.warning("a notice could not be sent, attempt %d: %s", notice.attempts, type(error).__name__)
        let_go(notice_id, token, due_at=clock.now() + wait_after(notice.attempts))
        return False
    let_go(notice_id, token, sent_at=clock.now())
    return True


def claim(notice_id: UUID) -> UUID | None:
    """Take the lease of a notice that is still open and free; None when somebody else was faster."""
    now, token = clock.now(), uuid7()
    free = Notice.objects.due(now).filter(pk=notice_id)
    return token if free.update(lease_until=now + LEASE, lease_token=token, attempts=F("attempts") + 1) else None


def let_go(notice_id: UUID, token: UUID, **settled: datetime) -> None:
    """Note what became of a notice, if the lease is still ours: who froze must not settle for another."""
    Notice.objects.filter(pk=notice_id, lease_token=token).update(lease_until=None, lease_token=None, **settled)


def wait_after(attempts: int) -> timedelta:
    """Return how long nobody tries again: longer each time, and not for all at once."""
    wait: timedelta = min(CAP, BASE * 4 ** (attempts - 1))
    return wait * random.uniform(0.8, 1.2)  # noqa: S311 jitter


def letter_of(notice: Notice) -> Letter | None:
    """Return what is to be written; None where the parent supervises no longer, has no address, or it was erased."""
    account, told = notice.announcement.account, body_of(notice.announcement.event).get("change")
    is_paired = Pairing.objects.active().filter(teen=account, parent=notice.parent).exists()
    address = EmailAddress.objects.filter(user=notice.parent, verified=True).order_by("-primary", "pk").first()
    if told is None or not is_paired or address is None:
        return None
    return Letter(address.email, notice.parent, told, account.time_zone, account.pk)


def mail_of(notice: Notice, letter: Letter) -> EmailMessage:
    """Write a mail in the parent's language: the words of the page, without a name or a value, and the way there."""
    link = f"{settings.BASE_URL}{reverse('controls:teen', args=[letter.teen_id])}#upcoming"
    with speaking_to(letter.parent):
        told = {"words": words_of(letter.change, letter.zone), "link": link}
        subject = _("Something is about to change")
        body = render_to_string("controls/email/announced.txt", told).strip() + "\n"
    headers = {"Message-ID": f"<notice.{notice.pk}@{host()}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, body, to=[letter.address], headers=headers)


def host() -> str:
    """Return where mails come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
