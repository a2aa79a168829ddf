"""A device gets a new token; the former one is good for five more minutes."""

from __future__ import annotations

from accounts.access import device_of
from accounts.actions import rotate_device
from controls.snapshots import read_present
from ledger.actor import SYSTEM
from tests.builders import AT, MINUTE, SECOND, a_device, a_teen, assert_told, newest, refused


def test_both_tokens_count_for_five_minutes_and_then_the_new_one_alone() -> None:
    tess = a_teen()
    phone = a_device(tess)
    new = rotate_device(phone.device, actor=tess.actor, at=AT)
    almost = AT + 5 * MINUTE - SECOND
    assert device_of(new, at=almost) == device_of(phone.token, at=almost) == phone.device
    assert device_of(new, at=AT + 5 * MINUTE) == phone.device
    with refused("token_invalid"):
        device_of(phone.token, at=AT + 5 * MINUTE)


def test_a_second_rotation_ends_the_first_token_at_once() -> None:
    tess = a_teen()
    phone = a_device(tess)
    second = rotate_device(phone.device, actor=tess.actor, at=AT)
    third = rotate_device(phone.device, actor=tess.actor, at=AT)
    assert device_of(second, at=AT) == device_of(third, at=AT)
    with refused("token_invalid"):
        device_of(phone.token, at=AT)


def test_the_rotation_is_recorded_and_owed() -> None:
    tess = a_teen()
    phone = a_device(tess)
    rotate_device(phone.device, actor=tess.actor, at=AT)
    assert_told(tess, "device.rotated", "teen", actor_id=str(tess.pk))
    assert newest(tess).told.body == {"device": str(phone.device.pk)}


def test_the_snapshot_lists_until_when_the_former_token_counts() -> None:
    tess = a_teen()
    phone = a_device(tess)
    rotate_device(phone.device, actor=SYSTEM, at=AT)
    present = read_present(tess.pk, at=AT)
    assert present is not None
    assert present.gathered.devices == {str(phone.device.pk): (2, int((AT + 5 * MINUTE).timestamp()))}
