"""Every address that Django answers, as the table writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# Patterns of the libraries that are no plain addresses.
PATTERNS = {
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/{reset}/",
    "(?P<url>.*)$": "{anything}/",
}


def routes() -> list[str]:
    """Return every address, the front page as `/`."""
    return [route or "/" for route in below(get_resolver())]


def below(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Return every address below a resolver."""
    for pattern in resolver.url_patterns:
        route = prefix + plain(str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from below(pattern, route)


def plain(pattern: str) -> str:
    """Return one part of an address, with names in braces."""
    pattern = re.sub(r"^\^\(\?P<(\w+)>[\w|]+\)/\$$", r"{\1}/", PATTERNS.get(pattern, pattern))
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", pattern)
