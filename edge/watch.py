"""What every edge process looks at in Postgres, so that it knows how far Redis may be trusted.

A verb whose fence or fill failed answers 1.5 s after its commit at the earliest. A poll of the open debts that began
after the commit saw its debt. So whoever asks Redis only while the last applied poll *began* less than 1.4 s ago, and
only for accounts without a debt in it, never serves a version older than one that was acknowledged before.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from edge.keys import ServiceKeys
from edge.ports import Ports

log = logging.getLogger(__name__)
T = TypeVar("T")

POLL_S: Final = 0.5
TRUST_S: Final = 1.4
DEVICES_S: Final = 2.0
KEYS_S: Final = 2.0
# How many devices are remembered for what they were last handed, and how many receipts wait for Postgres.
REMEMBERED: Final = 100_000
LAST_WORDS_S: Final = 1.0


class Receipts:
    """What devices were handed since it was last written down."""

    def __init__(self) -> None:
        self._noted: dict[str, str] = {}
        self._waiting: dict[str, str] = {}

    def note(self, device: str, version: str) -> None:
        """Remember that this device was handed this version; the same again is no news."""
        if self._noted.get(device) == version:
            return
        if len(self._noted) >= REMEMBERED:
            self._noted.clear()
        self._noted[device] = version
        if len(self._waiting) < REMEMBERED:
            self._waiting[device] = version

    def take(self) -> list[tuple[str, str]]:
        """Return what is to be written down, once."""
        taken, self._waiting = list(self._waiting.items()), {}
        return taken

    def give_back(self, receipts: list[tuple[str, str]]) -> None:
        """Take what could not be written down; what was handed since counts more."""
        self._waiting = {**dict(receipts), **self._waiting}


class Watch:
    """The epoch, the accounts to be taken from Postgres, and the loops that keep them fresh."""

    def __init__(self, ports: Ports, *, clock: Callable[[], float] = time.monotonic):
        self.epoch: int | None = None
        self.receipts = Receipts()
        self.keys = ServiceKeys(clock)
        self._ports = ports
        self._clock = clock
        self._owed: frozenset[str] = frozenset()
        self._begun = float("-inf")
        # One thread for each loop: a slow write of receipts never holds up the poll of debts.
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="edge-watch")

    def trusts(self, teen: str) -> bool:
        """Say whether what Redis holds of this account is as new as anything acknowledged."""
        return self._clock() - self._begun < TRUST_S and teen not in self._owed

    async def debts(self) -> None:
        """Poll the open debts until cancelled; never two polls at a time, so none is applied out of order."""
        await self._every(POLL_S, self.poll_debts)

    async def poll_debts(self) -> None:
        """Read the open debts once."""
        begun = self._clock()
        epoch, owed = await self._in_thread(self._ports.open_debts)
        self.epoch, self._owed, self._begun = epoch, owed, begun

    async def streams(self, teens: Callable[[], list[str]], tell: Callable[[str, tuple[int, int]], None]) -> None:
        """Poll the versions of these accounts until cancelled."""

        async def poll() -> None:
            asked = teens()
            if asked:
                for teen, version in (await self._in_thread(lambda: self._ports.versions(asked))).items():
                    tell(teen, version)

        await self._every(POLL_S, poll)

    async def people(self, devices: Callable[[], list[str]], revoke: Callable[[set[str]], None]) -> None:
        """Poll which devices with an open stream are revoked, and write receipts down, until cancelled."""
        looked = float("-inf")

        async def poll() -> None:
            nonlocal looked
            await self.write_receipts()
            if self._clock() - looked < DEVICES_S:
                return
            looked = self._clock()
            asked = devices()
            if asked:
                live = await self._in_thread(lambda: self._ports.live_devices(asked))
                revoke(set(asked) - live)

        await self._every(POLL_S, poll)

    async def services(self) -> None:
        """Poll the service keys until cancelled."""
        await self._every(KEYS_S, self.poll_keys)

    async def poll_keys(self) -> None:
        """Read the live service keys once."""
        begun = self._clock()
        self.keys.learn(await self._in_thread(self._ports.live_keys), begun)

    async def write_receipts(self) -> None:
        """Write down what devices were handed; what fails waits for the next time."""
        receipts = self.receipts.take()
        if not receipts:
            return
        try:
            await self._in_thread(lambda: self._ports.note_received(receipts))
        except BaseException:
            self.receipts.give_back(receipts)
            raise

    async def close(self) -> None:
        """Write down what is left, within a second."""
        try:
            async with asyncio.timeout(LAST_WORDS_S):
                await self.write_receipts()
        except Exception as error:  # whatever Postgres raises: it is known, and there is no later
            log.warning("watch: receipts lost (%s)", type(error).__name__)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    async def _every(self, seconds: float, poll: Callable[[], Awaitable[None]]) -> None:
        while True:
            begun = self._clock()
            try:
                await poll()
            except Exception as error:  # a port may raise anything; trust runs out by itself
                log.warning("watch: Postgres could not be read (%s)", type(error).__name__)
            await asyncio.sleep(max(0.0, begun + seconds - self._clock()))
