"""The sweeper's sign of life stands for work that was done, not for a loop that turns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from family_pairing.management.commands.sweep import do_all


def fails(*, at: datetime) -> int:
    """Fail, as a chore does that meets a row that it cannot read."""
    raise ValueError(at)


def counted(calls: list[datetime]) -> Callable[..., int]:
    """Return a chore that notes when it was done."""

    def chore(*, at: datetime) -> int:
        calls.append(at)
        return 0

    return chore


def test_a_chore_that_fails_spoils_the_round_but_not_the_turn_of_the_others() -> None:
    done: list[datetime] = []
    assert do_all((counted(done), counted(done)))
    assert not do_all((fails, counted(done)))
    assert len(done) == 3
