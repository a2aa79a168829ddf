"""What could be forgotten, out of date, or read as something else allows nothing."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from accounts.ties import Ties
from edge import people
from edge.people import People
from edge.reader import FOR_DECISIONS
from family_pairing.problems import Problem
from ledger.cache import Snapshot
from tests.edge.authzen.conftest import EVALUATION, EVALUATIONS, Service
from tests.edge.deciding.conftest import Enrol
from tests.edge.deciding.test_decisions import HELP, friends, grown, message
from tests.edge.family import Database, until


class Slow:
    """A reader without Redis whose Postgres answers when it is let."""

    line = None

    def __init__(self, database: Database) -> None:
        self.database = database
        self.gate = asyncio.Event()
        self.for_decisions = self

    async def ask(self, ask: Any, about: list[str]) -> Any:
        """Answer late."""
        await self.gate.wait()
        return ask(about)

    async def for_decision(self, teen: str) -> Snapshot | None:
        """Answer at once."""
        return self.database.snapshots.get(teen)


class Away(Slow):
    """One whose Postgres cannot be read."""

    async def ask(self, ask: Any, about: list[str]) -> Any:
        """Refuse."""
        raise Problem("unavailable")


def test_an_enrolled_account_stays_one_while_others_are_forgotten(
    enrol: Enrol, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("tess", "theo", "tara"):
        enrol(name, 14)
    monkeypatch.setattr(people, "REMEMBERED", 2)

    async def both() -> list[list[str]]:
        reader = Slow(database)
        known = People(reader, database.teens_of)  # type: ignore[arg-type]  # as much of a reader as is needed
        reader.gate.set()
        await known.read(["tess", "theo"])
        reader.gate.clear()
        asked = [asyncio.ensure_future(known.read(names)) for names in (["tara"], ["tess", "stranger"])]
        await asyncio.sleep(0)
        reader.gate.set()
        return [sorted((await each).people) for each in asked]

    assert asyncio.run(both()) == [["tara"], ["tess"]]


def test_decisions_that_wait_for_postgres_keep_no_phone_waiting(
    platform: Service, enrol: Enrol, database: Database
) -> None:
    tess = enrol("tess", 17)
    # As many as decisions have threads, and as many again; each of them waits for its read.
    stuck = [enrol(f"stuck-{number}", 14) for number in range(2 * FOR_DECISIONS)]
    database.debts |= {each.teen for each in (tess, *stuck)}
    until(lambda: not any(platform.front.edge.watch.trusts(each.teen) for each in (tess, *stuck)))
    # The first reads are held, one in each thread; what is read after them is not.
    held, begun, opened = iter(range(FOR_DECISIONS)), threading.Semaphore(0), threading.Event()

    def hold() -> None:
        if next(held, None) is not None:
            begun.release()
            assert opened.wait(10)

    database.fault = hold
    asked = {"evaluations": [message(each.name, "nobody-here") for each in stuck]}
    with ThreadPoolExecutor(1) as others:
        waiting = others.submit(platform.post, EVALUATIONS, asked)
        assert all(begun.acquire(timeout=5) for _ in range(FOR_DECISIONS))
        answer = platform.front.settings(tess)
        opened.set()
        assert (answer.status_code, answer.content) == (200, tess.snapshot.body)
        assert waiting.result(10).status_code == 200


def test_where_nobody_can_be_told_apart_nobody_is_a_stranger() -> None:
    async def read() -> frozenset[str]:
        known = People(Away(Database()), lambda _: {})  # type: ignore[arg-type]  # as much of a reader as is needed
        return (await known.read(["one", "two"])).unread

    assert asyncio.run(read()) == {"one", "two"}


@pytest.mark.parametrize("resource", [HELP, {"type": "content", "id": "c"}, {"type": "account", "id": "theo"}])
@pytest.mark.parametrize("action", ["help.open", "report.create"])
def test_help_and_reports_are_open_whatever_else_is_told(platform: Service, resource: Any, action: str) -> None:
    subject = {"type": "user", "id": "tess", "properties": {"age_band": "0-12"}}
    assert platform.decide({"subject": subject, "action": {"name": action}, "resource": resource})


@pytest.mark.parametrize("action", ["content.view", "content.recommend"])
def test_nothing_by_a_blocked_account_is_shown_whoever_blocks(platform: Service, enrol: Enrol, action: str) -> None:
    enrol("tess", 17, Ties(blocked=frozenset({"mallory"})))
    enrol("theo", 17, Ties(blocked=frozenset({"tess"})))
    reasons = []
    for author in ("mallory", "theo", "tara"):
        told: dict[str, Any] = {"author": author, "labels": {}, "level": "limited", "topics": [], "text": ""}
        resource = {"type": "content", "id": "c", "properties": told}
        asked = {"subject": {"type": "account", "id": "tess"}, "action": {"name": action}, "resource": resource}
        reasons.append(platform.ask(EVALUATION, asked).get("context", {}).get("reason"))
    assert reasons == ["account_blocked", "recipient_settings", None]


def test_a_block_reads_like_a_tie_that_was_ended(platform: Service, enrol: Enrol) -> None:
    grown(enrol, "tess", "nobody")
    grown(enrol, "theo", "nobody")
    enrol("tara", 17, Ties(blocked=frozenset({"tess"})), dm_who_can_send="friends")
    unfriended, blocked = (platform.ask(EVALUATION, message("tess", other)) for other in ("theo", "tara"))
    assert unfriended == blocked


def test_a_parents_id_is_no_accounts_id(platform: Service, enrol: Enrol) -> None:
    grown(enrol, "tess", "theo")
    grown(enrol, "theo", "tess")
    disguised = message("theo", "tess") | {"subject": {"type": "parent", "id": "theo"}}
    answers = platform.ask(EVALUATIONS, {"evaluations": [message("theo", "tess"), disguised]})["evaluations"]
    assert [each["decision"] for each in answers] == [True, False]


def test_a_search_reads_no_id_of_something_else_as_an_account(platform: Service, enrol: Enrol) -> None:
    enrol("tess", 17, friends("theo"))
    enrol("theo", 17, friends("tess"))
    resource = {"type": "feature", "id": "tess"}
    asked = {"subject": {"type": "account"}, "action": {"name": "search.run"}, "resource": resource}
    assert platform.ask("/access/v1/search/subject", asked)["results"] == []


def test_who_is_not_enrolled_is_answered_for_a_minute_at_most(platform: Service) -> None:
    alone = {
        "subject": {"type": "account", "id": "one", "properties": {"age_band": "18+"}},
        "action": {"name": "live.host"},
        "resource": {"type": "feature", "id": "live"},
        "context": {"explain": True},
    }
    for asked in (alone, message("one", "two", explain=True), message("one", "two", explain=True, age_band="18+")):
        assert platform.ask(EVALUATION, asked)["context"]["valid_until"].endswith(":00Z")


def test_a_tie_of_which_one_side_does_not_know_is_none(platform: Service, enrol: Enrol) -> None:
    grown(enrol, "tess", "theo")
    enrol("theo", 17, dm_who_can_send="friends")
    assert not platform.decide(message("tess", "theo"))
    assert not platform.decide(message("theo", "tess"))
