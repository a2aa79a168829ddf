"""A device's tokens are taken back, at once and for ever."""

from __future__ import annotations

from accounts.access import device_of
from accounts.actions import revoke_device, rotate_device
from accounts.devices import live_devices
from controls.snapshots import read_present
from ledger.actor import SYSTEM
from tests.builders import AT, HOUR, a_device, a_teen, assert_told, newest, refused, seq


def test_a_revoked_device_reads_nothing_any_more() -> None:
    phone = a_device(a_teen())
    assert device_of(phone.token, at=AT) == phone.device
    revoke_device(phone.device, actor=SYSTEM, at=AT)
    with refused("token_invalid"):
        device_of(phone.token, at=AT)


def test_the_former_token_ends_with_it() -> None:
    phone = a_device(a_teen())
    new = rotate_device(phone.device, actor=SYSTEM, at=AT)
    revoke_device(phone.device, actor=SYSTEM, at=AT)
    for token in (phone.token, new):
        with refused("token_invalid"):
            device_of(token, at=AT)


def test_the_revocation_is_recorded_and_owed() -> None:
    tess = a_teen()
    phone = a_device(tess)
    revoke_device(phone.device, actor=SYSTEM, at=AT)
    assert_told(tess, "device.revoked", "system")
    assert newest(tess).told.body == {"device": str(phone.device.pk)}


def test_revoking_twice_is_once() -> None:
    tess = a_teen()
    phone = a_device(tess)
    revoke_device(phone.device, actor=SYSTEM, at=AT)
    before = seq(tess)
    revoke_device(phone.device, actor=SYSTEM, at=AT + HOUR)
    phone.device.refresh_from_db()
    assert (seq(tess), phone.device.revoked_at) == (before, AT)


def test_the_others_stay() -> None:
    tess = a_teen()
    lost, kept = a_device(tess), a_device(tess)
    revoke_device(lost.device, actor=SYSTEM, at=AT)
    both = [str(lost.device.pk), str(kept.device.pk)]
    assert live_devices(both) == {str(kept.device.pk)}
    present = read_present(tess.pk, at=AT)
    assert present is not None
    assert set(present.gathered.devices) == {str(kept.device.pk)}
