"""Every place that there is resolves to a pack and an admission, and a territory lies where its state's laws reach."""

from __future__ import annotations

from typing import Any

import pytest

from controls.desk.differing import diff
from controls.desk.policies import policy_of, present_policy
from controls.laws.admission import Asked
from controls.laws.binding import moments, zones_of
from controls.laws.joining import timeline
from controls.laws.law import WORLD, Laws
from controls.packs import recorded
from controls.packs.atlas import USERS_OWN, complaint, every_place, place_meant, place_name
from controls.packs.places import merged, read_place
from controls.packs.reading import PackError
from tests.laws.cast import AT, BASELINE, IN_FORCE_ONLY, a_teen, admitted
from tests.laws.test_places import FILE, RAW

FOUND = recorded()
# The chains that there are, each with one of the places that have it.
CHAINS = {tuple(each for each in FOUND.chain(place) if each in FOUND.names): place for place in sorted(every_place())}
FRENCH = ("BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT")
OF_THE_UNITED_STATES = ("AS", "GU", "MP", "PR", "UM", "VI")
OF_THEIR_OWN = ("AW", "BQ", "CW", "FO", "GG", "GI", "GL", "HK", "IM", "JE", "MO", "SX", "TW")


@pytest.mark.parametrize("place", CHAINS.values())
def test_every_place_has_a_pack_and_an_admission(place: str) -> None:
    packs = timeline(FOUND, place, "UTC", IN_FORCE_ONLY, [BASELINE])
    assert [pack.until for pack in packs][-1] is None
    for age in (None, 12, 14, 17, 20):
        for at in (AT, *moments(FOUND, place, zones_of("UTC"))[-1:]):
            asked = {need.asked for need in admitted(a_teen(age, place, at), at).needs}
            assert (Asked.MINIMUM_AGE in asked) >= (age == 12)
            assert age != 20 or not asked


def test_every_place_lies_in_the_world_once_and_in_itself() -> None:
    for place in every_place():
        chain = FOUND.chain(place)
        assert (chain[0], len(set(chain))) == (WORLD, len(chain))
        assert FOUND.same.get(place, place) == chain[-1]


def test_what_is_recorded_names_places_that_there_are() -> None:
    named = {*FOUND.names, *(member for region in FOUND.regions.values() for member in region)}
    assert named - every_place() == {WORLD, *FOUND.regions}
    assert {
        *FOUND.within,
        *FOUND.same,
        *(state for states in FOUND.within.values() for state in states),
    } <= every_place()
    # A state that is itself a territory would have to be followed further.
    assert not {state for states in FOUND.within.values() for state in states} & FOUND.within.keys()


def test_every_code_of_a_territory_under_its_state_says_the_same() -> None:
    territories = {place for place in FOUND.within if FOUND.names.get(place) is None}
    by_name = {place_name(place): place for place in territories}
    others = {code: by_name[place_name(code)] for code in every_place() if "-" in code and place_name(code) in by_name}
    # A part that has a territory's name and is none: a province of one, or of another country.
    alike = {code for code in others if code.partition("-")[0] in {"FR", "US", "NL", "CN", "FI"}}
    assert {code: others[code] for code in alike} == {code: FOUND.same.get(code) for code in alike}
    for code, place in FOUND.same.items():
        assert FOUND.chain(code) == FOUND.chain(place)


@pytest.mark.parametrize("place", FRENCH)
def test_frances_age_of_consent_holds_overseas_and_the_unions_demands_beside_it(place: str) -> None:
    assert FOUND.chain(place)[:3] == (WORLD, "EU", "FR")
    consent = [need for need in admitted(a_teen(14, place)).needs if need.asked is Asked.CONSENT]
    assert [(need.law, need.until_age) for need in consent] == [("FR-GDPR8", 15)]


