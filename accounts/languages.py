"""In which language somebody is spoken to."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from accounts.models import User


def is_spoken(language: str) -> bool:
    """Tell whether the product speaks the language; somebody who has not chosen one has none."""
    return language in dict(settings.LANGUAGES)


@contextmanager
def speaking_to(user: User | None) -> Generator[None, None, None]:
    """Speak the person's own language, else the one that is spoken already."""
    own = user.language if user is not None and is_spoken(user.language) else translation.get_language()
    with translation.override(own):
        yield


def accepted(header: str) -> str:
    """Return the first language of an `Accept-Language` that the product speaks, else its own."""
    for language, _quality in parse_accept_lang_header(header.lower()):
        try:
            return get_supported_language_variant(language)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
