"""Limits with their numbers; every 429 says when to come back."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone

from accounts import limits
from accounts.models import Tally
from tests.builders import offered, stored
from tests.callers import Home, refusal, said


def used_up(limit: limits.Limit, key: str, *, at: datetime | None = None) -> None:
    """Use a limit up, in this window and in the next: the test may stand on the edge of one."""
    now = at or timezone.now()
    for window in (0, 1):
        start = int(now.timestamp()) // limit.seconds * limit.seconds + window * limit.seconds
        window_at = datetime.fromtimestamp(start, tz=now.tzinfo)
        Tally.objects.update_or_create(name=limit.name, key=key, window_at=window_at, defaults={"count": limit.most})


def seconds_to_wait(answer: HttpResponse) -> int:
    """Return what a refusal asks for, in whole seconds."""
    assert refusal(answer) == (429, "too_many")
    assert answer["Retry-After"].isdigit()
    return int(answer["Retry-After"])


def test_the_numbers_are_those_that_are_promised() -> None:
    told = [limits.CLAIMS_A_DAY, limits.CLAIMS_IN_TEN_MINUTES, limits.CLAIMS_AN_ADDRESS, limits.CHANGES_AN_HOUR]
    assert [(limit.most, limit.seconds) for limit in told] == [(20, 86_400), (5, 600), (100, 86_400), (60, 3_600)]


def test_the_sixty_first_change_in_an_hour_waits(home: Home) -> None:
    used_up(limits.CHANGES_AN_HOUR, f"{home.paula.pk}:{home.tess.pk}")
    before = stored()
    answer = home.patch({"comment.who": {"value": "nobody"}})
    assert 1 <= seconds_to_wait(answer) <= 3600
    assert stored() == before
    assert home.patch({"comment.who": {"value": "nobody"}}, query="?dry_run=true").status_code == 200


def test_the_sixtieth_does_not(home: Home) -> None:
    used_up(limits.CHANGES_AN_HOUR, f"{home.paula.pk}:{home.tess.pk}")
    Tally.objects.update(count=59)
    assert home.patch({"comment.who": {"value": "nobody"}}).status_code == 200
    seconds_to_wait(home.patch({"comment.who": {"value": "friends"}}))


def test_claims_are_limited_whatever_the_code_is(home: Home) -> None:
    code = offered(home.tess, at=timezone.now()).code
    used_up(limits.CLAIMS_IN_TEN_MINUTES, str(home.paula.pk))
    for said_code in (code, "AAAA-00000-00000"):
        assert 1 <= seconds_to_wait(home.as_paula.post("/v1/pairings/claim", {"code": said_code})) <= 600


def test_claims_of_an_address_are_limited_whoever_claims(home: Home) -> None:
    used_up(limits.CLAIMS_AN_ADDRESS, "127.0.0.0/24")
    seconds_to_wait(home.as_paula.post("/v1/pairings/claim", {"code": "AAAA-00000-00000"}))


def test_offers_are_limited(home: Home) -> None:
    used_up(limits.INVITES_AN_HOUR, str(home.tess.pk))
    assert 1 <= seconds_to_wait(home.as_tess.post("/v1/pairings")) <= 3600


def test_addresses_are_counted_by_their_network() -> None:
    prefix = limits.address_prefix
    assert prefix("192.0.2.1") == prefix("192.0.2.254") != prefix("192.0.3.1")
    assert prefix("2001:db8::1") == prefix("2001:db8::ffff:1") != prefix("2001:db8:0:1::1")
    assert prefix("") == prefix("nonsense") == "unknown"


def test_a_teen_is_never_kept_from_its_own_view(home: Home) -> None:
    for limit in (limits.CHANGES_AN_HOUR, limits.INVITES_AN_HOUR):
        used_up(limit, str(home.tess.pk))
    for path in ("supervision", "history"):
        assert said(home.as_tess.get(f"/v1/me/{path}"))
