"""AuthZEN 1.0 over HTTP: who may ask, what a request must be, and in which shape the answer comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from edge.authzen import answers
from edge.authzen.discovery import Configuration
from edge.authzen.evaluator import Decided, Evaluator, Page, Question
from edge.authzen.questions import Batch, Raw, read_batch, read_object, read_question
from edge.authzen.search import Kind, page, read_search
from edge.http import Answer, Request, unavailable
from edge.keys import ServiceKeys
from edge.ports import Settings
from edge.volume import Volume
from family_pairing.problems import Problem

SCOPE: Final = "decide"
JSON: Final = b"application/json"
# What stands in the place of a question that could not be read.
REFUSED: Final = Decided(False)
Answering: TypeAlias = Callable[[Request], Awaitable[Answer]]
Look: TypeAlias = Callable[[Question, str, int], Awaitable[Page]]


class Access:
    """Answers services that ask whether something may happen."""

    def __init__(self, evaluator: Evaluator, keys: ServiceKeys, volume: Volume, settings: Settings):
        self._evaluator = evaluator
        self._keys = keys
        self._volume = volume
        self._seal = settings.seal
        self.by_name: Mapping[str, Answering] = {
            "evaluation": self.evaluation,
            "evaluations": self.evaluations,
            "search_subject": self.search_subject,
            "search_resource": self.search_resource,
            "search_action": self.search_action,
            "configuration": Configuration(settings.base_url).answer,
        }

    async def evaluation(self, request: Request) -> Answer:
        """Answer one question."""
        key_id = self._caller(request)
        question = read_question(await read_object_of(request))
        self._volume.take(key_id, 1)
        return await self._one(question)

    async def evaluations(self, request: Request) -> Answer:
        """Answer a batch of questions, or one where the request is no batch."""
        key_id = self._caller(request)
        raw = await read_object_of(request)
        batch = read_batch(raw)
        if batch is None:
            question = read_question(raw)
            self._volume.take(key_id, 1)
            return await self._one(question)
        self._volume.take(key_id, len(batch.items))
        return await self._all(batch)

    async def search_subject(self, request: Request) -> Answer:
        """Answer who may do this."""
        return await self._search("subject", self._evaluator.subjects, request)

    async def search_resource(self, request: Request) -> Answer:
        """Answer to what this may be done."""
        return await self._search("resource", self._evaluator.resources, request)

    async def search_action(self, request: Request) -> Answer:
        """Answer what may be done."""
        return await self._search("action", self._evaluator.actions, request)

    def _caller(self, request: Request) -> str:
        """Return the id of the key that asks.

        Raises the problem `token_invalid` or `scope_missing`, or `unavailable` while keys cannot be read.
        """
        return self._keys.holder(request.bearer(), SCOPE)

    async def _one(self, question: Question) -> Answer:
        (decided,) = await self._decide([question])
        return answers.answer(answers.encoded(decided, question))

    async def _all(self, batch: Batch) -> Answer:
        questions = [each for each in batch.items if isinstance(each, Question)]
        decisions = iter(await self._decide(questions))
        told: list[bytes] = []
        for item in batch.items:
            if isinstance(item, Question):
                decided = next(decisions)
                told.append(answers.encoded(decided, item))
            else:
                decided = REFUSED
                told.append(answers.refused(item))
            if decided.decision is batch.ends:
                break
        return answers.answer(answers.batch(told))

    async def _decide(self, questions: list[Question]) -> list[Decided]:
        decided = await self._evaluator.evaluate(questions) if questions else []
        if len(decided) != len(questions):
            # Whose decision is whose is not known, so it is nobody's.
            raise unavailable()
        return decided

    async def _search(self, kind: Kind, look: Look, request: Request) -> Answer:
        key_id = self._caller(request)
        search = read_search(kind, await read_object_of(request), key_id, self._seal)
        self._volume.check(key_id)
        found = await look(search.question, search.after, max(1, search.limit))
        self._volume.count(key_id, max(1, found.asked))
        if not search.limit:
            found = Page((), search.after if found.results else None, found.total)
        return answers.answer(page(search, found, self._seal))


async def read_object_of(request: Request) -> Raw:
    """Return the JSON object that was sent.

    Raises the problem `malformed` or `too_large`.
    """
    kind = request.header(b"content-type") or b""
    if kind != JSON and kind.partition(b";")[0].strip().lower() != JSON:
        raise Problem("malformed", "Expected the header `Content-Type: application/json`.")
    return read_object(await request.body())
