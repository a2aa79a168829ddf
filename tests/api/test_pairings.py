"""The pairing addresses of a device and of a parent's browser."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import segno

from accounts.api import shapes
from accounts.models import Pairing, State
from tests.builders import (
    HOUR,
    a_device,
    a_parent,
    a_teen,
    claimed,
    kinds,
    mallory,
    offered,
    paired,
    sets,
)
from tests.callers import Caller, Home, anonymous, bearer, refusal, said, signed_in

START = "/v1/pairings"
CLAIM = "/v1/pairings/claim"


def started(home: Home) -> tuple[dict[str, Any], str]:
    """Return what the device was answered, and where it polls."""
    body = said(home.as_tess.post(START))
    return body, f"{START}/{body['id']}"


def test_a_start_shows_the_code_the_link_and_the_end(home: Home) -> None:
    answer = home.as_tess.post(START)
    body = said(answer)
    assert answer.status_code == 201
    assert set(body) == {"id", "state", "code", "qr", "qr_image", "expires_at", "interval"}
    assert (body["state"], body["interval"]) == ("invited", 5)
    # The token is in the fragment, which no server sees.
    link, _, token = body["qr"].partition("#")
    assert link.endswith("/pair")
    assert token not in ("", body["code"])


def test_the_picture_is_the_qr_code_of_the_link(home: Home) -> None:
    body, _ = started(home)
    head, _, picture = unquote(body["qr_image"]).partition(",")
    assert head == "data:image/svg+xml;charset=utf-8"
    code = segno.make(body["qr"], error="m", micro=False)
    drawn = modules_of(picture)
    assert drawn == {(x, y) for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark}
    # Another link has another picture: the comparison can tell.
    assert drawn != modules_of(unquote(shapes.picture(body["qr"][:-1] + "!")))


def modules_of(picture: str) -> set[tuple[int, int]]:
    """Return the dark modules that an SVG draws line by line, its margin of four left out."""
    path = picture.partition("stroke='#000' d='")[2].partition("'")[0]
    found, x, y = set(), 0, 0.0
    for kind, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        first, *rest = (float(number) for number in numbers.replace("-", " -").split())
        if kind == "h":
            found |= {(x + step - 4, int(y) - 4) for step in range(int(first))}
            x += int(first)
        else:
            x, y = (int(first), rest[0]) if kind == "M" else (x + int(first), y + rest[0])
    return found


def test_a_second_start_waits(home: Home) -> None:
    started(home)
    assert refusal(home.as_tess.post(START)) == (409, "already_open")


def test_a_poll_tells_when_to_come_back_and_not_the_code(home: Home) -> None:
    body, url = started(home)
    poll = home.as_tess.get(url)
    assert (poll.status_code, poll["Retry-After"], poll["Cache-Control"]) == (200, "5", "no-store")
    assert set(said(poll)) == {"id", "state", "expires_at", "interval"}
    assert body["code"].encode() not in poll.content


def test_the_whole_way_of_a_pairing(home: Home) -> None:
    body, url = started(home)
    pierre = signed_in(other := a_parent("pierre", at=home.at))
    answer = pierre.post(CLAIM, {"code": body["code"]})
    expected = {"id": body["id"], "state": "claimed", "teen": {"display_name": "Tess"}}
    assert (answer.status_code, said(answer)) == (200, expected)
    shown = said(home.as_tess.get(url))["parent"]
    masked = "p…e@f…y.example"
    assert shown == {"id": str(other.pk), "display_name": "Pierre", "email_masked": masked, "account_age_days": 0}
    done = home.as_tess.post(f"{url}/confirm", {"parent_id": shown["id"]})
    assert (done.status_code, said(done)["state"]) == (200, "active")
    assert len(said(pierre.get("/v1/family"))["teens"]) == 1


def test_the_token_of_the_link_claims(home: Home) -> None:
    body, _ = started(home)
    token = body["qr"].partition("#")[2]
    pierre = signed_in(a_parent("pierre", at=home.at))
    assert pierre.post(CLAIM, {"token": token}).status_code == 200


def test_before_the_teen_confirms_a_parent_sees_a_name_and_nothing_else(home: Home) -> None:
    body, _ = started(home)
    stranger = signed_in(mallory(at=home.at))
    stranger.post(CLAIM, {"code": body["code"]})
    (member,) = said(stranger.get("/v1/family"))["teens"]
    assert set(member) == {"pairing_id", "state", "proof", "display_name"}
    assert refusal(stranger.get(home.controls)) == (404, "not_found")


def test_a_claim_that_was_declined_looks_to_the_parent_like_none(home: Home) -> None:
    body, url = started(home)
    stranger = signed_in(mallory(at=home.at))
    stranger.post(CLAIM, {"code": body["code"]})
    declined = home.as_tess.post(f"{url}/decline")
    assert (declined.status_code, said(declined)["state"]) == (200, "declined")
    assert said(stranger.get("/v1/family")) == {"teens": []}
    assert refusal(stranger.delete(url)) == (404, "not_found")


def test_a_cancelled_offer_opens_nothing(home: Home) -> None:
    body, url = started(home)
    cancelled = home.as_tess.post(f"{url}/cancel")
    assert (cancelled.status_code, said(cancelled)["state"]) == (200, "cancelled")
    pierre = signed_in(a_parent("pierre", at=home.at))
    assert refusal(pierre.post(CLAIM, {"code": body["code"]})) == (404, "not_found")


def test_an_expired_offer_polls_as_expired_before_anybody_sweeps(home: Home) -> None:
    pairing = offered(home.tess, at=home.at).pairing
    assert said(home.as_tess.get(f"{START}/{pairing.pk}"))["state"] == "expired"
    assert Pairing.objects.get(pk=pairing.pk).state == State.INVITED


def test_confirming_somebody_else_is_refused(home: Home) -> None:
    body, url = started(home)
    signed_in(mallory(at=home.at)).post(CLAIM, {"code": body["code"]})
    answer = home.as_tess.post(f"{url}/confirm", {"parent_id": str(home.paula.pk)})
    assert refusal(answer) == (422, "invalid_value")
    assert said(answer)["errors"][0]["pointer"] == "/parent_id"


def test_an_answer_to_what_is_over_is_gone(home: Home) -> None:
    url = f"{START}/{home.pairing.pk}"
    for path, body in (("decline", None), ("cancel", None), ("confirm", {"parent_id": str(mallory(at=home.at).pk)})):
        answer = home.as_tess.post(f"{url}/{path}", body)
        assert refusal(answer) == (410, "gone"), path


def test_below_sixteen_leaving_begins_the_grace(home: Home) -> None:
    answer = home.as_tess.post(f"{START}/{home.pairing.pk}/end")
    assert (answer.status_code, said(answer)["state"]) == (202, "ending")
    assert said(answer)["ends_at"].endswith("Z")
    assert home.as_paula.get(home.controls).status_code == 200
    (parent,) = said(home.as_tess.get("/v1/me/supervision"))["parents"]
    assert parent["ending"] is True


def test_at_sixteen_leaving_ends_at_once(home: Home) -> None:
    theo = a_teen(16, name="theo", at=home.at)
    pairing = paired(theo, home.paula, at=home.at)
    answer = bearer(a_device(theo, at=home.at).token).post(f"{START}/{pairing.pk}/end")
    assert (answer.status_code, said(answer)["state"]) == (202, "ended")
    assert refusal(home.as_paula.get(f"/v1/teens/{theo.pk}/controls")) == (404, "not_found")


def test_a_parent_ends_with_a_recent_sign_in_and_both_are_told(home: Home) -> None:
    url = f"{START}/{home.pairing.pk}"
    assert refusal(signed_in(home.paula, seconds_ago=301).delete(url)) == (401, "step_up_required")
    assert home.as_paula.delete(url).status_code == 204
    assert kinds(home.tess)[-1] == "pairing.ended"
    assert said(home.as_tess.get("/v1/me/supervision"))["supervised"] is False
    assert refusal(home.as_paula.get(home.controls)) == (404, "not_found")


def test_a_foreign_pairing_looks_like_none(home: Home) -> None:
    foreign = claimed(a_teen(name="theo", at=home.at), home.paula, at=home.at)
    absent = f"{START}/00000000-0000-7000-8000-000000000000"
    for method, path in (
        ("GET", ""),
        ("POST", "/confirm"),
        ("POST", "/decline"),
        ("POST", "/cancel"),
        ("POST", "/end"),
    ):
        one = home.as_tess.send(method, f"{START}/{foreign.pk}{path}")
        other = home.as_tess.send(method, f"{absent}{path}")
        assert refusal(one) == refusal(other) == (404, "not_found")
        assert anonymous(one) == anonymous(other)


def test_an_ended_pairing_tells_its_parent_nothing_more(home: Home) -> None:
    url = f"{START}/{home.pairing.pk}"
    home.as_paula.delete(url)
    before = home.as_tess.get("/v1/me/history")
    assert refusal(home.as_paula.delete(url)) == (404, "not_found")
    assert said(home.as_tess.get("/v1/me/history")) == said(before)
    assert Caller().delete(url).status_code == 401


def test_paula_still_sees_what_she_said_of_another_teen(home: Home) -> None:
    theo = a_teen(16, name="theo", at=home.at)
    sets(paired(theo, home.paula, at=home.at), {"comment.who": "nobody"}, at=home.at + HOUR / 2)
    home.as_paula.delete(f"{START}/{home.pairing.pk}")
    body = said(home.as_paula.get(f"/v1/teens/{theo.pk}/controls"))
    assert body["controls"]["comment.who"]["settings"][0]["mine"] is True
