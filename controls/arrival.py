"""Proof of arrival: how far the last change has come, device by device."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import Device
from controls.history import UNSHARED
from controls.models import Arrival
from controls.snapshots import Present
from family_pairing.problems import Fault, Problem
from ledger.cache import Version
from ledger.models import Debt, Event

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
    """Return how far each live device of the teen is with the last change that parents may know of."""
    teen_id, stamp = present.teen_id, present.gathered.stamp
    version = shown_version(present, Version(stamp.epoch, stamp.seq, present.version.as_of))
    sent = Debt.objects.filter(subscriber="stream", teen_id=teen_id, acked__gte=version.seq).exists()
    devices = Device.objects.live().filter(account_id=teen_id).select_related("arrival").order_by("registered_at")
    return [device_arrival(device, version, sent, present) for device in devices]


def shown_version(present: Present, version: Version) -> Version:
    """Return a version at the last change up to it that is not the teen's alone, so that those move no mark."""
    if not present.gathered.stamp.aside:
        return version
    counted = Event.objects.filter(teen=present.teen_id, seq__lte=version.seq).exclude(kind__in=UNSHARED)
    seq = counted.order_by("-id").values_list("seq", flat=True).first()
    return Version(version.epoch, seq or 0, version.as_of)


def device_arrival(device: Device, version: Version, is_sent: bool, present: Present) -> DeviceArrival:
    """Return how far one device is; whoever enforces it has received it, and was told."""
    arrival = getattr(device, "arrival", None) or Arrival(device=device)
    is_enforced = shown_version(present, read_version(arrival.applied)) >= version
    is_received = is_enforced or shown_version(present, read_version(arrival.received)) >= version
    told = is_sent or is_received
    return DeviceArrival(device, told, is_received, is_enforced, arrival.applied_at, arrival.app_version)


def note_applied(device: Device, text: str, app_version: str, present: Present, *, at: datetime) -> None:
    """Note which version a device enforces.

    Parents see since when and by which app; both stay as they are while nothing has changed that parents may know of.
    Raises Problem `invalid_value` for one that was never made.
    """
    version = read_version(text)
    if version == NO_VERSION or version > present.version:
        fault = Fault("/version", "invalid_value", "Expected a version that `GET /v1/me/settings` gave.")
        raise Problem("invalid_value", faults=[fault])
    held = Arrival.objects.filter(device=device).first()
    said: dict[str, Any] = {"applied": str(version)}
    if held is None or not held.applied or is_news(read_version(held.applied), version, present):
        said |= {"applied_at": at, "app_version": app_version}
    Arrival.objects.update_or_create(device=device, defaults=said)


def is_news(held: Version, version: Version, present: Present) -> bool:
    """Tell whether parents may know that a device went from one version to another."""
    return shown_version(present, held) != shown_version(present, version)


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
