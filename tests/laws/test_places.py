"""Everything that was gathered of the world is recorded and accounted for; what cannot be read is refused by name."""

from __future__ import annotations

import copy
import csv
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from controls.laws.binding import Effect, When, standings, status_at
from controls.laws.demands import (
    AgeAssurance,
    ConsentAge,
    Demand,
    Insight,
    MinimumAge,
    MustNotExpose,
    MustOffer,
    Pairing,
    Permission,
    Status,
    Usage,
)
from controls.laws.joining import timeline
from controls.laws.law import Enforce, Law, Posture, Ruling
from controls.packs import FOLDER, PLACES, locking, recorded
from controls.packs.places import KINDS, merged, read_place, read_places, read_rulings
from controls.packs.reading import PackError
from controls.policy.facts import Assurance
from controls.policy.packs import MayLoosen
from tests.core.laws import STRICTER
from tests.laws.cast import AT, BASELINE, IN_FORCE_ONLY, RECORDED

ACCOUNTED = tomllib.loads(Path(__file__).with_name("accounted.toml").read_text(encoding="utf-8"))["group"]
GATHERED = Path(__file__).parents[3] / "shared" / "data" / "jurisdictions.csv"
FILES = sorted((FOLDER / PLACES).glob("*.toml"))
LAWS = {law.key: law for law in recorded().records}
# These two say what they did while they were in force, so that the past can be told.
BOUND_ONCE = {"DK-GDPR8-2018", "US-VA-SB854"}


def accounted(*what: str) -> list[str]:
    """Return the laws of which something becomes."""
    return [key for group in ACCOUNTED if not what or group["what"] in what for key in group["laws"]]


def binds(law: Law, year: int) -> bool:
    """Tell whether a law binds by itself in its own place in summer."""
    when = When.of(datetime(year, 7, 1, 12, tzinfo=UTC), "UTC")
    found = standings(recorded(), law.place, IN_FORCE_ONLY, when)
    return next(each.effect for each in found if each.law.key == law.key) is Effect.BINDS


def test_every_law_is_accounted_for() -> None:
    assert sorted(accounted()) == sorted(LAWS)
    assert len(accounted("enforced", "data", "refused")) == 97
    assert {group["what"] for group in ACCOUNTED} == {"enforced", "data", "refused", "added"}
    assert all(len(group["why"].split()) > 3 for group in ACCOUNTED)


@pytest.mark.parametrize("key", LAWS)
def test_what_becomes_of_a_law_is_what_happens(key: str) -> None:
    assert any(binds(LAWS[key], year) for year in (2026, 2027)) == (key in accounted("enforced", "added"))


def test_a_law_that_binds_asks_for_something_or_says_why_not() -> None:
    silent = {key for key in accounted("enforced") if not (LAWS[key].demands or LAWS[key].duties or LAWS[key].note)}
    assert silent == set()


def test_every_law_is_cited_and_dated() -> None:
    for law in LAWS.values():
        assert all(len(each) > 4 for each in law.citations), law.key
        assert law.recorded_on >= RECORDED
        assert law.key.startswith(law.place) or law.key == "BASE"
        assert len(law.source) > 5
        assert law.title


@pytest.fixture
def gathered() -> Iterator[list[dict[str, str]]]:
    """Return the rows that were gathered, where they lie beside the project."""
    if not GATHERED.exists():
        pytest.skip("the table that the laws were written from is no part of the project; `accounted.toml` is")
    with GATHERED.open(encoding="utf-8", newline="") as file:
        yield list(csv.DictReader(file))


