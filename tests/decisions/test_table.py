"""The table of actions is whole: every word of the vocabulary, every control, reason and obligation."""

from __future__ import annotations

import re

import pytest

from controls.decisions.actions import ACTIONS
from controls.decisions.briefs import ELSEWHERE, READ
from controls.decisions.checks import Check
from controls.decisions.words import Code, Duty
from controls.policy.catalogue import CATALOGUE

VOCABULARY = """
    message.send friend.request friend.accept group.add call.start mention.create comment.create profile.view
    profile.list.view account.suggest account.find post.publish post.recommend post.download post.share remix.duet
    remix.stitch content.view content.recommend search.run live.host live.view gift.send gift.receive purchase.create
    ads.personalise data.train ai.chat location.share app.use notification.deliver help.open report.create
"""
# Codes that no check gives: they are about the question, the account, or the other one of the two.
OF_NO_CHECK = {
    *(Code.ALLOWED, Code.ALWAYS_OPEN, Code.PAIRED_PARENT, Code.RECIPIENT_SETTINGS, Code.UNENROLLED),
    *(Code.UNKNOWN_ACTION, Code.MALFORMED, Code.UNREADABLE, Code.UNAVAILABLE, Code.OUT_OF_DATE),
    *(Code.BELOW_MINIMUM_AGE, Code.PERMISSION_NEEDED, Code.PAIRING_NEEDED),
}
CHECKS: list[Check] = [check for action in ACTIONS.values() for check in (*action.acts, *action.acted_upon)]


def test_every_word_of_the_vocabulary_is_an_action() -> None:
    assert list(ACTIONS) == VOCABULARY.split()
    assert all(action.name == name and action.about for name, action in ACTIONS.items())


def test_every_control_is_read_by_some_action_or_obeyed_elsewhere_with_a_reason() -> None:
    read = {key for action in ACTIONS.values() for key in action.controls}
    assert read == set(READ)
    assert set(READ) | set(ELSEWHERE) == set(CATALOGUE)
    assert not set(READ) & set(ELSEWHERE)
    assert all(re.fullmatch(r"[A-Z].{10,}\.", why) for why in ELSEWHERE.values())


def test_every_code_and_every_duty_is_given_by_some_check() -> None:
    assert {code for check in CHECKS for code in check.codes} == set(Code) - OF_NO_CHECK
    assert {duty for check in CHECKS for duty in check.duties} == set(Duty)


@pytest.mark.parametrize("check", dict.fromkeys(CHECKS), ids=lambda check: f"{check.name} {check.controls[0]}")
def test_a_check_says_what_it_is_and_reads(check: Check) -> None:
    assert check.name
    assert set(check.controls) <= set(READ)
    assert check.codes or check.duties
    assert len(set(check.codes)) == len(check.codes)


def test_a_permission_names_a_control_that_the_acting_side_is_asked_for() -> None:
    for action in ACTIONS.values():
        of_who_acts = {key for check in action.acts for key in check.controls}
        assert action.rests_on in of_who_acts | {""}
        assert bool(action.acted_upon) == bool(action.other)
        assert action.rests_on or action.other or action.always_open


def test_every_act_is_bound_by_hours_and_every_contact_by_blocks() -> None:
    not_acts = {"ads.personalise", "data.train", "notification.deliver", "help.open", "report.create"}
    for name, action in ACTIONS.items():
        first = [check.controls[0] for check in action.acts[:3]]
        assert (first == ["time.pause", "time.away", "time.bedtime"]) is (name not in not_acts), name
        for checks in (action.acts, action.acted_upon) if action.other else ():
            assert "accounts.blocked" in {check.controls[0] for check in checks}


def test_only_the_use_of_the_app_reminds() -> None:
    reminding = {name for name, action in ACTIONS.items() for check in action.acts if Duty.REMIND in check.duties}
    assert reminding == {"app.use"}
    assert [Duty.REMIND in check.duties for check in ACTIONS["app.use"].acts] == [False, False, True, True]


def test_no_name_of_a_property_means_two_things_in_one_action() -> None:
    for action in ACTIONS.values():
        names = [each.name for each in action.properties]
        assert len(set(names)) == len(names)
        assert all(each.of in {"action", "resource"} and each.absent for each in action.properties)
