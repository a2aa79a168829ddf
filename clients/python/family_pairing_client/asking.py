"""What both clients do alike, without a network: choices, retries, and what an answer means."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal, NamedTuple

import httpx

from family_pairing_client.errors import FamilyPairingError, KeyRefused, QuestionRefused, Unavailable, Unreadable
from family_pairing_client.kept import CLOCK, Cache, Clock
from family_pairing_client.questions import ALWAYS_OPEN, OPEN, Decision, Question, unsure

Choice = Literal["refuse", "allow"]
EVALUATION: Final = "/access/v1/evaluation"
EVALUATIONS: Final = "/access/v1/evaluations"
SEARCH: Final = "/access/v1/search/"
CONFIGURATION: Final = "/.well-known/authzen-configuration"
# More than this is no answer of ours.
LONGEST_ANSWER: Final = 4_000_000


@dataclass(frozen=True)
class Options:
    """How to ask.

    ``understands`` are the obligations that you fulfil. ``when_unsure`` may choose ``"allow"`` for actions that you
    name, where there is no decision because the server does not answer; everything else is refused. ``patience`` is
    how many seconds an answer may take in all, retries included, ``timeout`` how many one try may. Decisions are kept
    for ``max_age`` seconds at most, so that is how late a parent's change is seen; ``keep`` 0 keeps none.
    """

    understands: Collection[str] = ()
    when_unsure: Mapping[str, Choice] = field(default_factory=dict)
    timeout: float = 0.5
    patience: float = 1.5
    retries: int = 2
    backoff: float = 0.05
    keep: int = 10_000
    max_age: float = 5.0
    clock: Clock = CLOCK
    chance: Callable[[], float] = random.random

    def __post_init__(self) -> None:
        wrong = sorted({str(each) for each in self.when_unsure.values()} - {"refuse", "allow"})
        if wrong:
            raise ValueError(f"`when_unsure` has `{wrong[0]}`; choose `refuse` or `allow` for each action by its name.")
        if isinstance(self.understands, str):
            raise ValueError("`understands` is one text; name the obligations in a list.")


class Pending(NamedTuple):
    """What is known of some questions before anybody is asked: the decision, or None."""

    questions: Sequence[Question]
    decided: list[Decision | None]

    @property
    def open(self) -> list[int]:
        """Return the places of those that have to be asked."""
        return [place for place, each in enumerate(self.decided) if each is None]


class Asking:
    """Everything but sending."""

    def __init__(self, base_url: str, key: str, options: Options):
        url = httpx.URL(base_url)
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError("The address begins with https:// and names a host.")
        if url.userinfo:
            raise ValueError("The address holds a name or a password, which would be shown; leave it out.")
        if not key.isascii() or not key.isprintable() or not key or " " in key:
            raise ValueError("The service key holds a sign that no key has; pass it as it was printed, without spaces.")
        self.base_url = str(url).rstrip("/")
        self.options = options
        self.cache = Cache(options.keep, options.max_age, options.clock)
        self._key = key

    def __repr__(self) -> str:
        return f"Asking({self.base_url!r})"

    @property
    def headers(self) -> dict[str, str]:
        """Return what every request carries; made for each, and kept nowhere."""
        return {"Authorization": f"Bearer {self._key}", "Accept": "application/json", "Accept-Encoding": "identity"}

    def begin(self, questions: Sequence[Question]) -> Pending:
        """Decide what needs nobody else."""
        return Pending(questions, [OPEN if each.action in ALWAYS_OPEN else self.cache.get(each) for each in questions])

    def written(self, question: Question) -> dict[str, Any]:
        """Return a question as JSON; only an explained answer says until when it holds."""
        return question.dump(explain=bool(self.options.keep))

    def refused(self, question: Question, error: FamilyPairingError) -> Decision:
        """Return what is chosen for this action where there is no decision."""
        chosen = self.options.when_unsure.get(question.action, "refuse")
        # A key or a question that is refused is a mistake on this side; to let it through would hide it.
        return unsure(error, allowed=chosen == "allow" and isinstance(error, Unavailable))


class Tries:
    """The tries of one request: how much time each has, and whether there is another."""

    def __init__(self, options: Options):
        self._options = options
        self.asked = options.clock.steady()
        self._ends = self.asked + options.patience
        self._done = 0

    def left(self) -> float:
        """Return the seconds that the next try may take.

        Raises Unavailable when there are none.
        """
        left = self._ends - self._options.clock.steady()
        if left <= 0:
            raise Unavailable(f"No answer within {self._options.patience} s. {_LOOK}")
        return min(left, self._options.timeout)

    def wait(self, after: float | None) -> float | None:
        """Return the seconds until another try may begin, None where there is none; ``after`` is the server's wish."""
        self._done += 1
        most = self._options.backoff * 2.0 ** (self._done - 1)
        # Between nothing and the most, so that many clients do not come back together; never before they may.
        wait = (after or 0.0) + most * self._options.chance()
        if self._done > self._options.retries or self._options.clock.steady() + wait >= self._ends:
            return None
        return wait