def test_what_was_gathered_is_what_is_recorded(gathered: list[dict[str, str]]) -> None:
    assert sorted(row["rule_id"] for row in gathered) == sorted(accounted("enforced", "data", "refused"))
    columns: dict[str, type[Demand]] = {
        "age_of_digital_consent": ConsentAge,
        "minimum_social_age": MinimumAge,
        "parental_permission_until_age": Permission,
        "guardian_link_required_below": Pairing,
    }
    for row in gathered:
        law = LAWS[row["rule_id"]]
        for column, kind in columns.items():
            ages = [str(demand.below) for demand in law.demands if isinstance(demand, kind)]
            assert ages == ([row[column]] if row[column] else []), (law.key, column)
        assert (law.place, law.confidence) == (row["code"], row["confidence"])
        assert law.majority == int(row["supervision_end_age"] or 18)


def test_what_was_gathered_has_its_status_and_its_days(gathered: list[dict[str, str]]) -> None:
    for row in gathered:
        law = LAWS[row["rule_id"]]
        # Of what was recorded again it is the same.
        when = When.of(AT, "UTC", datetime.combine(law.recorded_on, time(12), UTC))
        assert status_at(law.history, when, UTC) == Status(row["status"]), law.key
        days = [day.isoformat() if day else "" for day in (law.effective_on, law.last_day)]
        assert days == [row["effective_from"], row["effective_to"]], law.key
        if law.key not in BOUND_ONCE:
            assert law.enforce == Enforce(row["enforce_default"]), law.key


def test_every_place_has_a_name_and_every_member_of_a_union_a_file() -> None:
    found = recorded()
    assert len({path.stem.rsplit("-", 3)[0] for path in FILES}) == len(found.names) == 72
    assert len(found.regions["EU"]) == 30
    assert found.regions["EU"] <= found.names.keys()


@pytest.mark.parametrize("place", sorted(recorded().names))
def test_whatever_binds_no_place_is_looser_than_the_baseline(place: str) -> None:
    everything = Posture(frozenset(Status) - {Status.IN_FORCE})
    for posture in (IN_FORCE_ONLY, everything):
        for pack in timeline(recorded(), place, "UTC", posture, [BASELINE]):
            for band, rules in pack.rules.items():
                for key, rule in rules.items():
                    base, kind = BASELINE.rule(key, band), rule.control.kind
                    assert kind.at_least_as_strict(rule.default, base.default)
                    assert kind.at_least_as_strict(rule.loosest, base.loosest)
                    assert rule.may_loosen in STRICTER[base.may_loosen]


def test_the_files_are_the_locked_ones() -> None:
    assert locking.faults() == []
    locked = locking.read_lock(FOLDER)
    assert {name for name in locked if "/" in name} == {f"{PLACES}/{path.name}" for path in FILES}


def test_a_file_of_laws_is_locked_and_never_changed(tmp_path: Path) -> None:
    (tmp_path / PLACES).mkdir()
    path = tmp_path / PLACES / "XX-2026-06-30.toml"
    path.write_text("a = 1\n")
    assert locking.lock(tmp_path) == ["places/XX-2026-06-30.toml"]
    path.write_text("a = 2\n")
    assert locking.faults(tmp_path) == ["`places/XX-2026-06-30.toml` was released and has changed"]
    with pytest.raises(PackError, match=path.name):
        locking.lock(tmp_path)


# Reading

FILE = "XX-2026-06-30"
RAW: dict[str, Any] = {
    "place": "XX",
    "name": "Nowhere",
    "recorded_on": RECORDED,
    "law": [
        {
            "key": "XX-1", "title": "A law", "citations": ["s. 1"], "enforce": "yes", "confidence": "high",
            "source": "a test", "effective_on": date(2026, 1, 1), "scope": {"least_users": 5, "spares_small": True},
            "status": [{"status": "in_force", "since": date(2026, 1, 1)}],
            "demand": [
                {"kind": "minimum_age", "below": 16},
                {"kind": "usage", "control": "content.feed", "below": 18, "from_age": 13, "default": "following",
                 "may_loosen": "parent", "status": [{"status": "enjoined"}]},
                {"kind": "must_offer", "insight": "time_used", "below": 18},
                {"kind": "must_not_expose", "insight": "message_text", "below": 18},
                {"kind": "age_assurance", "level": "standard", "below": 18},
            ],
        }
    ],
}  # fmt: skip


