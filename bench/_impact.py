"""Fills the database that the environment names, and measures in it; see `bench.impact`."""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import django

django.setup()

from django.db import connection, connections  # noqa: E402 models can be imported only now
from uuid_utils import uuid7  # noqa: E402

from accounts.models import User  # noqa: E402
from controls.desk.assessing import Assessor, value_changes  # noqa: E402
from controls.desk.differing import diff  # noqa: E402
from controls.desk.impact import BATCH, Range, assess, moments_of, only_reading, ranges  # noqa: E402
from controls.desk.policies import Policy, policy_of, present_policy  # noqa: E402
from controls.gather import FACTS_OF_SOME, gather_between  # noqa: E402
from controls.laws.demands import Status  # noqa: E402
from controls.laws.law import Posture  # noqa: E402
from controls.policy.resolve import resolve  # noqa: E402
from tests.desk.policies import LOOSER, with_next  # noqa: E402

AT: Final = datetime(2026, 12, 1, 12, tzinfo=UTC)
SAID: Final = AT - timedelta(days=100)
PLACES: Final = {
    "GB": "Europe/London", "FR": "Europe/Paris", "DE": "Europe/Berlin", "US-CA": "America/Los_Angeles",
    "US-TX": "America/Chicago", "US-UT": "America/Denver", "US-NY": "America/New_York", "BR": "America/Sao_Paulo",
    "AU": "Australia/Sydney", "IN": "Asia/Kolkata", "JP": "Asia/Tokyo", "ZZ": "UTC",
}  # fmt: skip
WORDS: Final = {
    "comment.who": ["nobody", "friends", "followers"],
    "dm.who_can_send": ["nobody", "friends"],
    "content.search": ["off", "safe", "on"],
    "content.level": ["limited", "teen"],
    "mention.who": ["nobody", "friends"],
}
ALONE: Final = 2_000


def fill(count: int) -> None:
    """Store accounts, their devices, and what is said about them."""
    chance = random.Random(7)
    parents = [User.objects.create_user(f"parent-{number}@family.example", display_name="P").pk for number in range(50)]
    rows: dict[str, list[list[Any]]] = {name: [] for name in TABLES}
    for number in range(count):
        one_family(str(uuid7()), number, chance, parents, rows)
    with connection.cursor() as cursor:
        for table, columns in TABLES.items():
            text = io.StringIO()
            csv.writer(text).writerows(rows[table])
            text.seek(0)
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '')", text)
            cursor.execute(f"ANALYZE {table}")


def one_family(teen: str, number: int, chance: random.Random, parents: Sequence[Any], rows: Any) -> None:
    """Make one account, and what belongs to it."""
    place = chance.choice(list(PLACES))
    born = date(2026, 12, 1) - timedelta(days=chance.randrange(13 * 366, 19 * 365))
    rows["ledger_teen"].append([teen, 1, 1, 0])
    account = [teen, f"a-{number}", f"handle-{number}", born, place, PLACES[place], "en", "EUR", True, SAID]
    rows["accounts_account"].append(account)
    rows["accounts_device"].append([str(uuid7()), teen, 1, SAID])
    if number % 3 == 0:
        pairing, proof = str(uuid7()), chance.choice(["none", "in_person", "in_person"])
        rows["accounts_pairing"].append(
            [pairing, teen, chance.choice(parents), "active", proof, SAID, SAID, SAID, SAID]
        )
        for key in chance.sample(list(WORDS), 3):
            rows["controls_setting"].append([pairing, key, json.dumps(chance.choice(WORDS[key])), SAID])
    if number % 3 == 1:
        for key in chance.sample(list(WORDS), 2):
            band = chance.choice(["13-15", "16-17"])
            rows["controls_choice"].append([teen, key, json.dumps(chance.choice(WORDS[key])), band, SAID])


TABLES: Final = {
    "ledger_teen": "id, epoch, seq, aside",
    "accounts_account": "teen_id, external_id, handle, birth_date, place, time_zone, language, currency, grew_up_here,"
    " enrolled_at",
    "accounts_device": "id, account_id, generation, registered_at",
    "accounts_pairing": "id, teen_id, parent_id, state, proof, invited_at, expires_at, claimed_at, active_at",
    "controls_setting": "pairing_id, key, value, said_at",
    "controls_choice": "account_id, key, value, band, said_at",
}


def new_policy() -> Policy:
    """Return a new baseline, from March on, under a wider posture: it touches most accounts."""
    statuses = frozenset({Status.ENACTED_PENDING, Status.ENJOINED, Status.PARTIALLY_ENJOINED})
    return policy_of("next", with_next("comment.who", LOOSER).texts, Posture(statuses))


def read_alone(every: Sequence[Range], processes: int) -> None:
    """Read the same rows, and throw them away."""
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        for _ in pool.imap_unordered(read_range, every):
            pass


def read_range(among: Range) -> int:
    """Read one range."""
    with only_reading(), connection.cursor() as cursor:
        cursor.execute(FACTS_OF_SOME, [among.first, among.last])
        return len(cursor.fetchall())


def each_alone(old: Policy, new: Policy, moments: Sequence[datetime], every: Sequence[Range]) -> None:
    """Resolve each account by itself, in this process; of what the laws say of the account not a word."""
    for among in every:
        for person in gather_between(among.first, among.last):
            world = person.world
            for at in moments:
                packs = [each.pack_for(world.place, world.time_zone, at) for each in (old, new)]
                before, after = (resolve(world, pack, at).values for pack in packs)
                _ = [change for key in before for change in value_changes(before[key], after[key])]


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def say(name: str, seconds: Sequence[float], count: int) -> None:
    """Print one figure: the median, and its range."""
    middle = statistics.median(seconds)
    spread = f"{min(seconds):.1f}-{max(seconds):.1f} s"
    sys.stdout.write(f"{name:34} {count / middle:>9,.0f} accounts a second  {middle:6.1f} s ({spread})\n")
    sys.stdout.flush()


def main() -> None:
    """Fill, then let the candidates take turns."""
    count, processes, runs = map(int, sys.argv[1:])
    sys.stdout.write(f"filled with {count:,} accounts in {timed(lambda: fill(count)):.0f} s; {processes} processes\n")
    old, new = present_policy(), new_policy()
    moments = moments_of(diff(old, new, AT))
    every = list(ranges())
    found: dict[str, list[float]] = {"rows read alone": [], "assessed": [], "each by itself, 1 process": []}
    for _ in range(runs):
        found["rows read alone"].append(timed(lambda: read_alone(every, processes)))
        # A fresh one each time: nothing is remembered from the run before.
        assessor = Assessor(old, new, moments)
        found["assessed"].append(
            timed(lambda: assess(assessor, every, sample=3, processes=processes, tell=lambda _: None))  # noqa: B023 - called at once
        )
    some = every[: max(1, ALONE // BATCH)]
    found["each by itself, 1 process"].append(timed(lambda: each_alone(old, new, moments, some)))
    sys.stdout.write(f"{len(moments)} moments: {', '.join(f'{each:%Y-%m-%d}' for each in moments)}\n")
    for name, seconds in found.items():
        say(name, seconds, sum(each.size for each in (some if "itself" in name else every)))


if __name__ == "__main__":
    main()
