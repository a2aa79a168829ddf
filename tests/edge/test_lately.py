"""What is kept of many things: so many at most, and those that were used last."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.lately import Lately

steps = st.lists(st.tuples(st.sampled_from(["put", "put", "get", "drop", "clear"]), st.sampled_from("abcdef")))


@given(st.integers(1, 4), steps)
def test_the_last_used_are_kept_and_no_more(most: int, story: list[tuple[str, str]]) -> None:
    kept: Lately[int] = Lately(most)
    # The same, slowly: pairs in the order of their use.
    slow: list[tuple[str, int]] = []
    for number, (step, name) in enumerate(story):
        known = dict(slow)
        match step:
            case "get":
                assert kept.get(name) == known.get(name)
                slow = [
                    *((each, what) for each, what in slow if each != name),
                    *((name, known[name]) for _ in (0,) if name in known),
                ]
            case "put":
                kept.put(name, number)
                slow = [*((each, what) for each, what in slow if each != name), (name, number)][-most:]
            case "drop":
                kept.drop(name)
                slow = [(each, what) for each, what in slow if each != name]
            case _:
                kept.clear()
                slow = []
        assert len(kept) == len(slow) <= most
