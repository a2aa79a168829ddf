"""Where everybody stands when a storm is over: the database, Redis, the apps, the streams, the debts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import redis
from django.utils import timezone

from controls.snapshots import read_present
from ledger.cache import decode_tag, keys
from ledger.models import Debt, Event
from ledger.redis import seal
from ledger.seal import Unreadable
from tests.faults.checker import Ending, Words, astray
from tests.faults.family import Member, uuids
from tests.faults.history import Stamp, Version
from tests.faults.storms import KEYS, Storm
from tests.faults.waiting import comes_true
from tests.stack import Stack


def endings_of(stack: Stack, storm: Storm) -> dict[str, Ending]:
    """Return where everybody stands now; call it inside the stack."""
    told: dict[str, Stamp] = {frame.teen: frame.stamp for frame in list(storm.history.told)}
    debts, said = open_debts(storm.members), words(storm.members)
    cached = in_redis(stack, storm.members)
    endings = {}
    for member, teen_id in zip(storm.members, uuids(list(storm.members)), strict=True):
        present = read_present(teen_id, at=timezone.now())
        assert present is not None
        dumped = {key: present.resolution.values[key].dump()["value"] for key in KEYS}
        endings[member.id] = Ending(
            database=present.version,
            values=dumped,
            said=said[member.id],
            redis=cached[member.id],
            app=storm.last_read.get(member.id),
            told=told.get(member.id),
            debts=debts.get(member.id, 0),
        )
    return endings


def settled(stack: Stack, storm: Storm, *, within: float) -> dict[str, Ending]:
    """Wait until everybody holds the state of the database, and return where they stand, also when they do not."""
    endings: dict[str, Ending] = {}

    def is_settled() -> bool:
        # The debts are the quick question; the rest is asked when it may be true.
        if open_debts(storm.members):
            return False
        endings.update(endings_of(stack, storm))
        return not astray(endings)

    with stack.inside():
        if not comes_true(is_settled, within=within):
            endings.update(endings_of(stack, storm))
    return endings


def open_debts(members: Sequence[Member]) -> Mapping[str, int]:
    """Return how many debts about each teen are open."""
    found: dict[str, int] = defaultdict(int)
    for teen_id in Debt.objects.open().filter(teen_id__in=uuids(list(members))).values_list("teen_id", flat=True):
        found[str(teen_id)] += 1
    return found


def words(members: Sequence[Member]) -> Mapping[str, Mapping[str, Words]]:
    """Return what the database says was said of each teen's controls."""
    found: dict[str, dict[str, Words]] = {member.id: {} for member in members}
    events = Event.objects.filter(teen__in=uuids(list(members)), kind="settings.changed")
    for teen, epoch, seq, body in events.order_by("epoch", "seq").values_list("teen", "epoch", "seq", "told__body"):
        assert epoch is not None
        assert seq is not None
        for word in body["said"]:
            before = found[str(teen)].get(word["control"], ())
            found[str(teen)][word["control"]] = (*before, ((epoch, seq), word["value"]))
    return found


def in_redis(stack: Stack, members: Sequence[Member]) -> dict[str, Version | None]:
    """Return which version of each teen the cache holds."""
    with redis.Redis.from_url(stack.redis.url) as server:
        try:
            run_id = str(server.info("server")["run_id"])
            places = [keys(run_id, member.id).tag for member in members]
            tags = server.mget(places)
        except redis.ConnectionError:
            return {member.id: None for member in members}
    held = zip(members, places, tags, strict=True)
    return {member.id: version_in(place, tag) for member, place, tag in held}


def version_in(place: str, tag: bytes | None) -> Version | None:
    """Return the version that a stored tag names."""
    try:
        return None if tag is None else decode_tag(seal().open(place, tag)).version
    except Unreadable:
        return None
