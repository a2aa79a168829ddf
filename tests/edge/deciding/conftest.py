"""The edge with the product's own evaluator, over a real Redis; what is enrolled stands in the memory of the tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.ties import Ties, dump_ties
from controls.deciding import brief_of_nobody
from controls.decisions.briefs import Brief, brief_of, dump_brief
from controls.packs import pack_for
from controls.policy.facts import Birth, Chosen, Setting, World
from controls.policy.resolve import resolve
from edge.app import Edge
from edge.decisions import Evaluator, Rules
from edge.people import People
from ledger.cache import Cache, Snapshot
from tests.edge.authzen.conftest import Service
from tests.edge.authzen.scenario import Scenario
from tests.edge.conftest import Serve, Store
from tests.edge.family import Database, Tess

NOTHING = Ties()
NOBODY = brief_of_nobody(at=datetime.now(UTC))


class Person(Tess):
    """An enrolled account, and the verbs that change what decisions read of it."""

    def __init__(self, database: Database, name: str, age: int, choices: Mapping[str, Any], ties: Ties):
        self.name, self.age, self.choices, self.ties = name, age, choices, ties
        self.settings: Mapping[str, Any] = {}
        super().__init__(database)
        database.names[name] = self.teen

    @property
    def account(self) -> dict[str, Any]:
        return {"type": "account", "id": self.name}

    def at(self, seq: int, **how: Any) -> Snapshot:
        """Return the snapshot under this seq, with what decisions read."""
        plain = super().at(seq, **how)
        brief = a_brief(self.age, self.settings, self.choices, str(plain.version))
        return plain._replace(brief=dump_brief(brief), ties=dump_ties(self.ties))

    def says(self, cache: Cache, **settings: Any) -> None:
        """Let a parent set something, and have it acknowledged."""
        self.settings = {key.replace("_", ".", 1): value for key, value in settings.items()}
        self.change(cache)

    def is_tied(self, cache: Cache, ties: Ties) -> None:
        """Change friends and blocks, and have it acknowledged."""
        self.ties = ties
        self.change(cache)


def a_brief(age: int, settings: Mapping[str, Any], choices: Mapping[str, Any], version: str = "") -> Brief:
    """Return what decisions read of somebody of this age in London, who registered at that age."""
    now = datetime.now(UTC)
    world = World(Birth(date(now.year - age, 1, 1)), "GB", "Europe/London", grew_up_here=False)
    pack = pack_for("GB", "Europe/London", now)
    band = resolve(world, pack, now).band
    world = World(
        *(world.birth, world.place, world.time_zone, False),
        tuple(Setting("paula", True, key, value) for key, value in settings.items()),
        tuple(Chosen(key, value, band=band) for key, value in choices.items()),
    )
    adult = age >= 18
    return brief_of(resolve(world, pack, now), adult=adult, version=version)


Enrol = Callable[..., Person]


@pytest.fixture
def enrol(database: Database, cache: Cache) -> Enrol:
    """Return what enrols an account and brings the cache up to date."""

    def start(name: str, age: int, ties: Ties = NOTHING, **choices: Any) -> Person:
        chosen = {key.replace("_", ".", 1): value for key, value in choices.items()}
        person = Person(database, name, age, chosen, ties)
        assert person.settle(cache)
        return person

    return start


def deciding(database: Database, **rules: Any) -> Callable[[Edge], Evaluator]:
    """Return what makes the product's evaluator of an edge."""

    def make(edge: Edge) -> Evaluator:
        bands = {"13-15": 14, "16-17": 17, "18+": 30}
        made = Rules(
            brief_of_band=lambda band: a_brief(bands[band], {}, {}) if band in bands else None,
            brief_of_nobody=lambda: NOBODY,
            citations=lambda rule: [{"rule": rule, "text": f"where {rule} stands"}],
            now=time.time,
            **rules,
        )
        return Evaluator(People(edge.reader, database.ports.teens_of), made)

    return make


Ask = Callable[..., Service]


@pytest.fixture
def open_platform(serve: Serve, store: Store, database: Database) -> Ask:
    """Return what starts an edge that decides, and gives a service of the platform."""

    def start(on: Store = store, **rules: Any) -> Service:
        key = database.key("decide")
        front = serve(database, on, deciding=deciding(database, **rules))
        return Service(front, key, Scenario())

    return start


@pytest.fixture
def platform(open_platform: Ask) -> Service:
    return open_platform()
