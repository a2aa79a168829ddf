"""Fifteen teens in places of the world, and what the laws as recorded on 30 June 2026 make of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from controls.laws.admission import Admission, Asked, Tie
from controls.laws.binding import bound, consent_ages, standings
from controls.laws.conflicts import PolicyConflict
from controls.laws.demands import AgeAssurance, Insight, Usage
from controls.laws.joining import tightened, timeline
from controls.laws.law import Platform, Posture, Ruling
from controls.packs import recorded
from controls.policy.catalogue import CATALOGUE
from controls.policy.facts import Assurance, Birth, Chosen, Setting, World
from controls.policy.packs import MayLoosen
from controls.policy.resolve import resolve
from controls.policy.values import WEEKDAYS
from tests.laws.cast import AT, BASELINE, ENJOINED, IN_FORCE_ONLY, SECOND, a_teen, admitted, bars, now, pack_at


def consent(found: Admission) -> list[tuple[str, int]]:
    """Return which laws need a parent's consent to processing, and until which age."""
    return [(need.law, need.until_age) for need in found.needs if need.asked is Asked.CONSENT]


def binding(place: str, at: datetime = AT, posture: Posture = IN_FORCE_ONLY) -> set[str]:
    """Return the keys of the laws that bind in a place."""
    return {each.law.key for each in bound(recorded(), place, posture, now(place, at))}


def test_1_in_denmark_a_parent_consents_below_15_since_2024() -> None:
    assert consent(admitted(a_teen(14, "DK"))) == [("DK-GDPR8", 15)]
    then = datetime(2023, 12, 31, 12, tzinfo=UTC)
    every = standings(recorded(), "DK", IN_FORCE_ONLY, now("DK", then))
    assert [(law.key, demand.below) for law, demand in consent_ages(recorded(), "DK", every)] == [("DK-GDPR8-2018", 13)]


def test_2_in_australia_no_parent_overrides() -> None:
    for tie in Tie:
        found = admitted(a_teen(15, "AU"), tie=tie)
        assert bars(found) == [("below_minimum_age", ("AU-SMMA16",))]
        assert found.refused[0].citations[0].startswith("Online Safety Act 2021")
    assert bars(admitted(a_teen(16, "AU"))) == []


def test_3_in_brazil_an_account_below_16_is_paired() -> None:
    alone = admitted(a_teen(15, "BR"))
    assert bars(alone) == [("pairing_needed", ("BR-ECADIGITAL",))]
    assert bars(admitted(a_teen(15, "BR"), tie=Tie.UNVERIFIED)) == []
    assert alone.offered >= {Insight.ADULT_CONTACTS}
    birthday = datetime(2026, 6, 30, 3, tzinfo=UTC)
    world = World(Birth(date(2010, 6, 30)), "BR", "America/Sao_Paulo")
    assert bars(admitted(world, birthday - SECOND)) == [("pairing_needed", ("BR-ECADIGITAL",))]
    sixteen = admitted(world, birthday)
    assert bars(sixteen) == []
    assert "literal_up_to_16" in sixteen.duties


def test_4_in_virginia_an_enjoined_law_binds_nobody_and_the_product_speaks_for_itself() -> None:
    assert "US-VA-SB854" not in binding("US-VA")
    (pack,) = timeline(recorded(), "US-VA", "America/New_York", IN_FORCE_ONLY, [BASELINE])
    rule = pack.rule("time.daily_minutes", "13-15")
    assert (pack, rule.default["mon"], dict(rule.laws)) == (BASELINE, 60, {})


def test_5_in_virginia_an_operator_may_include_what_is_enjoined() -> None:
    posture = Posture(ENJOINED)
    assert "US-VA-SB854" in binding("US-VA", posture=posture)
    made = tightened(BASELINE, recorded(), "US-VA", posture, now("US-VA"))
    rule = made.get(("13-15", "time.daily_minutes"), BASELINE.rule("time.daily_minutes", "13-15"))
    assert {rule.default[day] for day in WEEKDAYS} == {60}
    assert rule.may_loosen is MayLoosen.PARENT


