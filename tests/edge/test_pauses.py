"""What has come to stay is not looked through again by the collector, and is freed all the same."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Generator

import pytest

from edge.pauses import LongLived


class Thing:
    """Something that lives, beside another one."""

    other: Thing | None = None


@pytest.fixture
def unfrozen() -> Generator[None, None, None]:
    """Give everything back to the collector."""
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("unfrozen")
def test_what_has_come_to_stay_is_out_of_sight_and_freed_when_it_goes() -> None:
    long_lived, kept = LongLived(every=3), [Thing() for _ in range(3)]
    for seen in (True, True, False):
        long_lived.one_more()
        assert any(each is kept[0] for each in gc.get_objects() if type(each) is Thing) is (seen or not kept)
    alive = weakref.ref(kept[0])
    kept.clear()
    assert alive() is None


@pytest.mark.usefixtures("unfrozen")
def test_nothing_that_nobody_holds_is_kept_with_it() -> None:
    first, second = Thing(), Thing()
    first.other, second.other = second, first
    alive = weakref.ref(first)
    del first, second
    LongLived(every=1).one_more()
    assert alive() is None
