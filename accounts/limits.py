"""Limits that protect somebody: counted in Postgres, exact under concurrency, never reset by a lost cache."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from family_pairing.problems import Problem


class Limit(NamedTuple):
    """At most `most` in each window of `seconds`."""

    name: str
    most: int
    seconds: int


CLAIMS_A_DAY = Limit("claims_day", 20, 86_400)
CLAIMS_IN_TEN_MINUTES = Limit("claims_10min", 5, 600)
CLAIMS_AN_ADDRESS = Limit("claims_address", 100, 86_400)
CLAIMS_IN_ALL = Limit("claims_all", 50_000, 86_400)
INVITES_AN_HOUR = Limit("invites_hour", 20, 3_600)
CHANGES_AN_HOUR = Limit("changes_hour", 60, 3_600)
SIMULATIONS_AN_HOUR = Limit("simulations_hour", 600, 3_600)
REQUESTS_A_DAY = Limit("requests_day", 5, 86_400)
# More people than anybody meets in a day; and as often as one may change one's mind about somebody.
ASKS_A_DAY = Limit("asks_day", 50, 86_400)
ASKS_OF_ONE_A_DAY = Limit("asks_of_one_day", 3, 86_400)


def take(limit: Limit, key: str, *, at: datetime) -> None:
    """Count one use.

    Raises Problem `too_many`, with the seconds until the window ends, when the limit is reached.
    """
    start = int(at.timestamp()) // limit.seconds * limit.seconds
    window_at = datetime.fromtimestamp(start, tz=UTC)
    with connection.cursor() as cursor:
        # One statement counts and reads, so that two hundred at once are counted two hundred times.
        cursor.execute(
            "INSERT INTO accounts_tally AS t (name, key, window_at, count) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (name, key, window_at) DO UPDATE SET count = t.count + 1 RETURNING t.count",
            [limit.name, key, window_at],
        )
        (count,) = cursor.fetchone()
    if count > limit.most:
        until = window_at + timedelta(seconds=limit.seconds)
        raise Problem("too_many", headers={"Retry-After": str(max(1, int((until - at).total_seconds())))})


def address_of(http_request: HttpRequest) -> str:
    """Return the address that a request came from, as the outermost of our own proxies saw it.

    `TRUSTED_PROXY_COUNT` says how many of them add to `X-Forwarded-For`; what stands before was written by the caller.
    """
    count: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    hops = [hop.strip() for hop in http_request.headers.get("X-Forwarded-For", "").split(",")]
    return hops[-count] if 0 < count <= len(hops) else str(http_request.META.get("REMOTE_ADDR", ""))


def address_prefix(address: str) -> str:
    """Return the /24 or the /64 that an address belongs to; an unreadable one shares one count."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 64), strict=False))
