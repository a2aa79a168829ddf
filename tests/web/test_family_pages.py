"""What a parent sees of the family, and what nobody else does."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Pairing, Proof, User
from controls.labels.controls import CONTROLS
from tests.builders import PASSWORD, a_person, a_teen, chooses, claimed, paired, sam, sets
from tests.web.conftest import Browser, page_of


def test_somebody_with_nobody_paired_is_told_how_to_pair() -> None:
    page = Browser(a_person("mallory", password=PASSWORD)).get("/")
    assert "Nobody is paired yet" in text(page)


def test_home_shows_each_teen_and_the_pairings_that_wait(pairing: Pairing, paula: Browser) -> None:
    assert pairing.parent is not None
    theo = a_teen(16, name="theo", at=timezone.now())
    claimed(theo, pairing.parent, at=timezone.now())
    page = text(paula.get("/"))
    assert page_of(pairing.teen) in page
    assert "Waiting for Theo to confirm" in page
    assert page_of(theo) not in page


def test_the_page_shows_every_control_and_whose_word_it_rests_on(pairing: Pairing, paula: Browser) -> None:
    now = timezone.now()
    sets(pairing, {"comment.who": "nobody"}, at=now)
    chooses(pairing.teen, "comment.write", "off", at=now)
    page = text(paula.get(page_of(pairing.teen)))
    assert page.count('class="row-value"') == len(CONTROLS) == 62
    assert "You set this." in page
    assert "Tess chose this." in page
    assert "Nobody can open this at Tess&#x27;s age" in page


def test_an_unverified_tie_is_explained(pairing: Pairing, paula: Browser) -> None:
    sentence = "You can make settings stricter, never looser."
    assert sentence not in text(paula.get(page_of(pairing.teen)))
    Pairing.objects.filter(pk=pairing.pk).update(proof=Proof.NONE)
    assert sentence in text(paula.get(page_of(pairing.teen)))
    assert "never looser" in text(paula.get("/"))


def test_both_parents_are_named_with_their_words(pairing: Pairing, paula: Browser) -> None:
    now = timezone.now()
    other = paired(pairing.teen, a_person("pierre", at=now), at=now)
    sets(other, {"comment.who": "nobody"}, at=now)
    page = text(paula.get(page_of(pairing.teen)))
    assert "Pierre set this." in page
    assert "Paula (you)" in page


def test_strangers_and_staff_find_nothing(pairing: Pairing) -> None:
    stranger = Browser(a_person("mallory", password=PASSWORD))
    paths = ("", "/history", "/end", "/arrival", "/controls/comment.who")
    assert {stranger.get(page_of(pairing.teen) + path).status_code for path in paths} == {404}
    support = Browser()
    support.client.force_login(sam(), backend="django.contrib.auth.backends.ModelBackend")
    assert support.get(page_of(pairing.teen)).status_code == 404
    assert support.get("/").headers["Location"] == "/admin/"


def test_a_page_asks_who_it_is_first(pairing: Pairing) -> None:
    answer = Browser().get(page_of(pairing.teen))
    assert answer.headers["Location"] == f"/accounts/login/?next={page_of(pairing.teen)}"


def test_a_page_needs_few_queries_however_many_controls(
    pairing: Pairing, paula: Browser, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(20):  # type: ignore[operator]  # a fixture of pytest-django
        paula.get(page_of(pairing.teen))


def test_history_names_the_actor(pairing: Pairing, paula: Browser) -> None:
    now = timezone.now()
    sets(pairing, {"comment.who": "nobody"}, at=now)
    chooses(pairing.teen, "comment.write", "off", at=now)
    page = text(paula.get(f"{page_of(pairing.teen)}/history"))
    assert "You set “Who can comment” to Nobody." in page
    assert "Tess set “Write comments” to Off." in page
    assert "Tess confirmed the pairing." in page


def test_a_parent_of_the_same_name_is_somebody_else(pairing: Pairing, paula: Browser) -> None:
    now = timezone.now()
    pierre = a_person("pierre", at=now)
    User.objects.filter(pk=pierre.pk).update(display_name="Paula")
    pierre.refresh_from_db()
    sets(paired(pairing.teen, pierre, at=now), {"comment.who": "nobody"}, at=now)
    sets(pairing, {"mention.who": "nobody"}, at=now)
    page = text(paula.get(f"{page_of(pairing.teen)}/history"))
    assert "Paula set “Who can comment” to Nobody." in page
    assert "You set “Who can mention or tag” to Nobody." in page
    assert "You set “Who can comment”" not in page


def test_pages_load_nothing_from_outside_and_run_nothing_inline(pairing: Pairing, paula: Browser) -> None:
    for path in ("/", "/pair", page_of(pairing.teen), f"{page_of(pairing.teen)}/history", "/accounts/logout/"):
        page = text(paula.get(path))
        assert "http://" not in page.replace("http://www.w3.org", "")
        assert "https://" not in page
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
        assert page.count("<script") == page.count("<script src=")


def text(answer: object) -> str:
    """Return a page as text."""
    content: bytes = answer.content  # type: ignore[attr-defined]  # every answer has it
    return content.decode()
