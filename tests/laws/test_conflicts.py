"""Ten known conflicts between laws, and between laws and the product: none is decided in silence."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controls.laws import conflicts
from controls.laws.admission import Asked, Tie
from controls.laws.binding import Cited, bound
from controls.laws.conflicts import PolicyConflict, Shown, shown
from controls.laws.demands import Insight, MinimumAge, MustNotExpose, MustOffer, Permission, Usage
from controls.laws.joining import tightened
from controls.laws.law import Posture, Ruling
from controls.packs import recorded
from controls.policy.catalogue import CATALOGUE
from tests.laws.cast import BASELINE, IN_FORCE_ONLY, a_law, a_teen, admitted, bars, laws, now

JULY = datetime(2026, 7, 1, 6, tzinfo=ZoneInfo("America/Chicago"))
NEBRASKA = Posture(opt_in=frozenset({"US-NE-LB383"}))


def decided(yields: str, *between: str, subject: str = "message_text", day: date = date(2026, 7, 1)) -> Ruling:
    """Return a recorded decision."""
    return Ruling(subject, frozenset(between), yields, "counsel", day, "as advised")


def test_1_messages_to_parents_are_an_opt_in_that_needs_a_decision() -> None:
    assert bars(admitted(a_teen(16, "US-NE"), JULY)) == []
    with pytest.raises(PolicyConflict) as caught:
        admitted(a_teen(16, "US-NE"), JULY, posture=NEBRASKA)
    assert (caught.value.subject, caught.value.laws) == ("message_text", ("BASE", "US-NE-LB383"))
    # Somebody in another state is not concerned.
    assert bars(admitted(a_teen(16, "US-VA"), JULY, posture=NEBRASKA)) == []


def test_2_no_permission_overrides_a_minimum_age() -> None:
    known = laws(a_law("XX-1", "XX", MinimumAge(below=16)), a_law("XX-2", "XX", Permission(below=16)))
    assert bars(admitted(a_teen(15, "XX"), tie=Tie.VERIFIED, known=known)) == [("below_minimum_age", ("XX-1",))]
    for place in ("AU", "MY"):
        assert {need.asked for need in admitted(a_teen(15, place)).needs} == {Asked.MINIMUM_AGE}


def test_3_a_pairing_is_needed_in_brazil_and_elsewhere_free() -> None:
    assert bars(admitted(a_teen(15, "BR"))) == [("pairing_needed", ("BR-ECADIGITAL",))]
    assert bars(admitted(a_teen(15, "FR"))) == bars(admitted(a_teen(15, "GB"))) == []


def test_4_insight_is_off_in_india() -> None:
    at = datetime(2027, 5, 13, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert {Insight.TIME_USED, Insight.NEW_FRIENDS, Insight.TOPICS} <= admitted(a_teen(15, "IN", at), at).hidden


def test_5_new_york_asks_the_minor_first() -> None:
    pending = Posture(opt_in=frozenset({"US-NY-SAFE"}))
    assert "ask_the_minor_first" in admitted(a_teen(15, "US-NY"), posture=pending).duties
    assert "ask_the_minor_first" not in admitted(a_teen(15, "US-NY")).duties


def test_6_data_of_age_checks_is_a_duty_and_no_demand() -> None:
    duties = {duty for law in recorded().records for duty in law.duties}
    assert {"age_data_deleted", "age_data_destroyed", "age_data_not_kept", "age_data_for_age_only"} <= duties


def test_7_the_products_own_hour_never_cites_virginia() -> None:
    for posture in (IN_FORCE_ONLY, Posture(opt_in=frozenset({"US-VA-SB854"}))):
        made = tightened(BASELINE, recorded(), "US-VA", posture, now("US-VA"))
        assert ("13-15", "time.daily_minutes") not in made


def test_8_no_law_sets_the_age_of_direct_messages() -> None:
    binding = [each for place in recorded().names for each in bound(recorded(), place, IN_FORCE_ONLY, now(place))]
    closes = [
        each.law.key
        for each in binding
        for demand in each.demands
        if isinstance(demand, Usage) and demand.control is CATALOGUE["dm.who_can_send"] and demand.loosest == "nobody"
    ]
    assert (closes, BASELINE.dm_min_age) == ([], 16)


def test_9_in_france_two_consent() -> None:
    assert "joint_consent" in admitted(a_teen(14, "FR")).duties
    assert "joint_consent" not in admitted(a_teen(14, "GB")).duties


def test_10_below_13_nobody_is_enrolled_and_a_pairing_is_no_verifiable_consent() -> None:
    found = admitted(a_teen(12, "US-VA"), tie=Tie.VERIFIED)
    assert bars(found) == [("below_minimum_age", ("BASE",))]
    assert "verifiable_parental_consent" in found.duties


# Decisions


def test_the_decision_says_which_law_yields() -> None:
    teen = a_teen(16, "US-NE")
    found = {}
    for yields in ("US-NE-LB383", "BASE"):
        posture = Posture(opt_in=NEBRASKA.opt_in, rulings=(decided(yields, "BASE", "US-NE-LB383"),))
        seen = admitted(teen, JULY, posture=posture)
        found[yields] = (Insight.MESSAGE_TEXT in seen.offered, Insight.MESSAGE_TEXT in seen.hidden)
        # Only about what they clash, the rest of both stands.
        assert Insight.PUBLIC_POSTS in seen.offered
    assert found == {"US-NE-LB383": (False, True), "BASE": (True, False)}


@pytest.mark.parametrize(
    "ruling",
    [
        decided("US-NE-LB383", "US-NE-LB383", "US-COPPA"),
        decided("US-NE-LB383", "US-NE-LB383", "BASE", subject="public_posts"),
    ],
)
def test_a_decision_about_something_else_decides_nothing(ruling: Ruling) -> None:
    with pytest.raises(PolicyConflict):
        admitted(a_teen(16, "US-NE"), JULY, posture=Posture(opt_in=NEBRASKA.opt_in, rulings=(ruling,)))


def test_the_newest_decision_counts_in_whatever_order() -> None:
    between = ("BASE", "US-NE-LB383")
    rulings = (decided("BASE", *between), decided("US-NE-LB383", *between, day=date(2026, 8, 1)))
    for order in (rulings, rulings[::-1]):
        seen = admitted(a_teen(16, "US-NE"), JULY, posture=Posture(opt_in=NEBRASKA.opt_in, rulings=order))
        assert Insight.MESSAGE_TEXT in seen.hidden


def test_who_yields_yields_in_this_alone() -> None:
    offers = [MustOffer(below=18, insight=insight) for insight in (Insight.TOPICS, Insight.TIME_USED)]
    hides = [MustNotExpose(below=18, insight=insight) for insight in (Insight.TOPICS, Insight.PUBLIC_POSTS)]
    known = laws(a_law("XX-1", "XX", *offers), a_law("XX-2", "XX", *hides))
    seen = {}
    for yields in ("XX-1", "XX-2"):
        posture = Posture(rulings=(decided(yields, "XX-1", "XX-2", subject="topics"),))
        found = admitted(a_teen(16, "XX"), known=known, posture=posture)
        seen[yields] = (sorted(found.offered), sorted(found.hidden))
    assert seen == {
        "XX-1": ([Insight.TIME_USED], [Insight.PUBLIC_POSTS, Insight.TOPICS]),
        "XX-2": ([Insight.TIME_USED, Insight.TOPICS], [Insight.PUBLIC_POSTS]),
    }


def test_what_is_demanded_at_other_ages_is_no_conflict() -> None:
    offer, hide = (
        MustOffer(below=16, insight=Insight.TOPICS),
        MustNotExpose(below=18, from_age=16, insight=Insight.TOPICS),
    )
    known = laws(a_law("XX-1", "XX", offer), a_law("XX-2", "XX", hide))
    assert [admitted(a_teen(age, "XX"), known=known).offered for age in (15, 16)] == [{Insight.TOPICS}, frozenset()]
    wider = laws(a_law("XX-1", "XX", MustOffer(below=17, insight=Insight.TOPICS)), a_law("XX-2", "XX", hide))
    with pytest.raises(PolicyConflict, match=r"`XX-1` and `XX-2` .* `topics`"):
        admitted(a_teen(13, "XX"), known=wider)


SCOPES = st.sampled_from([Insight.TOPICS, Insight.TIME_USED, Insight.MESSAGE_TEXT])
AGES = st.sampled_from([(0, 16), (13, 18), (16, 18), (0, 13)])


Drawn = list[tuple[Insight, tuple[int, int]]]
DRAWN = st.lists(st.tuples(SCOPES, AGES), max_size=3)


@given(DRAWN, DRAWN)
def test_nothing_is_both_shown_and_hidden_and_order_does_not_matter(must: Drawn, must_not: Drawn) -> None:
    offers = [Cited(a_law("O"), MustOffer(from_age=a, below=b, insight=what)) for what, (a, b) in must]
    hides = [Cited(a_law("H"), MustNotExpose(from_age=a, below=b, insight=what)) for what, (a, b) in must_not]

    def outcome(step: int) -> Shown | None:
        try:
            return shown(offers[::step], hides[::step], IN_FORCE_ONLY)
        except PolicyConflict:
            return None

    at_once = {(what, age) for what, (a, b) in must for age in range(a, b)} & {
        (what, age) for what, (a, b) in must_not for age in range(a, b)
    }
    assert (outcome(1) is None) == (outcome(-1) is None) == bool(at_once)


def test_a_silent_choice_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conflicts, "_clash", lambda offer, hide: False)
    with pytest.raises(pytest.fail.Exception):
        test_1_messages_to_parents_are_an_opt_in_that_needs_a_decision()
