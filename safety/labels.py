"""What people read of a helpline, in the active language."""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from functools import lru_cache

import pycountry
from django.utils.translation import gettext as _

from controls.labels.values import DAYS
from safety.helplines.line import DAYS as EVERY_DAY
from safety.helplines.line import Always, Hours


def hours_in_words(hours: Hours | Always | None, is_open: bool | None) -> str:
    """Return when somebody answers; nothing where nobody knows."""
    if hours is None:
        return ""
    if isinstance(hours, Always):
        return _("Day and night")
    times = {"days": days_in_words(hours.days), "start": f"{hours.since:%H:%M}", "end": f"{hours.until:%H:%M}"}
    words = _("{days}, {start} to {end}").format(**times)
    return words if is_open else _("Closed now: {hours}").format(hours=words)


def days_in_words(days: tuple[str, ...]) -> str:
    """Return days: all of them, a run, or one after the other."""
    if set(days) == set(EVERY_DAY):
        return _("Every day")
    first = EVERY_DAY.index(days[0])
    if len(days) > 2 and days == EVERY_DAY[first : first + len(days)]:
        return _("{first} to {last}").format(first=DAYS[days[0]], last=DAYS[days[-1]])
    return ", ".join(str(DAYS[day]) for day in days)


def languages_in_words(codes: Iterable[str], language: str) -> str:
    """Return the names of languages in a language; a code that has none as it is."""
    names = _language_names(language.partition("-")[0])
    return ", ".join(names.gettext(_english(code)) for code in codes)


def _english(code: str) -> str:
    found = pycountry.languages.get(alpha_2=code) or pycountry.languages.get(alpha_3=code)
    return code if found is None else str(found.name)


@lru_cache(maxsize=32)
def _language_names(language: str) -> gettext.NullTranslations:
    return gettext.translation("iso639-3", pycountry.LOCALES_DIR, languages=[language], fallback=True)
