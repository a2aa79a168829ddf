"""Windows of the week are read, joined and written as the spans of local time that they name."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controls.policy.catalogue import CATALOGUE
from controls.policy.values import WEEKDAYS, InvalidValue
from controls.policy.windows import Week
from tests.core.worlds import values

WINDOWS = CATALOGUE["time.bedtime"].kind
END = 7 * 24 * 60
ALL_DAYS = " ".join(WEEKDAYS)


def minute(text: str) -> int:
    """Return the minute of the week of a day and a time, such as `sun 24:00`."""
    day, clock = text.split()
    hours, minutes = map(int, clock.split(":"))
    return (WEEKDAYS.index(day) * 24 + hours) * 60 + minutes


def raw(*written: str) -> dict[str, Any]:
    """Return windows as JSON, each written as its days, its beginning and its end."""
    windows = [each.split() for each in written]
    return {"windows": [{"days": days, "from": since, "until": until} for *days, since, until in windows]}


def week(*written: str) -> Week:
    """Return windows as they are read."""
    read: Week = WINDOWS.load(raw(*written))
    return read


@pytest.mark.parametrize(
    ("written", "spans"),
    [
        ([], []),
        (["mon 00:00 00:01"], ["mon 00:00 mon 00:01"]),
        (["mon 08:00 09:37"], ["mon 08:00 mon 09:37"]),
        (["sun 23:59 24:00"], ["sun 23:59 sun 24:00"]),
        (["sun 22:00 00:00"], ["sun 22:00 sun 24:00"]),
        (["wed 00:00 24:00"], ["wed 00:00 wed 24:00"]),
        (["tue 22:30 07:15"], ["tue 22:30 wed 07:15"]),
        (["sun 22:30 07:15"], ["mon 00:00 mon 07:15", "sun 22:30 sun 24:00"]),
        (["sun 12:00 11:59"], ["mon 00:00 mon 11:59", "sun 12:00 sun 24:00"]),
        (["fri tue 10:00 11:00"], ["tue 10:00 tue 11:00", "fri 10:00 fri 11:00"]),
        (["thu thu 10:00 11:00"], ["thu 10:00 thu 11:00"]),
        ([f"{ALL_DAYS} 00:00 24:00"], ["mon 00:00 sun 24:00"]),
        ([f"{ALL_DAYS} 12:00 11:00", "mon 11:00 12:00"], ["mon 00:00 tue 11:00"]
         + [f"{day} 12:00 {after} 11:00" for day, after in pairwise(WEEKDAYS[1:])] + ["sun 12:00 sun 24:00"]),
    ],
)  # fmt: skip
def test_windows_are_read_as_spans_that_go_round_the_week(written: list[str], spans: list[str]) -> None:
    expected = [each.rsplit(" ", 2) for each in spans]
    assert week(*written).spans == tuple((minute(since), minute(" ".join(until))) for since, *until in expected)


@pytest.mark.parametrize(
    ("written", "spans"),
    [
        (["mon 08:00 10:00", "mon 10:00 12:00"], ["08:00 12:00"]),
        (["mon 10:00 12:00", "mon 08:00 10:01"], ["08:00 12:00"]),
        (["mon 08:00 12:00", "mon 09:00 10:00"], ["08:00 12:00"]),
        (["mon 08:00 09:00", "mon 08:00 12:00"], ["08:00 12:00"]),
        (["mon 08:00 09:59", "mon 10:00 12:00"], ["08:00 09:59", "10:00 12:00"]),
        (["mon 01:00 02:00", "mon 08:00 09:00", "mon 09:00 10:00"], ["01:00 02:00", "08:00 10:00"]),
        (["mon 08:00 10:00", "mon 01:00 02:00", "mon 09:00 09:30"], ["01:00 02:00", "08:00 10:00"]),
        (["mon 01:00 05:00", "mon 06:00 07:00", "mon 02:00 03:00"], ["01:00 05:00", "06:00 07:00"]),
    ],
)
def test_windows_that_touch_or_overlap_are_one(written: list[str], spans: list[str]) -> None:
    expected = tuple((minute(f"mon {each.split()[0]}"), minute(f"mon {each.split()[1]}")) for each in spans)
    assert week(*written).spans == week(*written[::-1]).spans == expected
    # Whether one person wrote them or each another, they bind alike.
    assert WINDOWS.strictest_of(map(week, written)).spans == expected


@pytest.mark.parametrize(
    ("written", "dumped"),
    [
        ([], []),
        (["mon 08:05 09:37"], ["mon 08:05 09:37"]),
        (["sun 22:00 00:00"], ["sun 22:00 24:00"]),
        (["sun 22:00 07:00"], ["sun 22:00 07:00"]),
        (["tue 12:00 11:59"], ["tue 12:00 11:59"]),
        (["wed 22:00 24:00", "thu 00:00 22:00"], ["wed 22:00 24:00", "thu 00:00 22:00"]),
        (["fri mon 10:00 11:00", "wed 09:00 10:00"], ["mon fri 10:00 11:00", "wed 09:00 10:00"]),
        (["sun 22:00 07:00", "wed 09:00 10:00"], ["wed 09:00 10:00", "sun 22:00 07:00"]),
        (
            ["sun 22:00 07:00", "tue wed 09:00 10:00", "fri 08:00 09:00"],
            ["tue wed 09:00 10:00", "fri 08:00 09:00", "sun 22:00 07:00"],
        ),
        (["mon 00:00 07:00", "wed 09:00 10:00"], ["mon 00:00 07:00", "wed 09:00 10:00"]),
        (["mon 00:00 07:00", "sun 22:00 23:59"], ["mon 00:00 07:00", "sun 22:00 23:59"]),
        (["mon 00:01 07:00", "sun 22:00 24:00"], ["mon 00:01 07:00", "sun 22:00 24:00"]),
        (["sat sun mon tue 00:00 24:00", "thu 00:00 24:00"], ["mon tue thu sat sun 00:00 24:00"]),
        (
            ["sat 09:00 24:00", "sun mon 00:00 24:00", "tue 00:00 08:00"],
            ["mon sun 00:00 24:00", "tue 00:00 08:00", "sat 09:00 24:00"],
        ),
        ([f"{ALL_DAYS} 22:00 07:00"], [f"{ALL_DAYS} 22:00 07:00"]),
        ([f"{ALL_DAYS} 00:00 12:00", f"{ALL_DAYS} 12:00 00:00"], [f"{ALL_DAYS} 00:00 24:00"]),
    ],
)
def test_windows_are_written_day_by_day_in_the_order_of_the_week(written: list[str], dumped: list[str]) -> None:
    assert WINDOWS.dump(week(*written)) == raw(*dumped)
    assert week(*dumped) == week(*written)


@pytest.mark.parametrize("written", ["mon 08:00 08:01", "tue 22:00 07:00", "wed 00:00 24:00", "sat 12:00 11:00"])
def test_a_window_begins_at_its_first_minute_and_is_over_at_its_end(written: str) -> None:
    ((start, end),) = week(written).spans
    assert [week(written).covers(at) for at in (start - 1, start, end - 1, end)] == [False, True, True, False]


@given(values(WINDOWS), values(WINDOWS), st.integers(0, END - 1))
def test_joined_windows_cover_what_one_of_them_covers(one: Week, other: Week, at: int) -> None:
    both = WINDOWS.stricter_of(one, other)
    for each in (at, *(start for start, _ in (*one.spans, *other.spans)), *(end % END for _, end in one.spans)):
        assert both.covers(each) is (one.covers(each) or other.covers(each))
    ends = [end for span in both.spans for end in span]
    assert ends == sorted(set(ends))
    assert not ends or (ends[0] >= 0 and ends[-1] <= END)


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Argentina/Ushuaia", "Etc/GMT+5", "UTC"])
def test_a_zone_is_kept_and_written_back_and_is_no_part_of_the_value(zone: str) -> None:
    zoned = {"time_zone": zone, **raw("mon 08:00 09:00")}
    value, bare = WINDOWS.load(zoned), week("mon 08:00 09:00")
    assert value.time_zone == zone
    assert WINDOWS.dump(value) == zoned
    assert value == bare
    assert bare.time_zone == ""
    assert WINDOWS.dump(bare) == raw("mon 08:00 09:00")


def test_an_empty_zone_is_none_and_joined_windows_have_none() -> None:
    assert WINDOWS.load({"time_zone": "", "windows": []}).time_zone == ""
    one, other = (WINDOWS.load({"time_zone": zone, "windows": []}) for zone in ("Asia/Tokyo", "America/Lima"))
    assert {WINDOWS.stricter_of(*each).time_zone for each in ((one, other), (one, one), (other, one))} == {""}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"time_zone": None}, "/time_zone"),
        ({"time_zone": 5}, "/time_zone"),
        ({"time_zone": ["UTC"]}, "/time_zone"),
        ({"time_zone": "utc"}, "/time_zone"),
        ({"time_zone": "../UTC"}, "/time_zone"),
        ({"windows": None}, "/windows"),
        ({"windows": "mon"}, "/windows"),
        ({"windows": {"days": ["mon"]}}, "/windows"),
        ({"zone": "UTC"}, ""),
    ],
)
def test_what_is_wrong_about_windows_is_pointed_at(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        WINDOWS.load({**raw("mon 08:00 09:00"), **change})
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        *(
            ({"from": each}, "/from")
            for each in ("24:00", "24:01", "23:60", "8:00", "08:00 ", "\u0660\u0668:00", "", 8, None)
        ),
        *(({"until": each}, "/until") for each in ("24:01", "25:00", "12:60", "09:0", "noon", 9.5, None, ["09:00"])),
        ({"until": "08:00"}, "/until"),
        *(
            ({"days": each}, "/days")
            for each in ([], ["mon", "Mon"], ["monday", "mon"], "mon", None, [None], [["mon"]])
        ),
        ({"days": {"mon": True}}, "/days"),
        ({"days": [*WEEKDAYS, "mon"]}, "/days"),
        ({"at": "08:00"}, ""),
    ],
)
def test_what_is_wrong_about_one_window_is_pointed_at(change: dict[str, Any], pointer: str) -> None:
    good = raw("mon 08:00 09:00")["windows"][0]
    with pytest.raises(InvalidValue) as caught:
        WINDOWS.load({"windows": [good, good, {**good, **change}]})
    assert caught.value.pointer == f"/windows/2{pointer}"
    assert str(caught.value).endswith(f"at `/windows/2{pointer}`")


@pytest.mark.parametrize("missing", ["days", "from", "until"])
def test_a_window_has_days_a_beginning_and_an_end(missing: str) -> None:
    window = {name: value for name, value in raw("mon 08:00 09:00")["windows"][0].items() if name != missing}
    with pytest.raises(InvalidValue) as caught:
        WINDOWS.load({"windows": [window]})
    assert caught.value.pointer == f"/windows/0/{missing}"


def _staggered(count: int) -> list[dict[str, Any]]:
    """Return windows that touch from day to day, so that each makes hours of its own when it is written."""
    windows = []
    for number in range(count):
        a, b, c, d = (f"{minute // 60:02}:{minute % 60:02}" for minute in range(number * 40, number * 40 + 40, 10))
        for days, since, until in (("mon tue wed", a, b), ("tue wed thu", b, c), ("wed thu fri", c, d)):
            windows.append({"days": days.split(), "from": since, "until": until})
    return windows


@pytest.mark.parametrize("count", [1, 19, 20])
def test_windows_that_were_read_can_be_written_and_read_again(count: int) -> None:
    week = WINDOWS.load({"windows": _staggered(count)})
    assert len(WINDOWS.dump(week)["windows"]) == 5 * count  # type: ignore[index, call-overload]
    assert WINDOWS.load(WINDOWS.dump(week)) == week


@pytest.mark.parametrize("count", [21, 33])
def test_windows_that_could_not_be_read_again_are_refused(count: int) -> None:
    with pytest.raises(InvalidValue) as caught:
        WINDOWS.load({"windows": _staggered(count)})
    assert caught.value.pointer == "/windows"
