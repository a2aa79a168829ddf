"""The checker finds what is wrong in histories that were made for it, and nothing in one that is right."""

from __future__ import annotations

from typing import Any

from tests.faults.checker import Ending, faults_of
from tests.faults.history import Change, History, Read, Told

ONE, TWO, THREE = (1, 1, 0), (1, 2, 0), (1, 3, 0)
FRAMES = [Told("tess", 1.5, (1, 1)), Told("tess", 3.5, (1, 2)), Told("tess", 3.6, (1, 2))]


def changed(number: int, *, called: float, value: str = "", answered: bool = True) -> Change:
    value = value or f"value {number}"
    change = Change("paula", "tess", "feed", value, called)
    return change._replace(answered=called + 1, version=(1, number, 0)) if answered else change


def read(number: int, *, called: float, value: str = "", client: str = "phone") -> Read:
    return Read(client, "tess", called, called + 0.5, (1, number, 0), {"feed": value or f"value {number}"})


def a_history(*reads: Read) -> History:
    return History([changed(1, called=1), changed(2, called=3)], list(reads), list(FRAMES))


def an_ending(**instead: Any) -> dict[str, Ending]:
    ending = Ending(TWO, {"feed": "value 2"}, frozenset({(1, 1), (1, 2)}), TWO, TWO, (1, 2), 0)
    return {"tess": ending._replace(**instead)}


def found(history: History, endings: dict[str, Ending] | None = None) -> set[str]:
    return {fault.partition(":")[0] for fault in faults_of(history, endings or an_ending())}


def test_a_history_that_is_right_has_no_faults() -> None:
    # The second read overlaps the second change, so that either answer is right.
    assert not found(a_history(read(1, called=2), read(1, called=3.5), read(2, called=4), read(2, called=9)))
    assert not found(a_history(read(2, called=3.1)))


def test_a_read_behind_an_acknowledgement_is_stale() -> None:
    assert found(a_history(read(1, called=4.01))) == {"stale"}
    assert not found(a_history(read(1, called=3.99)))


def test_a_client_that_goes_back_is_a_regression() -> None:
    assert found(a_history(read(2, called=3), read(1, called=3.8))) == {"regression"}
    assert not found(a_history(read(2, called=3), read(1, called=3.8, client="another")))


def test_a_stream_that_goes_back_is_a_regression() -> None:
    history = a_history()
    history.told.insert(0, Told("tess", 1, (1, 2)))
    assert found(history) == {"regression"}


def test_a_value_of_another_version_is_untrue() -> None:
    assert found(a_history(read(2, called=5, value="value 1"))) == {"untrue"}
    assert found(a_history(read(1, called=2, value="value 2"))) == {"untrue"}


def test_a_change_without_an_event_is_lost() -> None:
    assert found(a_history(), an_ending(stamps=frozenset({(1, 2)}))) == {"lost"}


def test_a_change_that_another_one_undid_is_lost() -> None:
    assert found(a_history(), an_ending(values={"feed": "value 1"})) == {"lost"}


def test_two_changes_under_one_version_are_lost() -> None:
    history = a_history()
    history.changes.append(changed(2, called=7))
    assert found(history) == {"lost"}


def test_a_change_that_nobody_answered_for_may_have_happened_or_not() -> None:
    history = a_history(read(2, called=5, value="anything"))
    history.changes.append(changed(0, called=4.5, value="anything", answered=False))
    assert not found(history, an_ending(values={"feed": "anything"}))
    assert not found(history)


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
