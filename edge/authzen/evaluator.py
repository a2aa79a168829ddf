"""What the HTTP layer asks of whoever decides; it knows nothing of ages, friends or Redis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol


class Entity(NamedTuple):
    """A subject or a resource."""

    type: str
    id: str
    properties: Mapping[str, Any]


class Question(NamedTuple):
    """One question as it was asked; nothing but the types of its fields has been looked at.

    In a search the part that is looked for is empty: the id of the subject or of the resource, or the action's name.
    """

    subject: Entity
    action: str
    action_properties: Mapping[str, Any]
    resource: Entity
    context: Mapping[str, Any]

    @property
    def explained(self) -> bool:
        """Say whether the caller wants to know why."""
        return self.context.get("explain") is True


class Decided(NamedTuple):
    """The decision about one question, with what the caller is told beside it.

    Of an allowance that nobody asked to have explained only `obligations` are passed on.
    """

    decision: bool
    context: dict[str, Any] | None = None


class Page(NamedTuple):
    """One page of a search: ids, or names of actions."""

    results: Sequence[str] = ()
    # Where the next page begins, in words of the evaluator's own; None on the last page.
    after: str | None = None
    total: int | None = None
    # How many questions it took to find them.
    asked: int = 1


class Evaluator(Protocol):
    """Decides. Each method raises no problem but `unavailable`; what it does not know it refuses, or does not find.

    A search begins at the `after` of the page before, or at "", and finds at most `limit`.
    """

    async def evaluate(self, questions: Sequence[Question]) -> list[Decided]:
        """Return one decision for each question, in their order."""

    async def subjects(self, search: Question, after: str, limit: int) -> Page:
        """Return the ids of the subject's type that may do this to the resource."""

    async def resources(self, search: Question, after: str, limit: int) -> Page:
        """Return the ids of the resource's type to which the subject may do this."""

    async def actions(self, search: Question, after: str, limit: int) -> Page:
        """Return the names of what the subject may do to the resource."""