class Answered(NamedTuple):
    """An answer of the server."""

    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> Any:
        """Return the JSON of an answer that is one.

        Raises a FamilyPairingError for every other.
        """
        if self.status != httpx.codes.OK:
            raise refusal(self)
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Unreadable("it is no JSON") from None

    @property
    def date(self) -> float | None:
        """Return the server's time."""
        try:
            moment: datetime = parsedate_to_datetime(self.headers.get("date", ""))
        except ValueError:
            return None
        return moment.timestamp()

    @property
    def retry_after(self) -> float | None:
        """Return how many seconds the server wants to be left alone; None where it does not say."""
        told = self.headers.get("retry-after", "")
        return float(told) if told.isascii() and told.isdigit() and len(told) < 6 else None

    @property
    def may_be_retried(self) -> bool:
        """Say whether it is safe and wanted to ask once more."""
        if self.status == httpx.codes.TOO_MANY_REQUESTS:
            return True
        return self.status == httpx.codes.SERVICE_UNAVAILABLE and self.retry_after is not None


# No byte of an answer has come, or not all: asking is no change, so it can be asked again. Whatever was too slow once
# has had its time.
RETRIED: Final = (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError)
_LOOK: Final = "Look whether Family Pairing runs (GET /livez) and can be reached from here."


def lost(error: httpx.HTTPError) -> Unavailable:
    """Return what to say of a request that got no answer; the library's words may name addresses with credentials."""
    return Unavailable(f"There was no answer ({type(error).__name__}). {_LOOK}")


def refusal(answer: Answered) -> FamilyPairingError:
    """Return what an answer without a decision means, and what to do about it."""
    code = _code(answer.body)
    by = f"status {answer.status}{f', `{code}`' if code else ''}"
    request_id = answer.headers.get("x-request-id", "")
    by += f", request {request_id[:64]}" if request_id.isascii() and request_id.isprintable() and request_id else ""
    match answer.status:
        case 401:
            return KeyRefused(f"The service key is unknown or was revoked ({by}). Make a new one and pass that.")
        case 403:
            return KeyRefused(f"The service key may not ask this ({by}). Make one with the scope `decide`.")
        case 429:
            return Unavailable(f"Too many questions in a minute ({by}). Ask in batches, or raise the limit.")
        case status if status >= 500:
            return Unavailable(f"The server cannot decide now ({by}). {_LOOK}")
        case 404 | 405:
            return Unreadable(f"nobody decides at this address ({by})")
        case status if status >= 400:
            return QuestionRefused(f"The question cannot be read ({by}). Compare it with docs/decisions.md.")
        case _:
            return Unreadable(f"it is no decision ({by})")


def _code(body: bytes) -> str:
    try:
        code = json.loads(body)["code"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return code if isinstance(code, str) and code.isidentifier() and len(code) <= 64 else ""