def test_6_in_california_an_age_that_is_only_said_is_a_minors_from_2027_on() -> None:
    began = datetime(2027, 1, 1, 8, tzinfo=UTC)
    assert "US-CA-SB976-AGE" not in binding("US-CA", began - SECOND)
    assert "US-CA-SB976-AGE" in binding("US-CA", began)
    packs = timeline(recorded(), "US-CA", "America/Los_Angeles", IN_FORCE_ONLY, [BASELINE])
    bands = {}
    for level in Assurance:
        world = World(Birth(date(2007, 6, 1), level), "US-CA", "America/Los_Angeles", grew_up_here=False)
        found = [resolve(world, pack_at(packs, at), at) for at in (began - SECOND, began)]
        duties = [admitted(world, at).duties for at in (began - SECOND, began)]
        assert ["undetermined_age_is_minor" in each for each in duties] == [False, level is Assurance.ASSERTED]
        bands[level] = [(each.band, each.values["content.feed"].value) for each in found]
        assert found[0].valid_until == began
    adult = ("18+", "personalised")
    assert bands.pop(Assurance.ASSERTED) == [adult, ("16-17", "non_profiled")]
    assert set(map(tuple, bands.values())) == {(adult, adult)}


def test_6_elsewhere_an_age_that_is_only_said_counts_as_before() -> None:
    asking = {law.place for law in recorded().records for each in law.demands if isinstance(each, AgeAssurance)}
    assert asking == {"US-CA"}
    packs = timeline(recorded(), "US-NY", "America/New_York", IN_FORCE_ONLY, [BASELINE])
    assert {pack.adult_assurance for pack in packs} == {Assurance.ASSERTED}


@pytest.mark.parametrize("level", list(Assurance)[:-1])
def test_an_age_that_is_known_less_well_opens_nothing(level: Assurance) -> None:
    higher = list(Assurance)[level.rank + 1]
    for need in Assurance:
        pack = replace(BASELINE, adult_assurance=need)
        for age in (13, 17, 18, 30):
            less, more = (
                resolve(World(Birth(date(2026 - age, 1, 1), each), "FR", "Europe/Paris", False), pack, AT).values
                for each in (level, higher)
            )
            assert all(less[key].kind.at_least_as_strict(less[key].value, more[key].value) for key in CATALOGUE)


def test_in_california_the_night_closes_the_app() -> None:
    world = World(Birth(date(2010, 6, 1)), "US-CA", "America/Los_Angeles")
    for at, action, opened in ((AT, "remind", "remind"), (datetime(2026, 12, 2, tzinfo=UTC), "block", "remind")):
        pack = pack_at(timeline(recorded(), "US-CA", world.time_zone, IN_FORCE_ONLY, [BASELINE]), at)
        words = (Setting("paula", True, "time.bedtime_action", "remind"),)
        chosen = (Chosen("time.bedtime_action", "remind", band="16-17"),)
        alone, both = (resolve(each, pack, at) for each in (world, replace(world, settings=words, choices=chosen)))
        values = [each.values["time.bedtime_action"].value for each in (alone, both)]
        assert values == [action, opened]
        assert resolve(replace(world, choices=chosen), pack, at).values["time.bedtime_action"].value == action


def test_7_in_florida_nobody_below_14_and_below_16_a_parent_permits() -> None:
    assert bars(admitted(a_teen(13, "US-FL")))[0] == ("below_minimum_age", ("US-FL-HB3",))
    assert bars(admitted(a_teen(15, "US-FL"))) == [("permission_needed", ("US-FL-HB3",))]
    assert bars(admitted(a_teen(15, "US-FL"), tie=Tie.UNVERIFIED)) == [("permission_needed", ("US-FL-HB3",))]
    assert bars(admitted(a_teen(15, "US-FL"), tie=Tie.VERIFIED)) == []
    assert bars(admitted(a_teen(16, "US-FL"))) == []


