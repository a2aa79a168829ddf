"""Searches: a question with one part left out, and pages that go on where the page before ended.

A token is sealed for the very search and the very key that it was given to; with another one it opens nothing. It
carries the limit, because a later page is asked for under the same parameters.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import orjson

from edge.authzen.evaluator import Page, Question
from edge.authzen.questions import NOTHING, Faults, Raw, action, entity, malformed, mapping
from family_pairing.problems import Fault
from ledger.seal import Seal, Unreadable

Kind: TypeAlias = Literal["subject", "resource", "action"]
PAGE: Final = 50
LONGEST_PAGE: Final = 200


class Search(NamedTuple):
    """A search: what is looked for, and which page of it."""

    kind: Kind
    question: Question
    after: str
    limit: int
    # What tokens of this search are sealed for.
    place: str


def read_search(kind: Kind, raw: Raw, key_id: str, seal: Seal) -> Search:
    """Return what is looked for.

    Raises the problem `malformed`, also for a token of another search.
    """
    faults: Faults = []
    question = Question(
        entity(raw, "subject", "", faults, named=kind != "subject"),
        *(action(raw, "", faults) if kind != "action" else ("", NOTHING)),
        entity(raw, "resource", "", faults, named=kind != "resource"),
        mapping(raw, "context", "", faults),
    )
    token, limit = read_page(raw, faults)
    if faults:
        raise malformed(faults)
    place = place_of(kind, question, key_id)
    if not token:
        return Search(kind, question, "", PAGE if limit is None else limit, place)
    after, former = opened(token, place, seal)
    if limit not in (None, former):
        raise malformed([Fault("/page/limit", "malformed", "Expected the limit of the page before.")])
    return Search(kind, question, after, former, place)


def read_page(raw: Raw, faults: Faults) -> tuple[str, int | None]:
    """Return the token and the limit that were sent. Notes what is wrong."""
    page = mapping(raw, "page", "", faults)
    token, limit = page.get("token", ""), page.get("limit")
    if type(token) is not str:
        faults.append(Fault("/page/token", "malformed", "Expected a text."))
    if "limit" in page and (type(limit) is not int or limit < 0):
        faults.append(Fault("/page/limit", "malformed", "Expected a whole number, 0 or more."))
    return token, None if faults or limit is None else min(limit, LONGEST_PAGE)


def place_of(kind: Kind, question: Question, key_id: str) -> str:
    """Return what tokens of this search are sealed for: the same for the same key and search, and only then.

    Raises the problem `malformed` for what is nested too deeply.
    """
    subject, name, properties, resource, context = question
    told = [kind, key_id, [*subject], name, properties, [*resource], context]
    try:
        text = orjson.dumps(told, default=dict, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        raise malformed([Fault("", "malformed", "Expected less nesting.")]) from None
    return f"search {hashlib.sha256(text).hexdigest()}"


def sealed(search: Search, after: str, seal: Seal) -> str:
    """Return the token of the page that begins there."""
    return urlsafe_b64encode(seal.close(search.place, orjson.dumps([search.limit, after]))).decode()


def opened(token: str, place: str, seal: Seal) -> tuple[str, int]:
    """Return where the page begins that a token names, and its limit.

    Raises the problem `malformed` for a token that was not given for this search.
    """
    try:
        limit, after = orjson.loads(seal.open(place, urlsafe_b64decode(token.encode())))
    except (ValueError, Unreadable):
        raise malformed([Fault("/page/token", "malformed", "Expected a token of this very search.")]) from None
    return after, limit


def page(search: Search, found: Page, seal: Seal) -> bytes:
    """Return one page of results, as it is answered."""
    told: dict[str, Any] = {
        "next_token": "" if found.after is None else sealed(search, found.after, seal),
        "count": len(found.results),
    }
    if found.total is not None:
        told["total"] = found.total
    return orjson.dumps({"page": told, "results": [named(search, each) for each in found.results]})


def named(search: Search, result: str) -> dict[str, str]:
    """Return one result as the standard writes it."""
    match search.kind:
        case "subject":
            return {"type": search.question.subject.type, "id": result}
        case "resource":
            return {"type": search.question.resource.type, "id": result}
        case "action":
            return {"name": result}