def test_a_file_is_read_whole() -> None:
    (law,) = read_place(FILE, RAW).laws
    assert [type(demand) for demand in law.demands] == [MinimumAge, Usage, MustOffer, MustNotExpose, AgeAssurance]
    feed, offer = law.demands[1:3]
    assert isinstance(feed, Usage)
    assert (feed.default, feed.loosest, feed.may_loosen) == ("following", None, MayLoosen.PARENT)
    assert (feed.from_age, feed.below) == (13, 18)
    assert [(each.status, each.since, each.recorded_on) for each in feed.history] == [(Status.ENJOINED, None, RECORDED)]
    assert isinstance(offer, MustOffer)
    assert offer.insight is Insight.TIME_USED
    assert law.demands[4] == AgeAssurance(level=Assurance.STANDARD, below=18)
    assert (law.scope.least_users, law.scope.spares_small, law.majority, law.last_day) == (5, True, 18, None)
    assert {kind.__name__ for kind in KINDS.values()} == {kind.__name__ for kind in Demand.__subclasses__()}


BROKEN: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("place",), None, "`place`"),
    (("place",), "YY", "must be called `YY-2026-06-30`"),
    (("recorded_on",), datetime(2026, 6, 30, tzinfo=UTC), "`recorded_on`: expected a day"),
    (("title",), "x", "`title`: unknown"),
    (("consent_controls",), ["chat"], "unknown control `chat`"),
    (("consent_age_elsewhere",), "16", "`consent_age_elsewhere`"),
    (("members",), [1], "`members`"),
    (("law", 0, "key"), None, "`key`"),
    (("law", 0, "citations"), [], "law `XX-1`: `citations`: expected at least one"),
    (("law", 0, "status"), [], "law `XX-1`: `status`: expected at least one"),
    (("law", 0, "status", 0, "status"), "in effect", "law `XX-1`, status: `status`: expected one of in_force"),
    (("law", 0, "status", 0, "from"), 1, "law `XX-1`, status: `from`: unknown"),
    (("law", 0, "enforce"), "maybe", "law `XX-1`: `enforce`: expected one of yes, opt_in, no"),
    (("law", 0, "confidence"), "sure", "law `XX-1`: `confidence`"),
    (("law", 0, "effective_on"), "2026-01-01", "law `XX-1`: `effective_on`: expected date"),
    (("law", 0, "effective_from"), date(2026, 1, 1), "law `XX-1`: `effective_from`: unknown"),
    (("law", 0, "scope", "users"), 1, "law `XX-1`, scope: `users`: unknown"),
    (("law", 0, "scope", "spares_small"), "no", "law `XX-1`, scope: `spares_small`"),
    (("law", 0, "majority"), 99, "law `XX-1`: `majority`: expected an age"),
    (("law", 0, "demand", 0, "kind"), "floor", "demand `floor`: `kind`: expected one of minimum_age"),
    (("law", 0, "demand", 0, "below"), None, "law `XX-1`, demand `minimum_age`: `below`"),
    (("law", 0, "demand", 0, "below"), True, "demand `minimum_age`: `below`"),
    (("law", 0, "demand", 0, "control"), "content.feed", "demand `minimum_age`: `control`: unknown"),
    (("law", 0, "demand", 1, "control"), "chat", "demand `usage`: `control`: unknown control `chat`"),
    (("law", 0, "demand", 1, "default"), "all", "demand `usage`: `default`: `content.feed`: expected one of"),
    (("law", 0, "demand", 1, "may_loosen"), "granny", "demand `usage`: `may_loosen`: expected one of nobody"),
    (("law", 0, "demand", 1, "from_age"), 18, "demand `usage`: `from_age`: expected less than `below`"),
    (("law", 0, "demand", 2, "insight"), "thoughts", "demand `must_offer`: `insight`: expected one of time_used"),
    (("law", 0, "demand", 3, "level"), "basic", "demand `must_not_expose`: `level`: unknown"),
    (("law", 0, "demand", 4, "level"), None, "demand `age_assurance`: `level`"),
    (("law", 0, "demand", 4, "level"), "perfect", "demand `age_assurance`: `level`: expected one of asserted, basic"),
    (("law", 0, "demand"), [1], "law `XX-1`: `demand`: expected tables"),
    (("status",), [{"law": "XX-1", "status": "gone"}], "status: `status`: expected one of"),
]