@pytest.mark.parametrize("place", OF_THE_UNITED_STATES)
def test_federal_law_holds_in_the_territories_whatever_their_code(place: str) -> None:
    for code in (place, f"US-{place}"):
        consent = [need.law for need in admitted(a_teen(12, code)).needs if need.asked is Asked.CONSENT]
        assert consent == ["US-COPPA", "US-COPPA-2025"]


@pytest.mark.parametrize("place", OF_THEIR_OWN)
def test_where_a_states_law_does_not_reach_what_is_not_known_is_strictest(place: str) -> None:
    for code in (place, *(code for code, each in FOUND.same.items() if each == place)):
        needs = admitted(a_teen(15, code)).needs
        assert [(need.law, need.until_age) for need in needs if need.asked is Asked.CONSENT] == [("BASE", 16)]


def test_a_law_of_either_code_binds_a_territory() -> None:
    known = Laws((), within={"PR": ("US",)}, same={"US-PR": "PR"})
    assert known.chain("PR") == known.chain("US-PR") == (WORLD, "US", "US-PR", "PR")
    assert known.chain("US-NY") == (WORLD, "US", "US-NY")
    assert Laws((), regions={"EU": frozenset({"FR"})}, within={"GF": ("FR",)}).chain("GF") == (WORLD, "EU", "FR", "GF")


def test_what_is_no_place_is_refused_with_the_one_that_is_meant() -> None:
    meant = {
        "UK": "GB", "uk": "GB", "EL": "GR", "fr": "FR", "us_ca": "US-CA", "USA": "US", "France": "FR",
        "UK-ENG": "GB-ENG", "USA-CA": "US-CA",
    }  # fmt: skip
    assert {said: place_meant(said) for said in meant} == meant
    assert complaint("UK") == "Expected a code of ISO 3166. Did you mean `GB`?"
    assert complaint("US-ZZ") == "Expected a subdivision that ISO 3166-2 lists for `US`, or `US` alone."
    for said in ("", "-", "XX", "XX-1", "UK-XX", "EU", "001", "9" * 9, "\u0130"):
        assert place_meant(said) is None
        assert complaint(said) == "Expected a code of ISO 3166, such as `FR` or `US-CA`."
        assert said not in every_place()
    assert [place_name(each) for each in ("FR", "US-CA", "ZZ", "QQ")] == ["France", "California", "Unknown", "QQ"]
    assert len(every_place()) > 5_000
    assert USERS_OWN.keys() <= every_place()


WORLDS: dict[str, Any] = {"place": WORLD, "name": "World", "recorded_on": RAW["recorded_on"]}
PART: dict[str, Any] = {"place": "PR", "within": ["US"], "same": ["US-PR"], "why": "It says so.", "source": "a test"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"why": ""}, "`why`"),
        ({"source": None}, "`source`"),
        ({"within": "US"}, "`within`"),
        ({"within": ["PR"]}, "cannot lie in itself"),
        ({"since": 1}, "`since`: unknown"),
    ],
)
def test_a_territory_says_where_it_lies_and_why(change: dict[str, Any], said: str) -> None:
    file = FILE.replace("XX", WORLD)
    read = merged([read_place(file, {**WORLDS, "territory": [PART]})])
    assert (read.within, read.same) == ({"PR": ("US",)}, {"US-PR": "PR"})
    with pytest.raises(PackError, match=said):
        read_place(file, {**WORLDS, "territory": [{**PART, **change}]})


def test_a_territory_that_moves_is_told_as_a_difference() -> None:
    present = present_policy()
    texts = {name: text for name, text in present.texts.items() if "within" not in text}
    before = policy_of("before", texts, present.posture)
    found = diff(before, present, AT)
    # The age of consent of a place unknown is 16; France's is 15, that of the United States 13.
    told = {each.place for each in found.loosening}
    assert told >= {"GF", "PR"}
    assert {each.place for each in (*found.rules, *found.admissions)} <= {
        place for place in FOUND.within if FOUND.within[place]
    }
    assert diff(present, present, AT).admissions == ()
