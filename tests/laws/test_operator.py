"""What an operator says is read, checked and named in the release; what is explained is what binds."""

from __future__ import annotations

import io
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from controls import packs
from controls.checks import laws_can_be_obeyed, packs_are_locked, platform_is_meant
from controls.laws.conflicts import PolicyConflict
from controls.laws.demands import Demand, Status
from controls.laws.law import Posture
from controls.packs import forget, locking, pack_for, recorded, release_at, released
from controls.packs.explaining import in_words
from controls.packs.operator import posture
from controls.packs.reading import PackError
from tests.laws.cast import AT, IN_FORCE_ONLY

AFTER = datetime(2027, 2, 1, tzinfo=UTC)
RULING = """
[[ruling]]
subject = "message_text"
laws = ["BASE", "US-NE-LB383"]
yields = "US-NE-LB383"
by = "counsel"
decided_on = 2026-07-01
why = "No message is held here."
"""


@contextmanager
def installed(**settings: Any) -> Generator[None, None, None]:
    """Run as an installation with these settings."""
    forget()
    with override_settings(**settings):
        yield
    forget()


@pytest.fixture(autouse=True)
def as_before() -> Generator[None, None, None]:
    """Leave no posture behind, also where a test fails."""
    yield
    forget()


def said(*words: str) -> str:
    """Return what the command prints."""
    out = io.StringIO()
    call_command("policy", *words, stdout=out)
    return out.getvalue()


def test_unless_told_only_what_is_in_force_binds() -> None:
    assert posture() == IN_FORCE_ONLY == Posture()


def test_a_posture_adds_statuses_and_single_laws() -> None:
    with installed(POLICY_POSTURE=["include_pending", "include_enjoined"], POLICY_OPT_IN=["US-NY-SAFE"]):
        assert posture().statuses == {Status.ENACTED_PENDING, Status.ENJOINED, Status.PARTIALLY_ENJOINED}
        assert posture().opt_in == {"US-NY-SAFE"}
        feed = pack_for("US-NY", "America/New_York", AFTER).rule("content.feed", "16-17")
        assert (feed.default, feed.laws["default", ""]) == ("following", "US-NY-SAFE")
    assert pack_for("US-NY", "America/New_York", AFTER) is released()[0]


def test_a_posture_that_is_none_is_refused_by_name() -> None:
    with installed(POLICY_POSTURE=["strict"]):
        with pytest.raises(PackError, match="POLICY_POSTURE: `strict` is unknown; expected some of in_force_only"):
            posture()
        (error,) = laws_can_be_obeyed()
        assert (error.id, "`strict`" in error.msg, platform_is_meant()) == ("controls.E002", True, [])


def test_the_release_names_the_baseline_the_files_and_the_posture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plain = release_at(AT)
    assert plain.startswith(f"{released()[0].key}+")
    assert len(plain) < 48
    found = [plain]
    for changed in ({"POLICY_OPT_IN": ["US-NY-SAFE"]}, {"PLATFORM_USERS": 5}, {"POLICY_POSTURE": ["include_enjoined"]}):
        with installed(**changed):
            found.append(release_at(AT))
    folder = tmp_path / "packs"
    (folder / packs.PLACES).mkdir(parents=True)
    monkeypatch.setattr(packs, "FOLDER", folder)
    forget()
    for name in ("", "places/XX-2026-06-30.toml", "b.toml"):
        (folder / (name or "a.toml")).write_text("a = 1")
        forget()
        found.append(release_at(AT))
    assert len(set(found)) == len(found) == 7


def test_the_same_posture_is_named_alike_in_every_process() -> None:
    statuses = list(Status)
    one, other = Posture(frozenset(statuses), frozenset("ab")), Posture(frozenset(statuses[::-1]), frozenset("ba"))
    assert one.told() == other.told()
    assert "frozenset" not in one.told()


def test_everything_here_can_be_read_and_obeyed() -> None:
    assert laws_can_be_obeyed() == packs_are_locked() == platform_is_meant() == []
    assert said("check") == "as released: baselines 1, laws 99, places 72\n"


