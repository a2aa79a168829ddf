"""The cache in Redis: what is kept of an account, under which keys, and how it can never go backwards.

A snapshot lives in three keys, so that each reader reads little: the tag (version, pack, end, devices), the body (the
final bytes for phones) and the brief (what decisions read, with friends and blocks). A fourth key, the fence,
refuses what was read before a change that is on its way. A fifth is the ticket that a reader takes before it reads
Postgres: what empties Redis forgets fences and tickets alike, so whoever read before that fills nothing. All keys begin
with the run_id of the Redis that holds them, so a restarted or restored Redis is empty by construction.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

import orjson
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import NoScriptError, RedisError
from redis.exceptions import TimeoutError as Unanswered
from redis.retry import Retry

from ledger.seal import Seal, Unreadable

log = logging.getLogger(__name__)

# The shape of what is kept: another layout is never read, so raise it when any of it changes.
LAYOUT: Final = 4
TICKLES: Final = "fp:tickles"
_VERSION: Final = re.compile(rb"(\d{1,15})\.(\d{1,15})\.(\d{1,15})")
# How a tag of this layout begins.
_HEAD: Final = re.compile(rb'%b \{"p":"([^"\\]*)","l":%d,"u":(null|\d{1,15}),"d":\{' % (_VERSION.pattern, LAYOUT))
# Longer than a verb's transaction (10 s) and the oldest read that may still fill (5 s) together.
FENCE_MS: Final = 30_000
# What was read from Postgres longer ago than this fills nothing.
TICKET_MS: Final = 5_000
KEPT_S: Final = 86_400

QUICK_S: Final = 0.25
PATIENT_S: Final = 1.0
COOL_OFF_S: Final = 1.0


class Version(NamedTuple):
    """Names a snapshot; compare it as three numbers."""

    epoch: int
    seq: int
    as_of: int

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read `epoch.seq.as_of`.

        Raises ValueError for anything else.
        """
        parts = text.split(".")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 15 for part in parts):
            raise ValueError(f"version is `{text}`; expected `epoch.seq.as_of`")
        return cls(int(parts[0]), int(parts[1]), int(parts[2]))

    def __str__(self) -> str:
        return f"{self.epoch}.{self.seq}.{self.as_of}"


# By device id: its generation, and until when (unix seconds) the former generation is still good.
Devices: TypeAlias = dict[str, tuple[int, int | None]]
_UNTOLD: Final[Devices] = {}
Argument: TypeAlias = str | bytes | int
T = TypeVar("T")


class Tag(NamedTuple):
    """What is known of a snapshot without reading its body."""

    version: Version
    pack: str
    valid_until: int | None
    devices: Devices

    @property
    def etag(self) -> str:
        """Return the strong validator of the settings."""
        return f'"{self.version}-{self.pack.replace("/", ":")}-{LAYOUT}"'

    def lists(self, device: str, generation: int, at: float) -> bool:
        """Say whether a token of this generation is good at this moment."""
        current, former_until = self.devices.get(device, (None, None))
        if current is None or generation == current:
            return current is not None
        return generation == current - 1 and former_until is not None and at < former_until

    def is_past(self, at: float) -> bool:
        """Say whether its values may have been followed by others."""
        return self.valid_until is not None and at >= self.valid_until

    def encode(self) -> bytes:
        """Return the bytes to be stored."""
        members = {"p": self.pack, "l": LAYOUT, "u": self.valid_until, "d": self.devices}
        return b"%b %b" % (str(self.version).encode(), orjson.dumps(members))


