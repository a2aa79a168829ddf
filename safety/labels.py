"""What people read of a helpline, in the active language."""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from functools import lru_cache

import pycountry
from django.utils.translation import gettext as _

from controls.labels.values import windows_words
from controls.policy.windows import Week
from safety.helplines.line import ALWAYS
from safety.telling import written_hours


def hours_in_words(hours: Week | None, is_open: bool | None) -> str:
    """Return when somebody answers; nothing where nobody knows."""
    if hours is None:
        return ""
    if hours == ALWAYS:
        return _("Day and night")
    words = windows_words(written_hours(hours))
    return words if is_open else _("Closed now: {hours}").format(hours=words)


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
