"""The page of helplines: for anybody, signed in or not; nothing of a visit is kept."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ledger import clock
from safety.helplines.choosing import help_in
from safety.helplines.line import Audience, Line
from safety.helplines.reading import recorded
from safety.labels import hours_in_words, languages_in_words
from safety.places import chosen_place, place_choices
from safety.telling import call_link, write_link

# Where somebody is at once who leaves the page quickly: nothing to explain, and quick to open.
ELSEWHERE: Final = "https://www.wikipedia.org/"


class Card(NamedTuple):
    """One line as the page shows it."""

    line: Line
    hours: str
    languages: str
    call: str | None
    write: str | None


@never_cache
@require_safe
def show_help(request: HttpRequest) -> HttpResponse:
    """Show who listens in a place; an unknown one, and none, get the directories of the world."""
    language, at = get_language() or "en", clock.now()
    place = chosen_place(request.GET.get("place", ""), request.headers.get("Accept-Language", ""))
    found = help_in(recorded(), place, [language], Audience.CHILD, at)
    shown = {
        "place": place,
        "places": place_choices(language),
        "emergency": found.emergency,
        "lines": [card_of(line, language) for line in found.lines],
        "elsewhere": [card_of(line, language) for line in found.elsewhere],
        "elsewhere_at_once": ELSEWHERE,
    }
    return render(request, "safety/help.html", shown)


def card_of(line: Line, language: str) -> Card:
    """Return what the page shows of a line."""
    at = clock.now()
    words = hours_in_words(line.hours, line.is_open(at))
    return Card(line, words, languages_in_words(line.languages, language), call_link(line), write_link(line))
