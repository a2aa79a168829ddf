"""The checker finds what is wrong in histories that were made for it, and nothing in one that is right."""

from __future__ import annotations

from typing import Any

from tests.faults.checker import Ending, faults_of
from tests.faults.history import Change, History, Read, Told

KEY = "content.short_video_minutes"
ONE, TWO, THREE = (1, 1, 0), (1, 2, 0), (1, 3, 0)
FRAMES = [Told("tess", 1.5, (1, 1)), Told("tess", 3.5, (1, 2)), Told("tess", 3.6, (1, 2))]


def minutes(number: int) -> dict[str, Any]:
    return {"limited": True, "minutes": number}


def changed(number: int, *, called: float, answered: bool = True) -> Change:
    change = Change("paula", "tess", KEY, minutes(number), called)
    return change._replace(answered=called + 1, version=(1, number, 0)) if answered else change


def read(number: int, *, called: float, value: int | None = None, client: str = "phone") -> Read:
    said = minutes(number if value is None else value)
    return Read(client, "tess", called, called + 0.5, (1, number, 0), {KEY: said})


def a_history(*reads: Read) -> History:
    return History([changed(1, called=1), changed(2, called=3)], list(reads), list(FRAMES))


def an_ending(**instead: Any) -> dict[str, Ending]:
    said = {KEY: (((1, 1), minutes(1)), ((1, 2), minutes(2)))}
    ending = Ending(TWO, {KEY: minutes(2)}, said, TWO, TWO, (1, 2), 0)
    return {"tess": ending._replace(**instead)}


def found(history: History, endings: dict[str, Ending] | None = None) -> set[str]:
    return {fault.partition(":")[0] for fault in faults_of(history, endings or an_ending())}


def test_a_history_that_is_right_has_no_faults() -> None:
    # The second read overlaps the second change, so that either answer is right.
    assert not found(a_history(read(1, called=2), read(1, called=3.5), read(2, called=4), read(2, called=9)))
    assert not found(a_history(read(2, called=3.1)))


def test_a_read_behind_an_acknowledgement_is_stale() -> None:
    # A stream has told of it as well, half a second before.
    assert found(a_history(read(1, called=4.01))) == {"stale", "late"}
    assert not found(a_history(read(1, called=3.49)))


def test_a_read_behind_a_frame_is_late_unless_redis_was_disturbed() -> None:
    history = a_history(read(1, called=3.51))
    assert found(history) == {"late"}
    history.is_calm = False
    assert not found(history)


def test_a_client_that_goes_back_is_a_regression() -> None:
    assert found(a_history(read(2, called=3), read(1, called=3.4))) == {"regression"}
    assert not found(a_history(read(2, called=3), read(1, called=3.4, client="another")))


def test_a_client_that_says_what_it_holds_never_goes_back() -> None:
    history = a_history(read(2, called=3), read(1, called=3.4))
    history.is_calm = False
    assert not found(history)
    history.reads[1] = history.reads[1]._replace(held=TWO)
    assert found(history) == {"regression"}


def test_a_stream_that_goes_back_is_a_regression() -> None:
    history = a_history()
    history.told.insert(0, Told("tess", 1, (1, 2)))
    assert found(history) == {"regression"}


def test_a_value_of_another_version_is_untrue() -> None:
    assert found(a_history(read(2, called=5, value=1))) == {"untrue"}


def test_a_value_that_protects_less_than_the_databases_is_looser() -> None:
    assert found(a_history(read(1, called=2, value=2))) == {"looser"}


def test_a_change_without_an_event_is_lost() -> None:
    only = {KEY: (((1, 2), minutes(2)),)}
    assert found(a_history(), an_ending(said=only)) == {"lost"}


def test_a_change_whose_event_says_something_else_is_lost() -> None:
    other = {KEY: (((1, 1), minutes(9)), ((1, 2), minutes(2)))}
    assert found(a_history(), an_ending(said=other)) == {"lost"}


def test_a_change_that_another_one_undid_is_lost() -> None:
    assert found(a_history(), an_ending(values={KEY: minutes(1)})) == {"lost"}


def test_of_two_changes_under_one_version_one_is_lost() -> None:
    history = a_history()
    history.changes.append(changed(2, called=7)._replace(value=minutes(9)))
    assert found(history) == {"lost"}


def test_what_was_said_already_is_acknowledged_under_the_version_that_stands() -> None:
    history = a_history()
    history.changes.append(changed(2, called=7))
    assert not found(history)


def test_a_change_that_nobody_answered_for_may_have_happened_or_not() -> None:
    history = a_history()
    history.changes.append(changed(3, called=4.5, answered=False))
    assert not found(history)
    # It did: whoever reads it then reads what the database has, and nothing else.
    said = {KEY: (((1, 1), minutes(1)), ((1, 2), minutes(2)), ((1, 3), minutes(3)))}
    there = an_ending(said=said, values={KEY: minutes(3)}, database=THREE, redis=THREE, app=THREE, told=(1, 3))
    history.told.append(Told("tess", 6, (1, 3)))
    history.reads.append(read(3, called=5))
    assert not found(history, there)
    history.reads.append(read(3, called=6, value=7))
    assert found(history, there) == {"looser"}


def test_whoever_does_not_end_with_the_database_is_astray() -> None:
    assert found(a_history(), an_ending(redis=ONE)) == {"astray"}
    assert found(a_history(), an_ending(redis=None)) == {"astray"}
    assert found(a_history(), an_ending(app=ONE)) == {"astray"}
    assert found(a_history(), an_ending(told=(1, 1))) == {"astray"}
    assert found(a_history(), an_ending(database=THREE)) == {"astray"}


def test_a_debt_that_stays_open_is_astray() -> None:
    assert found(a_history(), an_ending(debts=1)) == {"astray"}


def test_a_surprise_is_a_fault() -> None:
    history = a_history()
    history.surprises.append("surprise: an answer 500")
    assert found(history) == {"surprise"}