class Snapshot(NamedTuple):
    """What applies to one account under one version: for phones, for decisions, and who may read it until when."""

    version: Version
    pack: str
    valid_until: int | None
    devices: Devices
    body: bytes
    brief: bytes = b""
    ties: bytes = b""

    @property
    def tag(self) -> Tag:
        return Tag(self.version, self.pack, self.valid_until, self.devices)

    @property
    def etag(self) -> str:
        """Return the strong validator of the settings."""
        return self.tag.etag

    def encode_tag(self) -> bytes:
        """Return what is stored under the tag's key."""
        return self.tag.encode()

    def encode_body(self) -> bytes:
        """Return what is stored under the body's key."""
        return self.encode_part(self.body)

    def encode_part(self, part: bytes) -> bytes:
        """Return a part with the version to which it belongs."""
        return b"%d.%d.%d\n%b" % (*self.version, part)

    def encode_brief(self) -> bytes:
        """Return what is stored under the brief's key; a brief has no line of its own in it."""
        return b"%b\n%b" % (self.brief, self.ties)

    def sealed(self, names: Keys, seal: Seal) -> tuple[bytes, bytes, bytes]:
        """Return tag, body and brief as they are stored; the brief is sealed beside its very tag."""
        tag = seal.close(names.tag, self.encode_tag())
        body = seal.close(names.body, self.encode_body())
        return tag, body, seal.close(names.brief, self.encode_brief(), tag)


