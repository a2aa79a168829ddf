"""A parent tries what would happen: a form, an answer with its reasons, and nothing that is saved."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import limits
from accounts.models import Pairing, User
from controls.decisions.actions import ACTIONS
from controls.models import Setting
from tests.builders import DAY, chooses, sets, stored
from tests.web.conftest import Browser, control_of, page_of
from tests.web.test_family_pages import text

FRIEND = {"age": "19", "relationship": "friend", "content_type": "text", "is_new_contact": "false"}


@pytest.fixture
def address(pairing: Pairing) -> str:
    """Return where paula tries."""
    return f"{page_of(pairing.teen)}/try"


def test_the_teens_page_leads_there_and_every_action_has_a_form(pairing: Pairing, paula: Browser, address: str) -> None:
    assert f'href="{address}"' in text(paula.get(page_of(pairing.teen)))
    for name in ACTIONS:
        page = paula.get(f"{address}?action={name}")
        assert f'<option value="{name}" selected>' in text(page)
        answer = paula.post(f"{address}?action={name}", begun(text(page)))
        assert answer.status_code == 200, name
        assert len(re.findall(r'class="outcome ', text(answer))) == 1, name


def begun(page: str) -> dict[str, str]:
    """Return what a form sends as it begins."""
    form = page.partition('id="trial"')[2]
    fields = dict.fromkeys(re.findall(r'<input type="(?:text|datetime-local|number)" name="([^"]+)"', form), "")
    for name, value in re.findall(r'<input type="number" name="([^"]+)" value="([^"]+)"', form):
        fields[name] = value
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def test_an_answer_says_no_and_why_and_leads_to_the_control(pairing: Pairing, paula: Browser, address: str) -> None:
    page = text(paula.post(address, FRIEND))
    assert "No, your teen cannot do this." in page
    assert "The other person is an adult, or may be one. The rules at this age say so." in page
    assert f'<a href="{page_of(pairing.teen)}#control-contact-adults">Contact with adults</a>' in page
    assert "Nothing was saved." in page


def test_a_draft_is_answered_beside_what_is_and_saves_nothing(pairing: Pairing, paula: Browser, address: str) -> None:
    before = stored()
    page = text(paula.post(f"{address}?action=comment.create", {"relationship": "friend", "age": "14",
                                                                "draft-comment.write": "off"}))  # fmt: skip
    now, _, then = page.partition("With what you tried")
    assert "Yes, your teen can do this." in now
    assert "No, your teen cannot do this." in then
    assert f'href="{control_of(pairing.teen, "comment.write")}"' in then
    assert "stricter" in then
    assert (stored(), Setting.objects.count()) == (before, 0)


def test_htmx_gets_the_answer_alone_or_the_form_where_it_is_wrong(paula: Browser, address: str) -> None:
    answer = paula.post(address, FRIEND, htmx=True)
    assert answer.status_code == 200
    assert "<html" not in text(answer)
    assert "<form" not in text(answer)
    wrong = paula.post(address, {**FRIEND, "age": "7"}, htmx=True)
    assert (wrong.status_code, wrong.headers["HX-Retarget"]) == (422, "#trial")
    assert text(wrong).lstrip().startswith("<form")
    # The next answer takes away what was said beside the field.
    assert 'name="mends"' in text(wrong)
    mended = text(paula.post(address, {**FRIEND, "mends": "1"}, htmx=True))
    assert 'hx-swap-oob="true"' in mended
    assert "errorlist" not in mended


def test_what_cannot_be_asked_is_said_beside_the_field(paula: Browser, address: str) -> None:
    past = (timezone.now() - DAY).strftime("%Y-%m-%dT%H:%M")
    for said in ({"age": "7"}, {"relationship": "cousin"}, {"at": past}, {"at": "2999-01-01T00:00"}, {"at": "soon"}):
        answer = paula.post(address, {**FRIEND, **said})
        assert answer.status_code == 422
        assert 'class="errorlist"' in text(answer)
        assert 'class="outcome' not in text(answer)


def test_a_draft_that_could_not_be_saved_is_refused(pairing: Pairing, paula: Browser, address: str) -> None:
    Pairing.objects.update(proof="none")
    answer = paula.post(f"{address}?action=post.publish", {"audience": "everyone", "draft-post.audience": "followers"})
    assert answer.status_code == 422
    assert "Your tie is not verified, so you can make this stricter, never looser." in text(answer)


def test_the_moment_is_in_the_teens_time(pairing: Pairing, paula: Browser, address: str) -> None:
    every = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    sets(pairing, {"time.away": {"windows": [{"days": every, "from": "08:00", "until": "16:00"}]}}, at=timezone.now())
    day = (timezone.now() + 2 * DAY).strftime("%Y-%m-%d")
    for hour, sentence in (
        ("10:00", "It is time away from the app. A parent said so."),
        ("20:00", "Yes, your teen can"),
    ):
        page = text(paula.post(f"{address}?action=app.use", {"used_minutes": "0", "at": f"{day}T{hour}"}))
        assert sentence in page


def test_what_is_the_teens_alone_answers_nothing(pairing: Pairing, paula: Browser, address: str) -> None:
    said = {"text": "a zebra", "level": "limited", "labels": "", "topics": ""}
    bare = text(paula.post(f"{address}?action=content.view", said, htmx=True))
    chooses(pairing.teen, "content.keywords", {"all": False, "items": ["zebra"]}, at=timezone.now())
    assert outcome(text(paula.post(f"{address}?action=content.view", said, htmx=True))) == outcome(bare)


def outcome(page: str) -> str:
    """Return the part of an answer that no clock changes."""
    return page.partition('class="outcome')[2]


def test_a_page_that_is_asked_too_often_says_so(paula: Browser, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SIMULATIONS_AN_HOUR", limits.SIMULATIONS_AN_HOUR._replace(most=0))
    answer = paula.post(address, FRIEND)
    assert answer.status_code == 422
    assert "Try again later." in text(answer)


def test_the_page_speaks_french(pairing: Pairing, paula: Browser, address: str) -> None:
    User.objects.update(language="fr")
    page = text(paula.post(address, FRIEND))
    assert "Non, votre ado ne peut pas le faire." in page
    assert "Écrire un message privé" in page


def test_a_preview_says_which_answers_change(pairing: Pairing, paula: Browser) -> None:
    page = text(
        paula.post(f"{control_of(pairing.teen, 'comment.write')}/preview", {"value": "off", "lasts": "standing"})
    )
    assert "These answers change:" in page
    turned = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "May your teen comment on a friend's post? Yes → becomes No".replace("'", "&#x27;") in turned
    other = text(
        paula.post(f"{control_of(pairing.teen, 'mention.who')}/preview", {"value": "nobody", "lasts": "standing"})
    )
    assert "These answers change:" not in other


def test_trying_costs_few_statements(paula: Browser, address: str) -> None:
    for said, most in ((FRIEND, 16), ({**FRIEND, "draft-dm.media": "text"}, 32)):
        with CaptureQueriesContext(connection) as captured:
            paula.post(address, said)
        assert len(captured) <= most
