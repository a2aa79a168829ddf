"""Ties say the same as they are written, and what was not written here is not read."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.ties import Relationship, Ties, WrittenTies, dump_ties, relationship_between

# Ids that are part of each other, or look like what stands around them.
IDS = st.sampled_from(["tess", "theo", "a", "ab", "b", "", "\n", '"', '\n"a"x', "\\", "p", 'p"a"', "é"]) | st.text(
    max_size=4
)
WORDS = st.sampled_from([*Relationship])


def tied(words: dict[str, Relationship], parents: frozenset[str] = frozenset()) -> Ties:
    """Return the ties of an account that is this to each of the others."""

    def those(word: Relationship) -> frozenset[str]:
        return frozenset(name for name, each in words.items() if each is word)

    return Ties(
        those(Relationship.FRIEND),
        those(Relationship.FOLLOWS),
        those(Relationship.FOLLOWED_BY),
        those(Relationship.BLOCKED),
        parents,
    )


@given(st.dictionaries(IDS, WORDS), st.frozensets(IDS), st.lists(IDS))
@example({"a": Relationship.BLOCKED}, frozenset({"a"}), ["a"])
def test_written_ties_say_what_ties_say(
    words: dict[str, Relationship], parents: frozenset[str], others: list[str]
) -> None:
    ties = tied(words, parents)
    written = WrittenTies(dump_ties(ties))
    for other in [*words, *parents, *others]:
        assert written.says(other) is ties.says(other) is words.get(other, Relationship.NONE)
        assert written.has_parent(other) is ties.has_parent(other) is (other in parents)
    near = {name for name, word in words.items() if word not in (Relationship.NONE, Relationship.BLOCKED)}
    assert sorted(written.accounts()) == sorted(near)


@given(WORDS, WORDS)
def test_a_block_counts_whoever_made_it_and_a_tie_where_both_say_so(mine: Relationship, yours: Relationship) -> None:
    its, theirs = tied({"theo": mine}), tied({"tess": yours})
    both = relationship_between("tess", its, "theo", theirs)
    assert (both is Relationship.BLOCKED) == (Relationship.BLOCKED in (mine, yours))
    if both in (Relationship.FRIEND, Relationship.FOLLOWS):
        assert mine in (Relationship.FRIEND, Relationship.FOLLOWS)
        assert yours in (Relationship.FRIEND, Relationship.FOLLOWED_BY)
    assert relationship_between("tess", its, "theo", None) is mine
    assert relationship_between("tess", None, "theo", None) is Relationship.NONE


@pytest.mark.parametrize("raw", [b"", b"[[],[],[],[],[]]", b'\n"tess"x', b'"tess"x\n'])
def test_what_was_not_written_here_is_not_read(raw: bytes) -> None:
    with pytest.raises(ValueError, match="not written here"):
        WrittenTies(raw)