def decode_tag(raw: bytes) -> Tag:
    """Read a stored tag.

    Raises Unreadable for garbage and for another layout.
    """
    head, _, rest = raw.partition(b" ")
    named = _VERSION.fullmatch(head)
    if named is None:
        raise Unreadable("tag")
    try:
        members = orjson.loads(rest)
        pack, layout, until = members["p"], members["l"], members["u"]
        listed = {device: (generation, former) for device, (generation, former) in members["d"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable("tag") from error
    if layout != LAYOUT or type(pack) is not str or not _is_moment(until):
        raise Unreadable("tag")
    for generation, former in listed.values():
        if type(generation) is not int or not _is_moment(former):
            raise Unreadable("tag")
    return Tag(Version(*map(int, named.groups())), pack, until, listed)


def _is_moment(value: object) -> bool:
    return value is None or type(value) is int


def decode_head(raw: bytes) -> Tag:
    """Read a stored tag that is proven already, without its devices: they are nothing to decisions.

    Raises Unreadable for another layout.
    """
    named = _HEAD.match(raw)
    if named is None:
        raise Unreadable("tag")
    epoch, seq, as_of, pack, until = named.groups()
    version = Version(int(epoch), int(seq), int(as_of))
    return Tag(version, pack.decode(), None if until == b"null" else int(until), _UNTOLD)


def decode_brief(raw: bytes) -> tuple[bytes, bytes]:
    """Return brief and ties.

    Raises Unreadable for anything else.
    """
    brief, found, ties = raw.partition(b"\n")
    if not found:
        raise Unreadable("brief")
    return brief, ties


def decode_part(raw: bytes, version: Version) -> bytes:
    """Return the body of this version.

    Raises Unreadable when what is stored is of another.
    """
    head, found, part = raw.partition(b"\n")
    if not found or head != b"%d.%d.%d" % version:
        raise Unreadable("part")
    return part


class Keys(NamedTuple):
    """Where one account is kept; the braces keep them all in one slot of a cluster."""

    tag: str
    body: str
    fence: str
    ticket: str
    brief: str


def keys(run_id: str, teen: str) -> Keys:
    """Return the keys of one account in the Redis of this run.

    They do not name the epoch: so the fence of a change in a new epoch also stops a reader that has not heard of it.
    """
    stem = f"fp:{run_id}:{{{teen}}}"
    return Keys(f"{stem}:tag", f"{stem}:body", f"{stem}:fence", f"{stem}:ticket", f"{stem}:brief")


_BEFORE = """
local function read(key, pattern)
  local raw = redis.pcall('GET', key)
  if raw == false then return nil, nil, nil, false end
  if type(raw) ~= 'string' then return nil, nil, nil, true end
  local epoch, seq, as_of = string.match(raw, pattern)
  return tonumber(epoch), tonumber(seq), tonumber(as_of), true
end
local function before(a, b)
  for i = 1, #a do
    if a[i] ~= b[i] then return a[i] < b[i] end
  end
  return false
end
local VERSION, FENCE = '^(%d+)%.(%d+)%.(%d+) ', '^(%d+)%.(%d+)()$'
"""

# KEYS tag body fence ticket brief; ARGV epoch seq ttl(ms).
# Forget what is older than the change to come, and refuse it for a while.
FENCE: Final = f"""{_BEFORE}
local wanted = {{tonumber(ARGV[1]), tonumber(ARGV[2])}}
local epoch, seq = read(KEYS[1], VERSION)
if not epoch or before({{epoch, seq}}, wanted) then
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[5])
end
epoch, seq = read(KEYS[3], FENCE)
local fence = ARGV[1] .. '.' .. ARGV[2]
if epoch and before(wanted, {{epoch, seq}}) then fence = redis.call('GET', KEYS[3]) end
redis.call('SET', KEYS[3], fence, 'PX', ARGV[3])
return 1
"""

# KEYS tag body fence ticket brief; ARGV epoch seq as_of ttl(s) ticket tag body brief.
# 0: the ticket is void or a fence stands, 1: written, 2: a newer version is there already.
# A fence that cannot be read stands, a ticket that cannot be read is void.
FILL: Final = f"""{_BEFORE}
if redis.pcall('GET', KEYS[4]) ~= ARGV[5] then return 0 end
local offered = {{tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])}}
local epoch, seq, as_of, there = read(KEYS[3], FENCE)
if there and (not epoch or before({{offered[1], offered[2]}}, {{epoch, seq}})) then return 0 end
epoch, seq, as_of = read(KEYS[1], VERSION)
if epoch and before(offered, {{epoch, seq, as_of}}) then return 2 end
for at, key in ipairs({{KEYS[1], KEYS[2], KEYS[5]}}) do redis.call('SET', key, ARGV[5 + at], 'EX', ARGV[4]) end
return 1
"""


def sha_of(script: str) -> str:
    """Return the name by which Redis knows a script."""
    return hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()


def fence_arguments(epoch: int, seq: int) -> tuple[Argument, ...]:
    """Return the ARGV of FENCE."""
    return (epoch, seq, FENCE_MS)


def fill_arguments(snapshot: Snapshot, names: Keys, seal: Seal, ticket: str) -> tuple[Argument, ...]:
    """Return the ARGV of FILL."""
    return (*snapshot.version, KEPT_S, ticket, *snapshot.sealed(names, seal))


def ticket_commands(names: Keys) -> tuple[tuple[Argument, ...], tuple[Argument, ...]]:
    """Return the commands whose last answer is the ticket of this moment: a new one, or one that others read with."""
    return ("SET", names.ticket, secrets.token_hex(8), "NX", "PX", TICKET_MS), ("GET", names.ticket)


def encode_tickle(teen: str, epoch: int, seq: int) -> bytes:
    """Return the message that tells every edge process to look at this account again."""
    return orjson.dumps({"teen": teen, "version": f"{epoch}.{seq}"})


def decode_tickle(raw: bytes) -> tuple[str, int, int]:
    """Read a tickle as account, epoch and seq.

    Raises Unreadable for anything else.
    """
    try:
        members: Mapping[str, str] = orjson.loads(raw)
        version = Version.parse(f"{members['version']}.0")
        return str(members["teen"]), version.epoch, version.seq
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("tickle") from error


class Cache:
    """The cache as verbs, tasks and the sweeper use it: quick, never in the way, and honest about failure.

    Nothing here raises for a Redis that is away, slow or full; False says that the cache could not be told.
    """

    def __init__(
        self, url: str, seal: Seal, *, quick: float = QUICK_S, patient: float = PATIENT_S, cool_off: float = COOL_OFF_S
    ) -> None:
        self._seal = seal
        self._quick = _pool(url, quick)
        self._patient = _pool(url, patient)
        self._cool_off = cool_off
        # Written and read whole by any thread; a lost race costs one more try.
        self._open_until = 0.0

    def fence(self, epoch: int, teen: str, seq: int) -> bool:
        """Forget what is older than this change, and refuse it until well after the commit."""

        def ask(connection: Any) -> bool:
            return bool(_run(connection, FENCE, keys(connection.run_id, teen), fence_arguments(epoch, seq)) == 1)

        return self._try(self._quick, ask) is True

    def ticket(self, teen: str) -> str | None:
        """Return what a fill of this account needs, to be taken before Postgres is read; None without Redis."""

        def ask(connection: Any) -> str | None:
            take, read = ticket_commands(keys(connection.run_id, teen))
            connection.send_command(*take)
            connection.read_response()
            connection.send_command(*read)
            reply = connection.read_response()
            # It may have ended between the two.
            return reply.decode() if isinstance(reply, bytes) else None

        return self._try(self._quick, ask)

    def fill(self, teen: str, snapshot: Snapshot, ticket: str) -> bool:
        """Offer what was read with this ticket, and say whether the cache holds this version now or a newer one."""

        def ask(connection: Any) -> bool:
            names = keys(connection.run_id, teen)
            return _run(connection, FILL, names, fill_arguments(snapshot, names, self._seal, ticket)) in (1, 2)

        return self._try(self._quick, ask) is True

    def tickle(self, teen: str, epoch: int, seq: int) -> bool:
        """Ask every edge process to tell the streams of this account."""

        def ask(connection: Any) -> bool:
            connection.send_command("PUBLISH", TICKLES, encode_tickle(teen, epoch, seq))
            connection.read_response()
            return True

        return self._try(self._patient, ask) is True

    def ping(self) -> bool:
        """Say whether Redis answers now."""

        def ask(connection: Any) -> bool:
            connection.send_command("PING")
            return bool(connection.read_response() == b"PONG")

        return self._try(self._quick, ask) is True

    def is_well(self) -> bool:
        """Say, without asking, whether Redis has not failed in the last moment."""
        return time.monotonic() >= self._open_until

    def close(self) -> None:
        """Close every connection."""
        self._quick.disconnect()
        self._patient.disconnect()

    def _try(self, pool: ConnectionPool, ask: Callable[[Any], T]) -> T | None:
        if not self.is_well():
            return None
        try:
            connection = pool.get_connection()
            try:
                return ask(connection)
            finally:
                pool.release(connection)
        except (Unanswered, Unreachable, OSError) as error:
            # A breaker: while Redis is away, nobody waits for it again and again.
            self._open_until = time.monotonic() + self._cool_off
            log.warning("cache: unreachable (%s)", type(error).__name__)
        except RedisError as error:
            log.warning("cache: refused (%s)", type(error).__name__)
        return None


def _pool(url: str, timeout: float) -> ConnectionPool:
    return ConnectionPool.from_url(
        url,
        protocol=2,
        driver_info=None,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        # A retry on a new connection would carry keys with the run_id of the former one.
        retry=Retry(NoBackoff(), 0),
        redis_connect_func=_greet,
    )


def _greet(connection: Any) -> None:
    """Sign in, and note which run of Redis this connection talks to for the whole of its life."""
    connection.on_connect()
    connection.send_command("INFO", "server", check_health=False)
    connection.run_id = run_id_of(connection.read_response())


def run_id_of(info: bytes) -> str:
    """Return the run_id from the answer to `INFO server`.

    Raises Unreachable when there is none.
    """
    for line in info.splitlines():
        if line.startswith(b"run_id:"):
            return line[len(b"run_id:") :].decode()
    raise Unreachable("no run_id in the answer to INFO")


def _run(connection: Any, script: str, names: Keys, arguments: tuple[Argument, ...]) -> object:
    try:
        connection.send_command("EVALSHA", sha_of(script), len(names), *names, *arguments)
        return connection.read_response()
    except NoScriptError:
        connection.send_command("EVAL", script, len(names), *names, *arguments)
        return connection.read_response()
