"""What the edge asks of devices."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Device


def live_devices(devices: Iterable[str]) -> set[str]:
    """Return which of these devices are not revoked."""
    return {str(pk) for pk in Device.objects.live().filter(pk__in=list(devices)).values_list("pk", flat=True)}
