"""A real Redis and a real uvicorn for the edge."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
import uvicorn

from edge.app import Deciding, Edge
from edge.http import Receive, Scope, Send
from edge.ports import Settings
from family_pairing.embedded import Redis
from family_pairing.programs import find_programs, server_account
from ledger.cache import Cache, Keys, keys
from tests.edge.family import PACK, RING, SEAL, Database, Tess, until


class Store(Redis):
    """A Redis of the tests' own, to be emptied, frozen and killed."""

    @property
    def client(self) -> Any:
        return redis.Redis.from_url(self.url)

    def keys_of(self, teen: str) -> Keys:
        """Return where this run keeps an account."""
        return keys(self.client.info("server")["run_id"], teen)

    def freeze(self) -> None:
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.signal(signal.SIGCONT)

    def restart(self) -> None:
        self.kill()
        self.start(subprocess.DEVNULL)

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)


@contextmanager
def a_store() -> Generator[Store, None, None]:
    account = server_account()
    folder = Path(tempfile.mkdtemp(prefix="family-pairing-edge-")).resolve()
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    store = Store(folder, find_programs(account, postgres=False), account, secrets.token_hex(16))
    try:
        store.start(subprocess.DEVNULL)
        yield store
    finally:
        store.thaw()
        store.kill()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_store() -> Generator[Store, None, None]:
    with a_store() as store:
        yield store


@pytest.fixture
def store(shared_store: Store) -> Store:
    """Return an empty Redis that the test leaves running."""
    shared_store.client.flushall()
    return shared_store


@pytest.fixture(scope="session")
def shared_own_store() -> Generator[Store, None, None]:
    with a_store() as store:
        yield store


@pytest.fixture
def own_store(shared_own_store: Store) -> Generator[Store, None, None]:
    """Return a Redis that the test may freeze and kill."""
    shared_own_store.restart()
    yield shared_own_store
    shared_own_store.thaw()


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def tess(database: Database) -> Tess:
    return Tess(database)


@pytest.fixture
def cache(store: Store) -> Cache:
    return Cache(store.url, SEAL)


class Front:
    """The edge on a real uvicorn in a thread, and a client that talks to it."""

    def __init__(self, edge: Edge, url: str):
        self.edge = edge
        self.url = url
        self.client = httpx.Client(base_url=url, timeout=10, verify=False)

    def settings(self, tess: Tess, **headers: str) -> httpx.Response:
        return self.client.get("/v1/me/settings", headers={**tess.bearer, **headers})


Serve = Callable[..., Front]


@pytest.fixture
def serve() -> Generator[Serve, None, None]:
    """Return what starts an edge; it is stopped after the test."""
    with ExitStack() as stack:

        def start(
            database: Database,
            store: Store,
            *,
            ready: bool = True,
            deciding: Deciding | None = None,
            **changes: object,
        ) -> Front:
            settings = Settings(redis_url=store.url, ring=RING, seal=SEAL, pack_key=PACK, redis_cool_off_s=0.2)
            for name, value in changes.items():
                object.__setattr__(settings, name, value)
            front = stack.enter_context(serving(Edge(database.ports, settings, elsewhere, deciding)))
            if ready:
                until(lambda: front.edge.redis.line is not None and front.edge.watch.trusts("anyone"))
            return front

        yield start


@contextmanager
def serving(edge: Edge) -> Generator[Front, None, None]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(edge, log_level="warning", timeout_graceful_shutdown=3, lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        until(lambda: server.started)
        front = Front(edge, f"http://127.0.0.1:{listening.getsockname()[1]}")
        try:
            yield front
        finally:
            front.client.close()
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive()


async def elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand for everything behind the edge."""
    del receive
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-from", b"elsewhere")]})
    await send({"type": "http.response.body", "body": scope["path"].encode()})