@pytest.mark.parametrize(("path", "value", "words"), BROKEN)
def test_what_cannot_be_read_is_refused_by_file_law_and_field(path: tuple[Any, ...], value: Any, words: str) -> None:
    raw = copy.deepcopy(RAW)
    table: Any = raw
    for step in path[:-1]:
        table = table[step]
    if value is None:
        del table[path[-1]]
    else:
        table[path[-1]] = value
    with pytest.raises(PackError) as caught:
        read_place(FILE, raw)
    assert FILE in str(caught.value)
    assert words in str(caught.value)


def test_a_demand_that_says_nothing_is_refused() -> None:
    raw = copy.deepcopy(RAW)
    del raw["law"][0]["demand"][1]["default"], raw["law"][0]["demand"][1]["may_loosen"]
    with pytest.raises(PackError, match="demand `usage`: `default`: expected it"):
        read_place(FILE, raw)


def test_a_later_file_says_what_became_of_a_law() -> None:
    later = {"place": "XX", "name": "Nowhere", "recorded_on": date(2026, 9, 1)}
    status = [{"law": "XX-1", "status": "enjoined", "since": date(2026, 8, 20)}]
    first, second = read_place(FILE, RAW), read_place("XX-2026-09-01", {**later, "status": status})
    (law,) = merged([first, second]).records
    assert [(each.status, each.recorded_on) for each in law.history] == [
        (Status.IN_FORCE, RECORDED),
        (Status.ENJOINED, date(2026, 9, 1)),
    ]
    with pytest.raises(PackError, match="`XX-2026-09-01`: a status of an unknown law `XX-1`"):
        merged([second])


def test_a_law_is_recorded_once_a_day_and_by_one_place() -> None:
    first = read_place(FILE, RAW)
    again = read_place("XX-2026-09-01", {**RAW, "recorded_on": date(2026, 9, 1)})
    assert len(merged([first, again]).records) == 2
    for other in (first, read_place("YY-2026-09-01", {**RAW, "place": "YY", "recorded_on": date(2026, 9, 1)})):
        with pytest.raises(PackError, match="law `XX-1` is recorded twice"):
            merged([first, other])


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "XX-2026-06-30.toml").write_text("place = ")
    with pytest.raises(PackError, match=r"`XX-2026-06-30.toml` cannot be read"):
        read_places(tmp_path)


def test_a_decision_says_which_law_yields_who_said_so_when_and_why(tmp_path: Path) -> None:
    path = tmp_path / "rulings.toml"
    lines = [
        'subject = "message_text"',
        'laws = ["A", "B"]',
        'yields = "A"',
        'by = "counsel"',
        "decided_on = 2026-07-01",
    ]
    path.write_text("\n".join(["[[ruling]]", *lines, 'why = "no messages"']))
    between = frozenset({"A", "B"})
    assert read_rulings(path) == (Ruling("message_text", between, "A", "counsel", date(2026, 7, 1), "no messages"),)
    path.write_text("\n".join(["[[ruling]]", *lines]))
    with pytest.raises(PackError, match=r"`rulings.toml`, ruling: `why`"):
        read_rulings(path)
    path.write_text(path.read_text().replace('yields = "A"', 'yields = "C"') + '\nwhy = "?"\n')
    with pytest.raises(PackError, match="expected one of the two `laws`"):
        read_rulings(path)
