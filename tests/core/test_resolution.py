"""A resolution says since when and until when it holds, what caps what, and whose word it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controls.packs import pack_for, released
from controls.policy.catalogue import CATALOGUE
from controls.policy.facts import Birth, Chosen, Setting, World
from controls.policy.reasons import By, Reason
from controls.policy.resolve import resolve, resolve_control
from controls.policy.stages import Standing, birthdays, enrolled_band
from controls.policy.values import Composite
from tests.core.worlds import AT, BASELINE, with_rule, worlds

SECOND = timedelta(seconds=1)
TESS = World(Birth(date(2012, 12, 15)), "FR", "Europe/Paris")


@given(worlds(("time.daily_minutes", "comment.who", "time.bedtime")), st.integers(0, 7200))
def test_values_and_version_stay_the_same_until_the_next_boundary(world: World, seconds: int) -> None:
    now = resolve(world, BASELINE, AT)
    later = AT + timedelta(seconds=seconds)
    then = resolve(world, BASELINE, later)
    assert now.as_of <= AT.timestamp()
    assert now.valid_until is None or now.valid_until > AT
    if now.valid_until is None or later < now.valid_until:
        assert then == now
    else:
        assert then.as_of > now.as_of


def test_boundaries_are_ends_birthdays_and_packs() -> None:
    until = AT + timedelta(hours=2, microseconds=5)
    world = replace(TESS, settings=(Setting("paula", True, "time.pause", "on", until),))
    now = resolve(world, BASELINE, AT)
    assert (now.as_of, now.valid_until) == (int(BASELINE.effective_at.timestamp()), AT + timedelta(hours=2))
    after = resolve(world, BASELINE, AT + timedelta(hours=2))
    assert after.values["time.pause"].value == "off"
    assert after.as_of == int((AT + timedelta(hours=2)).timestamp())
    assert after.valid_until == datetime(2028, 12, 14, 23, tzinfo=UTC)
    chosen = replace(TESS, choices=(Chosen("comment.who", "nobody", AT + SECOND, "13-15"),))
    assert resolve(chosen, BASELINE, AT).valid_until == AT + SECOND
    superseded = replace(BASELINE, until=AT + SECOND)
    assert resolve(TESS, superseded, AT).valid_until == AT + SECOND


def test_the_first_pack_holds_before_it_took_effect() -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert pack_for("FR", "Europe/Paris", long_ago) is pack_for("nowhere", "", AT) is released()[0]
    assert resolve(TESS, BASELINE, long_ago).as_of == 0
    old = replace(TESS, birth=Birth(date(1940, 1, 1)))
    assert resolve(old, BASELINE, long_ago).as_of == 0


def test_a_version_is_a_whole_second_also_where_a_word_ends_within_one() -> None:
    said = Setting("paula", True, "time.pause", "on", AT + timedelta(microseconds=5))
    assert resolve(replace(TESS, settings=(said,)), BASELINE, AT).as_of == int(AT.timestamp())


def test_the_dumped_shape_is_the_public_one() -> None:
    enforced = resolve(TESS, BASELINE, AT).values["dm.who_can_send"]
    reason = {"code": "loosest", "rule": "baseline/2026-11-01", "by": "pack"}
    assert enforced.dump() == {"value": "nobody", "may_loosen": "nobody", "locked": True, "reasons": [reason]}


def test_a_parent_is_named_only_where_asked_for() -> None:
    settings = tuple(Setting(parent, True, "comment.who", "nobody") for parent in ("pierre", "paula"))
    enforced = resolve(replace(TESS, settings=settings), BASELINE, AT).values["comment.who"]
    assert [because.parent for because in enforced.reasons] == ["paula", "pierre"]
    assert len(enforced.dump()["reasons"]) == 1
    assert [each["parent"] for each in enforced.dump(parents=True)["reasons"]] == ["paula", "pierre"]


def test_a_reason_of_the_pack_names_no_parent() -> None:
    for enforced in resolve(TESS, BASELINE, AT).values.values():
        assert {(because.by, because.parent) for because in enforced.reasons} == {(By.PACK, "")}
        assert all("parent" not in reason for reason in enforced.dump(parents=True)["reasons"])


def test_windows_are_in_the_teens_zone_whoever_wrote_them_where() -> None:
    night = [{"days": ["mon"], "from": "22:00", "until": "23:00"}]
    settings = [
        Setting(parent, True, "time.away", {"time_zone": zone, "windows": night})
        for parent, zone in (("paula", "Asia/Tokyo"), ("pierre", "America/Lima"))
    ]
    for said in (settings, settings[::-1], settings[:1]):
        enforced = resolve(replace(TESS, settings=tuple(said)), BASELINE, AT).values["time.away"]
        assert enforced.value.time_zone == "Europe/Paris"
        assert {each.time_zone for each in (enforced.allowed, enforced.start, enforced.reachable)} == {""}


def test_windows_of_an_unreadable_zone_are_in_utc_and_say_so() -> None:
    enforced = resolve(replace(TESS, time_zone="Mars/Olympus"), BASELINE, AT).values["time.away"]
    assert enforced.value.time_zone == "UTC"
    assert [because.code for because in enforced.reasons][-1] is Reason.TIME_ZONE_UNREADABLE


def test_reasons_of_parts_name_them() -> None:
    settings = (Setting("paula", True, "content.labels", {"violence": 0, "hate": 0}),)
    reasons = resolve(replace(TESS, settings=settings), BASELINE, AT).values["content.labels"].reasons
    assert [each.parts for each in reasons if each.by is By.PARENT] == [("violence", "hate")]
    labels = CATALOGUE["content.labels"].kind
    assert isinstance(labels, Composite)
    assert sorted(part for each in reasons for part in each.parts) == sorted(labels.parts)


def test_reasons_stand_in_one_order_whoever_spoke_first() -> None:
    said = [
        Setting("pierre", True, "content.labels", {"violence": 0}),
        Setting("paula", True, "content.labels", {"hate": 0}, AT + 2 * SECOND),
        Setting("paula", True, "content.labels", {"weapons": 0}, AT + SECOND),
        Setting("paula", True, "content.labels", {"gambling": 0}),
    ]
    for settings in (said, said[::-1]):
        reasons = resolve(replace(TESS, settings=tuple(settings)), BASELINE, AT).values["content.labels"].reasons
        parents = [each.parts for each in reasons if each.by is By.PARENT]
        assert parents == [("gambling",), ("weapons",), ("hate",), ("violence",)]


@pytest.mark.parametrize("key", [key for key, each in CATALOGUE.items() if each.capped_by])
@pytest.mark.parametrize("born", [date(2012, 12, 15), date(2010, 12, 15), date(1990, 1, 1)])
def test_a_cap_only_tightens(key: str, born: date) -> None:
    for visibility in ("private", "public"):
        settings = (Setting("paula", True, "account.visibility", visibility), Setting("paula", True, key, "everyone"))
        for value in CATALOGUE[key].kind.values:  # type: ignore[attr-defined]  # choices only
            choices = tuple(
                Chosen(name, said, None, band)
                for name, said in (("account.visibility", visibility), (key, value))
                for band in ("13-15", "16-17", "18+")
            )
            world = replace(TESS, birth=Birth(born), settings=settings, choices=choices)
            capped, free = resolve(world, BASELINE, AT).values[key], resolve_control(world, BASELINE, AT, key)
            assert capped.kind.at_least_as_strict(capped.value, free.value)
            codes = {each.code for each in capped.reasons}
            assert (capped.value != free.value) == (Reason.CAPPED_BY in codes)
            assert (Reason.ADULT in codes) == (born.year == 1990)
            assert capped.kind.at_least_as_strict(capped.reachable, free.reachable)
            assert capped.reachable not in ({"everyone"} if visibility == "private" else set())
            assert capped.value not in ({"everyone"} if visibility == "private" else set())


@pytest.mark.parametrize(("birth", "note"), [(None, Reason.AGE_UNKNOWN), (Birth(date(2020, 1, 1)), Reason.AGE_TOO_LOW)])
def test_a_cap_leaves_the_note_that_the_age_is_not_right(birth: Birth | None, note: Reason) -> None:
    rule = replace(BASELINE.rule("mention.who", "13-15"), default="everyone", loosest="everyone")
    pack = with_rule(BASELINE, "13-15", rule)
    capped = resolve(replace(TESS, birth=birth), pack, AT).values["mention.who"]
    assert [(because.code, because.parent) for because in capped.reasons] == [(Reason.CAPPED_BY, ""), (note, "")]
    assert resolve(replace(TESS, birth=birth), pack, AT).band == "13-15"
    assert capped.value == rule.cap["private"]


def test_locked_means_that_no_choice_loosens() -> None:
    values = resolve(TESS, BASELINE, AT).values
    assert values["comment.who"].locked
    assert not values["post.audience"].locked
    stricter = replace(TESS, choices=(Chosen("comment.who", "nobody", None, "13-15"),))
    assert not resolve(stricter, BASELINE, AT).values["comment.who"].locked


def test_who_grew_up_here_keeps_what_was_in_force_beside_a_new_word_about_another_part() -> None:
    adult = replace(TESS, birth=Birth(date(2009, 6, 1)), settings=(Setting("paula", True, "content.labels", {}),))
    kept = Chosen("content.labels", {"violence": 3}, None, "16-17")
    new = Chosen("content.labels", {"hate": 0}, AT + SECOND, "18+")
    alone = resolve(replace(adult, choices=(kept,)), BASELINE, AT).values["content.labels"].value
    both = resolve(replace(adult, choices=(kept, new)), BASELINE, AT).values["content.labels"].value
    assert both == {**alone, "hate": 0}
    assert alone["violence"] == 3


def test_of_a_pack_that_keeps_nothing_an_adult_has_the_adults_default() -> None:
    adult = replace(TESS, birth=Birth(date(2009, 6, 1)))
    now, then = (resolve(adult, pack, AT) for pack in (BASELINE, replace(BASELINE, keeps="")))
    assert (now.standing, then.standing) == (Standing.KEPT, Standing.KNOWN)
    assert (now.values["account.visibility"].value, then.values["account.visibility"].value) == ("private", "public")


def test_only_what_was_chosen_in_the_last_band_of_youth_is_kept() -> None:
    allowed = Setting("paula", True, "content.labels", {"violence": 3, "horror_fear": 3})
    adult = replace(TESS, birth=Birth(date(2009, 6, 1)), settings=(allowed,))
    last = Chosen("content.labels", {"horror_fear": 3}, None, "16-17")
    former = Chosen("content.labels", {"violence": 3}, AT + SECOND, "13-15")
    value = resolve(replace(adult, choices=(last, former)), BASELINE, AT).values["content.labels"].value
    assert (value["horror_fear"], value["violence"]) == (3, 2)


def test_what_a_parent_held_back_until_the_last_second_of_youth_is_not_kept() -> None:
    adult = replace(TESS, birth=Birth(date(2009, 6, 15)))
    birthday = max(birthdays(adult, BASELINE))
    kept = Chosen("comment.who", "everyone", None, "16-17")
    values = []
    for until in (birthday, birthday - SECOND):
        held = Setting("paula", True, "comment.who", "nobody", until)
        world = replace(adult, settings=(held,), choices=(kept,))
        values.append(resolve(world, BASELINE, AT).values["comment.who"].value)
    assert values == ["friends", "followers"]


def test_a_control_of_a_newer_release_is_passed_over() -> None:
    world = replace(TESS, settings=(Setting("paula", True, "smell.intensity", "off"),))
    assert resolve(world, BASELINE, AT).values == resolve(TESS, BASELINE, AT).values


@pytest.mark.parametrize(("age", "band"), [(12, None), (13, "13-15"), (16, "16-17"), (18, "18+"), (80, "18+")])
def test_nobody_is_enrolled_below_the_youngest_band(age: int, band: str | None) -> None:
    found = enrolled_band(replace(TESS, birth=Birth(date(2027 - age, 6, 15))), BASELINE, AT)
    assert (found and found.name) == band


def test_a_range_of_ages_is_read_as_the_youngest() -> None:
    assert Birth.from_age(13, date(2027, 6, 15)) == Birth(date(2014, 6, 15))
    assert Birth.from_age(13, date(2028, 2, 29)) == Birth(date(2015, 3, 1))
    assert Birth.from_age(13, date(9, 1, 1)) == Birth(date(9, 1, 1))