def test_the_check_names_a_conflict_and_a_law_that_nobody_knows(tmp_path: Path) -> None:
    path = tmp_path / "rulings.toml"
    path.write_text(RULING)
    with installed(POLICY_OPT_IN=["US-NE-LB383", "US-XX"]):
        messages = [error.msg for error in laws_can_be_obeyed()]
        assert messages[0] == "POLICY_OPT_IN: unknown law `US-XX`"
        assert messages[1].startswith("US-NE: `BASE` and `US-NE-LB383` cannot both be obeyed about `message_text`")
        with pytest.raises(CommandError, match="US-NE-LB383"):
            said("check")
        with pytest.raises(PolicyConflict):
            pack_for("US-NE", "America/Chicago", AFTER)
    with installed(POLICY_OPT_IN=["US-NE-LB383"], POLICY_RULINGS=str(path)):
        assert laws_can_be_obeyed() == []
        assert pack_for("US-NE", "America/Chicago", AFTER) is released()[0]
    path.write_text(RULING.replace("BASE", "BASIS"))
    with installed(POLICY_RULINGS=str(path)):
        assert [error.msg for error in laws_can_be_obeyed()] == ["POLICY_RULINGS: unknown law `BASIS`"]
    with installed(POLICY_RULINGS=str(tmp_path / "none.toml")):
        assert "`none.toml` cannot be read" in laws_can_be_obeyed()[0].msg


def test_the_check_warns_of_laws_that_are_not_about_the_platform() -> None:
    with installed(PLATFORM_USERS=10_000):
        assert "MY-CPC16" in platform_is_meant()[0].msg
        assert "EU-DSA28" not in platform_is_meant()[0].msg
    with installed(PLATFORM_IS_SMALL=True):
        assert [warning.msg for warning in platform_is_meant()] == ["not about a platform such as this: EU-DSA28"]


def test_the_command_checks_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "digests", lambda _: {})
    with pytest.raises(CommandError, match=r"places/FR-2026-06-30.toml` was released and is gone"):
        said("check")


# Explaining


def test_every_demand_has_words() -> None:
    demands = [demand for law in recorded().records for demand in law.demands]
    assert all(str(demand.below) in in_words(demand) for demand in demands)
    assert len({in_words(demand) for demand in demands}) > 40
    with pytest.raises(TypeError, match="a demand without words"):
        in_words(Demand(below=1))


def test_an_explanation_says_what_binds_with_citations_and_why_the_rest_does_not() -> None:
    text = said("explain", "--place", "US-VA", "--age", "15", "--at", "2026-06-30")
    assert "US-VA-SB854: One hour a day below 16 [enjoined] not in force\n  Va. Code § 59.1-577.1" in text
    assert "  - `time.daily_minutes` is 60 min by default, is loosened by parent below 16" in text
    assert text.endswith("Nothing is stricter than baseline/2026-11-01.\n")
    text = said("explain", "--place", "US-VA", "--age", "15", "--at", "2026-06-30", "--posture", "include_enjoined")
    assert "  + `time.daily_minutes` is 60 min by default" in text


def test_an_explanation_says_what_a_person_needs_and_what_is_stricter() -> None:
    text = said("explain", "--place", "US-FL", "--age", "15", "--at", "2026-07-01")
    assert "a verified parent's permission until 16: US-FL-HB3, Fla. Stat. § 501.1736" in text
    text = said("explain", "--place", "US-CA", "--at", "2027-01-02", "--zone", "America/Los_Angeles")
    assert "A person of unknown age needs:\n  nothing" in text
    assert "  16-17 time.bedtime: 00:00-06:00 -> never, parent (US-CA-SB976)" in text
    assert "  13-15 time.break_reminder_minutes: 60 min -> 180 min, teen (US-CA-AB56)" in text


def test_an_explanation_can_be_of_what_was_known() -> None:
    words = ("explain", "--place", "AU", "--age", "15", "--at", "2026-06-29")
    assert "no account until 16: AU-SMMA16" in said(*words)
    assert "AU-SMMA16" not in said(*words, "--known-at", "2026-06-29")


def test_an_explanation_that_cannot_be_given_is_refused() -> None:
    words = ("explain", "--place", "FR", "--at", "2026-07-01")
    for more, why in (
        (("--zone", "Mars/Olympus"), "is no time zone"),
        (("--posture", "strict"), "`strict` is unknown"),
    ):
        with pytest.raises(CommandError, match=why):
            said(*words, *more)
