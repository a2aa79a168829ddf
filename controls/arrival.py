"""Proof of arrival: how far the last change has come, device by device."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from accounts.models import Device
from controls.models import Arrival
from controls.snapshots import Present
from family_pairing.problems import Fault, Problem
from ledger.cache import Version
from ledger.models import Debt

NO_VERSION = Version(0, 0, 0)


class DeviceArrival(NamedTuple):
    """How far one device is with the present version."""

    device: Device
    is_sent: bool
    is_received: bool
    is_enforced: bool
    applied_at: datetime | None
    app_version: str


def arrivals(present: Present) -> list[DeviceArrival]:
    """Return how far each live device of the teen is with what applies now."""
    stamp = present.gathered.stamp
    teen_id = present.teen_id
    sent = Debt.objects.filter(subscriber="stream", teen_id=teen_id, acked__gte=stamp.seq).exists()
    devices = Device.objects.live().filter(account_id=teen_id).select_related("arrival").order_by("registered_at")
    return [device_arrival(device, present.version, sent) for device in devices]


def device_arrival(device: Device, version: Version, is_sent: bool) -> DeviceArrival:
    """Return how far one device is; whoever enforces it has received it, and was told."""
    arrival = getattr(device, "arrival", None) or Arrival(device=device)
    is_enforced = read_version(arrival.applied) >= version
    is_received = is_enforced or read_version(arrival.received) >= version
    told = is_sent or is_received
    return DeviceArrival(device, told, is_received, is_enforced, arrival.applied_at, arrival.app_version)


def note_applied(device: Device, text: str, app_version: str, present: Present, *, at: datetime) -> None:
    """Note which version a device enforces.

    Raises Problem `invalid_value` for one that was never made.
    """
    version = read_version(text)
    if version == NO_VERSION or version > present.version:
        fault = Fault("/version", "invalid_value", "Expected a version that `GET /v1/me/settings` gave.")
        raise Problem("invalid_value", faults=[fault])
    said = {"applied": str(version), "applied_at": at, "app_version": app_version}
    Arrival.objects.update_or_create(device=device, defaults=said)


def note_received(handed: Iterable[tuple[str, str]]) -> None:
    """Note which versions devices were handed; devices that are gone are left out."""
    rows = list(handed)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO controls_arrival (device_id, received, received_at, applied, app_version)"
            " SELECT d.id, h.version, now(), '', '' FROM unnest(%s::uuid[], %s::text[]) AS h (device, version)"
            " JOIN accounts_device d ON d.id = h.device"
            " ON CONFLICT (device_id) DO UPDATE SET received = EXCLUDED.received, received_at = EXCLUDED.received_at",
            [[device for device, _ in rows], [version for _, version in rows]],
        )


def read_version(text: str) -> Version:
    """Return a version from its text; what cannot be read is older than any."""
    try:
        return Version.parse(text)
    except ValueError:
        return NO_VERSION
