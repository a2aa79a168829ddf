"""A notice is a real mail to each paired parent: claimed, sent, settled; the words of the page, and nothing private."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from unittest.mock import patch
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage as DjangoMail
from django.core.mail.backends.smtp import EmailBackend
from django.utils import translation
from django.utils.formats import date_format
from pytest_django.fixtures import Settings

from accounts.models import Account, Pairing, User
from controls import notices
from controls.announcements import look_ahead
from controls.endings import end_pairing
from controls.enrolment import enrol
from controls.labels.upcoming import CAUSES
from controls.models import Notice
from controls.notices import ATTEMPTS, LEASE, claim, send, send_notices
from ledger import clock
from ledger.actor import SYSTEM
from tests.builders import DAY, a_parent, a_profile, paired
from tests.callers import signed_in
from tests.deploy.mail import USER, MailServer


@pytest.fixture(autouse=True)
def server(settings: Settings) -> Iterator[MailServer]:
    """Return the mail server to which the product writes."""
    found = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = USER, found.password
    yield found
    found.close()


def almost_sixteen(*parents: User) -> Account:
    """Return a teen whose birthday in twenty days has just been announced to these parents."""
    now = clock.now()
    day = (now + 20 * DAY).date()
    profile = a_profile(at=now)._replace(birth_date=day.replace(year=day.year - 16, day=min(day.day, 28)))
    tess = enrol("platform-tess", profile, actor=SYSTEM, at=now).account
    for parent in parents:
        paired(tess, parent, at=now)
    look_ahead(at=now)
    assert Notice.objects.count() == len(parents)
    return tess


def text_of(mail: EmailMessage) -> str:
    """Return what a mail says."""
    return str(mail.get_content())


def only_notice() -> Notice:
    """Return the one notice."""
    return Notice.objects.get()


def test_each_parent_is_sent_one_mail_and_never_another(server: MailServer) -> None:
    almost_sixteen(a_parent(), a_parent("pierre"))
    assert (send_notices(at=clock.now()), send_notices(at=clock.now())) == (2, 0)
    assert {mail["To"] for mail in server.mails} == {"paula@family.example", "pierre@family.example"}
    assert send_notices(at=clock.now() + 19 * DAY) == 0
    assert len(server.mails) == 2


def test_it_has_the_words_of_the_page_and_the_way_there(server: MailServer) -> None:
    paula = a_parent()
    tess = almost_sixteen(paula)
    send_notices(at=clock.now())
    text = text_of(server.mails[0])
    headline = next(line for line in text.splitlines() if "Birthday at 16" in line)
    link = re.findall(r"http\S+", text)[0]
    assert link.endswith(f"/family/{tess.pk}#upcoming")
    page = signed_in(paula).get(f"/family/{tess.pk}").content.decode()
    assert headline in page
    assert all(line in page for line in text.splitlines() if line.endswith("change."))


def test_a_lock_screen_shows_no_name_no_value_and_no_age_in_the_subject(server: MailServer) -> None:
    almost_sixteen(a_parent())
    send_notices(at=clock.now())
    (mail,) = server.mails
    told = f"{mail['Subject']} {re.sub('http.*', '', text_of(mail))}"
    assert not re.search(r"tess|paula|friends|nobody|public|private", told, re.IGNORECASE)
    assert not re.search(r"\d", mail["Subject"])


def test_it_speaks_the_parents_language(server: MailServer) -> None:
    paula, pierre = a_parent(), a_parent("pierre")
    User.objects.filter(pk=pierre.pk).update(language="fr")
    almost_sixteen(paula, pierre)
    send_notices(at=clock.now())
    texts = {str(mail["To"]).partition("@")[0]: text_of(mail) for mail in server.mails}
    for name, language in (("paula", "en"), ("pierre", "fr")):
        with translation.override(language):
            assert str(CAUSES["birthday"]).format(age=16) in texts[name]
            assert date_format(Notice.objects.all()[0].announcement.moment, "DATE_FORMAT") in texts[name]
    assert texts["paula"] != texts["pierre"]


def test_nothing_goes_to_an_address_that_nobody_has_confirmed(server: MailServer) -> None:
    paula = a_parent()
    EmailAddress.objects.filter(user=paula).update(verified=False)
    almost_sixteen(paula)
    assert (send_notices(at=clock.now()), server.mails) == (0, [])
    assert only_notice().dropped_at is not None


def test_nothing_goes_to_who_supervises_no_longer(server: MailServer) -> None:
    paula = a_parent()
    tess = almost_sixteen(paula)
    end_pairing(Pairing.objects.get(teen=tess, parent=paula), actor=SYSTEM, at=clock.now())
    assert (send_notices(at=clock.now()), server.mails) == (0, [])


def test_nothing_is_sent_once_it_has_come(server: MailServer) -> None:
    almost_sixteen(a_parent())
    with moved_on(21 * DAY):
        assert send_notices(at=clock.now()) == 0
    assert (server.mails, only_notice().dropped_at is None) == ([], False)


@contextmanager
def moved_on(later: timedelta) -> Iterator[None]:
    """Let the clock be ahead."""
    now = clock.now
    with patch.object(clock, "now", lambda: now() + later):
        yield


def test_while_somebody_sends_nobody_else_does(server: MailServer) -> None:
    almost_sixteen(a_parent())
    token = claim(only_notice().pk)
    assert token is not None
    assert (claim(only_notice().pk), send(only_notice().pk), send_notices(at=clock.now())) == (None, False, 0)
    assert server.mails == []


def test_who_dies_between_sending_and_settling_leaves_a_lease_and_the_repeat_is_the_same_mail(
    server: MailServer,
) -> None:
    almost_sixteen(a_parent())
    with patch.object(notices, "let_go", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        send_notices(at=clock.now())
    assert (len(server.mails), send_notices(at=clock.now())) == (1, 0)
    with moved_on(LEASE + timedelta(seconds=1)):
        assert (send_notices(at=clock.now()), send_notices(at=clock.now())) == (1, 0)
    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"] != ""
    assert text_of(first) == text_of(second)


def test_who_froze_does_not_settle_for_another(server: MailServer) -> None:
    almost_sixteen(a_parent())
    frozen = claim(only_notice().pk)
    with moved_on(LEASE + timedelta(seconds=1)):
        held = claim(only_notice().pk)
    assert frozen is not None
    notices.let_go(only_notice().pk, frozen, sent_at=clock.now())
    assert (only_notice().sent_at, only_notice().lease_token) == (None, held)


def test_a_mail_that_fails_is_tried_again_later_and_not_for_ever(
    server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    almost_sixteen(a_parent(), a_parent("pierre"))
    server.password = "another"
    waits = []
    with patch.object(notices, "CAP", timedelta(minutes=2)):
        for attempt in range(ATTEMPTS + 1):
            with moved_on(attempt * timedelta(minutes=5)):
                assert send_notices(at=clock.now()) == 0
                waits.append([each.due_at > clock.now() for each in Notice.objects.open()])
    assert waits == [[True, True]] * ATTEMPTS + [[]]
    assert server.mails == []
    assert "family.example" not in caplog.text


def test_a_mail_that_fails_keeps_no_other_back(server: MailServer) -> None:
    paula, pierre = a_parent(), a_parent("pierre")
    almost_sixteen(paula, pierre)
    real = EmailBackend.send_messages

    def choosy(self: EmailBackend, messages: Sequence[DjangoMail]) -> int:
        if "paula" in str(messages[0].to):
            raise ConnectionRefusedError
        return int(real(self, messages))

    with patch.object(EmailBackend, "send_messages", choosy):
        assert send_notices(at=clock.now()) == 1
    assert [mail["To"] for mail in server.mails] == ["pierre@family.example"]
    assert Notice.objects.open().get().parent == paula


def test_a_mail_names_itself_by_its_notice(server: MailServer, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Families <families@platform.example>"
    almost_sixteen(a_parent())
    send_notices(at=clock.now())
    (mail,) = server.mails
    name = UUID(str(mail["Message-ID"]).split("@")[0].removeprefix("<notice."))
    assert (name, str(mail["Message-ID"]).endswith("@platform.example>")) == (only_notice().pk, True)
    assert mail["Auto-Submitted"] == "auto-generated"


def test_waits_grow_and_end(server: MailServer) -> None:
    spans = [notices.wait_after(attempt) for attempt in range(1, ATTEMPTS + 1)]
    assert spans == sorted(spans) or spans[-2] > timedelta(hours=18)
    assert timedelta(seconds=45) < spans[0] < timedelta(seconds=75)
    assert max(spans) <= notices.CAP * 1.2
    assert isinstance(clock.now(), datetime)
