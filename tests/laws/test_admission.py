"""Who may have an account where, what a parent must do for it, until when, and that nothing overrides a minimum age."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controls.laws import admission as module
from controls.laws.admission import Asked, Tie
from controls.laws.demands import ConsentAge, MinimumAge, Pairing, Permission, Status
from controls.laws.joining import tightened
from controls.laws.law import Enforce, Laws, Platform, Posture, Scope
from controls.packs import recorded
from controls.policy.packs import MayLoosen
from tests.core.laws import STRICTER
from tests.laws.cast import (
    AT,
    BASELINE,
    ENJOINED,
    IN_FORCE_ONLY,
    SECOND,
    a_law,
    a_teen,
    admitted,
    bars,
    changed,
    laws,
    now,
    usage,
)

BASE = a_law("BASE", "001", MinimumAge(below=13), ConsentAge(below=13))
PLACES = [*sorted({law.place for law in recorded().records}), "ZZ", ""]
WORLDS = st.builds(
    a_teen, st.none() | st.integers(10, 20), st.sampled_from(PLACES), zone=st.sampled_from(["UTC", "Mars/Olympus", ""])
)


def test_each_demand_is_met_by_its_own_tie_alone() -> None:
    known = laws(
        a_law("XX-1", "XX", MinimumAge(below=16), Permission(below=16), Pairing(below=16), ConsentAge(below=16))
    )
    met = {tie: [need.is_met for need in admitted(a_teen(15, "XX"), tie=tie, known=known).needs] for tie in Tie}
    assert met == {
        Tie.NONE: [False, False, False, False],
        Tie.UNVERIFIED: [False, False, True, False],
        Tie.VERIFIED: [False, True, True, True],
    }


def test_consent_to_processing_bars_no_account() -> None:
    found = admitted(a_teen(14, "XX"), known=laws(a_law("XX-1", "XX", ConsentAge(below=16))))
    assert ([need.asked for need in found.needs], found.bars) == ([Asked.CONSENT], ())


def test_two_laws_that_ask_for_the_same_are_one_bar() -> None:
    known = laws(a_law("XX-1", "XX", Permission(below=16)), a_law("XX-A-1", "XX-A", Permission(below=18)))
    found = admitted(a_teen(15, "XX-A"), known=known)
    assert bars(found) == [("permission_needed", ("XX-1", "XX-A-1"))]
    assert [need.until_age for need in found.needs] == [16, 18]


def test_supervision_ends_at_18() -> None:
    known = laws(a_law("XX-1", "XX", Permission(below=21), Pairing(below=19), MinimumAge(below=19)))
    assert bars(admitted(a_teen(18, "XX"), known=known)) == [("below_minimum_age", ("XX-1",))]
    assert [need.until_age for need in admitted(a_teen(17, "XX"), known=known).needs] == [19, 18, 18]


def test_a_law_that_names_no_age_to_begin_with_is_about_who_was_born_today() -> None:
    known = laws(a_law("XX-1", "XX", MinimumAge(below=13)))
    assert bars(admitted(a_teen(0, "XX"), known=known)) == [("below_minimum_age", ("XX-1",))]


def test_an_unknown_age_is_the_youngest_bands() -> None:
    known = laws(BASE, a_law("XX-1", "XX", MinimumAge(below=14), Permission(below=16, from_age=14)))
    found = admitted(a_teen(None, "XX"), known=known)
    assert bars(found) == [("below_minimum_age", ("XX-1",))]
    assert (found.needs[0].ends_at, found.next_at) == (None, None)
    assert bars(admitted(a_teen(None, "XY"), known=known)) == []


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("FR", ("FR-GDPR8", 15)), ("FR-75", ("FR-GDPR8", 15)), ("LI", ("EU-GDPR8", 16)), ("CA-QC", ("CA-QC-LAW25", 14)),
        ("CH", ("BASE", 13)), ("CA-ON", ("BASE", 13)), ("ZZ", ("BASE", 16)), ("", ("BASE", 16)), ("AR", ("BASE", 16)),
        ("US-NY", ("US-NY-CDPA", 13)), ("ZA", ("ZA-POPIA", 18)), ("SG", ("BASE", 13)), ("AE", ("BASE", 13)),
    ],
)  # fmt: skip
def test_the_age_of_consent_is_that_of_the_narrowest_place(place: str, expected: tuple[str, int]) -> None:
    needs = admitted(a_teen(12, place)).needs
    assert [(need.law, need.until_age) for need in needs if need.asked is Asked.CONSENT] == [expected]


def test_a_scope_leaves_out_who_is_not_meant() -> None:
    scope = Scope(least_users=1000, least_feed_share=20, services=frozenset({"social"}), spares_small=True)
    known = laws(a_law("XX-1", "XX", Pairing(below=16), scope=scope))
    platforms = [
        Platform(), Platform(users=1000, feed_share=20), Platform(users=999), Platform(feed_share=19),
        Platform(services=frozenset({"messaging"})), Platform(is_small=True),
    ]  # fmt: skip
    found = [admitted(a_teen(15, "XX"), posture=Posture(platform=each), known=known).bars for each in platforms]
    assert [bool(each) for each in found] == [True, True, False, False, False, False]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("enforce", Enforce)
def test_what_binds_follows_status_enforcement_posture_and_opt_in(status: Status, enforce: Enforce) -> None:
    known = laws(a_law("XX-1", "XX", Pairing(below=16), history=(changed(status),), enforce=enforce))

    def binds(posture: Posture) -> bool:
        return bool(admitted(a_teen(15, "XX"), posture=posture, known=known).bars)

    by_default = status is Status.PRODUCT_POLICY or (status is Status.IN_FORCE and enforce is Enforce.YES)
    assert binds(IN_FORCE_ONLY) == by_default
    assert binds(Posture(frozenset({Status.ENACTED_PENDING}))) == (by_default or status is Status.ENACTED_PENDING)
    assert binds(Posture(ENJOINED)) == (by_default or status in ENJOINED)
    assert binds(Posture(opt_in=frozenset({"XX-1"})))
    assert binds(Posture(opt_in=frozenset({"XX-2"}))) == by_default


def test_not_even_an_opt_in_binds_before_a_law_is_effective() -> None:
    known = laws(a_law("XX-1", "XX", Pairing(below=16), effective_on=date(2026, 7, 1)))
    opted = Posture(opt_in=frozenset({"XX-1"}))
    began = datetime(2026, 7, 1, tzinfo=UTC)
    found = [bars(admitted(a_teen(15, "XX"), at, posture=opted, known=known)) for at in (began - SECOND, began)]
    assert found == [[], [("pairing_needed", ("XX-1",))]]


@given(WORLDS, st.sampled_from(Tie))
def test_a_closer_tie_never_bars_and_nothing_overrides_a_minimum_age(world: object, tie: Tie) -> None:
    assert isinstance(world, type(a_teen(14, "FR")))
    alone, tied = admitted(world), admitted(world, tie=tie)
    assert set(tied.bars) <= set(alone.bars)
    assert tied.refused == alone.refused


@given(WORLDS, st.sampled_from([Status.ENJOINED, Status.ENACTED_PENDING, Status.BILL, Status.ANNOUNCED]))
def test_a_wider_posture_never_admits_more(world: object, status: Status) -> None:
    assert isinstance(world, type(a_teen(14, "FR")))
    plain, wider = admitted(world), admitted(world, posture=Posture(frozenset({status})))
    kept = {need.law for need in plain.needs if need.asked is not Asked.CONSENT}
    assert kept <= {need.law for need in wider.needs}


@given(WORLDS)
def test_nothing_changes_before_what_is_said_to_change_next(world: object) -> None:
    assert isinstance(world, type(a_teen(14, "FR")))
    found = admitted(world)
    if found.next_at is not None:
        assert found.next_at > AT
        assert replace(admitted(world, found.next_at - SECOND), next_at=None) == replace(found, next_at=None)
        assert replace(admitted(world, found.next_at), next_at=None) != replace(found, next_at=None)


@given(WORLDS)
def test_everything_that_is_asked_for_cites_a_law(world: object) -> None:
    assert isinstance(world, type(a_teen(14, "FR")))
    known = {law.key for law in recorded().records}
    assert all(need.law in known and need.citations for need in admitted(world).needs)
    assert admitted(world) == admitted(world)


DEMANDS = st.one_of(
    st.builds(MinimumAge, below=st.integers(13, 18)),
    st.builds(Permission, below=st.integers(13, 20), from_age=st.integers(0, 12)),
    st.builds(Pairing, below=st.integers(13, 20)),
    st.builds(usage, st.just("content.feed"), below=st.integers(13, 18), default=st.just("following")),
    st.builds(usage, st.just("content.autoplay"), below=st.integers(13, 18), may_loosen=st.sampled_from(MayLoosen)),
)
STATUSES = st.sampled_from([Status.IN_FORCE, Status.IN_FORCE, Status.ENJOINED, Status.ENACTED_PENDING])
DAYS = st.none() | st.sampled_from([date(2026, 6, 30), date(2026, 7, 1), date(2027, 1, 1)])


@st.composite
def some_laws(draw: st.DrawFn) -> Laws:
    """Return laws of the world, a country and a part of it."""
    records = [
        a_law(
            f"L-{number}",
            draw(st.sampled_from(["001", "XX", "XX-A", "YY"])),
            *draw(st.lists(DEMANDS, max_size=2)),
            history=(changed(draw(STATUSES)), changed(draw(STATUSES), draw(DAYS))),
            effective_on=draw(DAYS),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    return laws(*records)


MOMENTS = st.sampled_from([AT, datetime(2026, 7, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)])


@given(some_laws(), some_laws(), st.integers(13, 17), MOMENTS)
def test_another_law_never_loosens_a_rule_nor_admits_more(known: Laws, more: Laws, age: int, at: datetime) -> None:
    added = tuple(replace(law, key=f"M-{law.key}") for law in more.records)
    wider = laws(*known.records, *added)
    teen = a_teen(age, "XX-A", at)
    before, after = (admitted(teen, at, known=each) for each in (known, wider))
    assert {need.law for need in before.needs} <= {need.law for need in after.needs}
    assert {bar.code for bar in before.bars} <= {bar.code for bar in after.bars}
    few, many = (tightened(BASELINE, each, "XX-A", IN_FORCE_ONLY, now("XX-A", at)) for each in (known, wider))
    for (band, key), rule in few.items():
        stricter = many[band, key]
        assert rule.control.kind.at_least_as_strict(stricter.default, rule.default)
        assert stricter.may_loosen in STRICTER[rule.may_loosen]


@given(some_laws(), st.integers(13, 17), st.randoms(use_true_random=False), MOMENTS)
def test_the_order_of_files_does_not_matter(known: Laws, age: int, random: Random, at: datetime) -> None:
    shuffled = list(known.records)
    random.shuffle(shuffled)
    teen = a_teen(age, "XX-A", at)
    assert admitted(teen, at, known=known) == admitted(teen, at, known=laws(*shuffled))
    orders = (known, laws(*shuffled))
    one, other = (tightened(BASELINE, each, "XX-A", IN_FORCE_ONLY, now("XX-A", at)) for each in orders)
    assert one == other


@pytest.mark.parametrize(
    ("attribute", "bug"),
    [
        ("_ASKED", tuple((asked, kind, frozenset(Tie)) for asked, kind, _ in module._ASKED)),
        ("_birthday", lambda world, age: None),
        ("_adulthood", lambda bands: 99),
    ],
)
def test_a_planted_bug_turns_an_admission_red(attribute: str, bug: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, attribute, bug)
    with pytest.raises(AssertionError):
        [test() for test in (test_each_demand_is_met_by_its_own_tie_alone, test_supervision_ends_at_18)]