def test_8_in_france_child_and_parent_consent_together_and_what_was_never_applied_does_not_bind() -> None:
    found = admitted(a_teen(14, "FR"))
    assert (consent(found), bars(found)) == ([("FR-GDPR8", 15)], [])
    assert "joint_consent" in found.duties
    assert binding("FR").isdisjoint({"FR-LOI2023-566", "FR-PPL2107"})


def test_9_in_britain_13_consent_alone_and_supervision_shows_a_sign() -> None:
    found = admitted(a_teen(15, "GB"))
    assert (consent(found), bars(found)) == ([], [])
    assert "obvious_sign_of_supervision" in found.duties
    assert consent(admitted(a_teen(12, "GB"))) == [("GB-UKGDPR8", 13)]


def test_10_in_india_a_parent_consents_below_18_and_sees_nothing_of_what_a_teen_does() -> None:
    began = datetime(2027, 5, 12, 18, 30, tzinfo=UTC)
    teen = a_teen(17, "IN", began)
    before, after = admitted(teen, began - SECOND), admitted(teen, began)
    assert (consent(before), consent(after)) == ([], [("IN-DPDP", 18)])
    assert {Insight.TIME_USED, Insight.PUBLIC_POSTS, Insight.TOPICS} <= after.hidden - before.hidden
    assert Insight.VALUES not in after.hidden
    assert before.next_at == began


def test_11_in_liechtenstein_a_blank_row_is_the_unions_age() -> None:
    assert consent(admitted(a_teen(15, "LI"))) == [("EU-GDPR8", 16)]
    assert consent(admitted(a_teen(15, "LI"), tie=Tie.VERIFIED)) == [("EU-GDPR8", 16)]


def test_12_in_malaysia_a_small_platform_is_not_meant() -> None:
    small = Posture(platform=Platform(users=10_000))
    assert bars(admitted(a_teen(15, "MY"), posture=small)) == []
    assert {each.law.key: each.effect for each in standings(recorded(), "MY", small, now("MY"))}["MY-CPC16"] == (
        "out_of_scope"
    )
    # Who does not say how large the platform is has a large one.
    assert bars(admitted(a_teen(15, "MY"))) == [("below_minimum_age", ("MY-CPC16",))]


@pytest.mark.parametrize("place", ["US-FL", "BR", "FR", "GB"])
def test_13_from_18_on_no_law_asks_for_a_parent(place: str) -> None:
    found = admitted(a_teen(18, place))
    assert (found.needs, found.duties, found.offered, found.hidden) == ((), (), frozenset(), frozenset())


def test_14_no_law_reaches_help_or_reports() -> None:
    # Both are no controls, so nothing that a law demands can close them.
    demands = [demand for law in recorded().records for demand in law.demands]
    governed = {demand.control.group for demand in demands if isinstance(demand, Usage)}
    assert governed
    assert governed.isdisjoint({"help", "helpline", "report", "safety"})
    assert {control.group for control in CATALOGUE.values()}.isdisjoint({"help", "helpline", "report", "safety"})


def test_15_in_nebraska_an_opt_in_needs_a_decision() -> None:
    at = datetime(2026, 7, 2, tzinfo=UTC)
    opted = Posture(opt_in=frozenset({"US-NE-LB383"}))
    assert bars(admitted(a_teen(16, "US-NE"), at)) == []
    with pytest.raises(PolicyConflict, match=r"`BASE` and `US-NE-LB383` .* `message_text`"):
        admitted(a_teen(16, "US-NE"), at, posture=opted)
    with pytest.raises(PolicyConflict):
        timeline(recorded(), "US-NE", "America/Chicago", opted, [BASELINE])
    ruling = Ruling(
        "message_text", frozenset({"BASE", "US-NE-LB383"}), "US-NE-LB383", "counsel", date(2026, 7, 1), "no messages"
    )
    found = admitted(a_teen(16, "US-NE"), at, posture=Posture(opt_in=opted.opt_in, rulings=(ruling,)))
    assert bars(found) == [("permission_needed", ("US-NE-LB383",))]
    assert (Insight.MESSAGE_TEXT in found.offered, Insight.MESSAGE_TEXT in found.hidden) == (False, True)
    assert Insight.PUBLIC_POSTS in found.offered
