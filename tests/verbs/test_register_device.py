"""One installation of the app gets a token to read what is enforced."""

from __future__ import annotations

from accounts.access import device_of, ring
from accounts.tokens import read_device
from controls.snapshots import read_present
from tests.builders import AT, a_device, a_teen, assert_told, newest, seq


def test_a_registered_device_reads_as_its_teen() -> None:
    tess = a_teen()
    phone = a_device(tess)
    assert device_of(phone.token, at=AT).account.pk == tess.pk
    said = read_device(ring(), phone.token)
    assert said == (str(tess.pk), str(phone.device.pk), 1)


def test_the_registration_is_recorded_and_owed() -> None:
    tess = a_teen()
    phone = a_device(tess)
    assert_told(tess, "device.registered", "system")
    assert newest(tess).told.body == {"device": str(phone.device.pk)}


def test_each_registration_is_a_device_of_its_own() -> None:
    tess = a_teen()
    first, second = a_device(tess), a_device(tess)
    assert first.token != second.token
    assert (tess.devices.live().count(), seq(tess)) == (2, 3)


def test_the_snapshot_lists_the_device() -> None:
    tess = a_teen()
    phone = a_device(tess)
    present = read_present(tess.pk, at=AT)
    assert present is not None
    assert present.gathered.devices == {str(phone.device.pk): (1, None)}


def test_the_token_itself_is_stored_nowhere() -> None:
    tess = a_teen()
    phone = a_device(tess)
    assert phone.token not in repr(vars(phone.device)) + repr(newest(tess).told.body)
