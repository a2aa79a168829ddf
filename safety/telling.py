"""How help is told: lines as plain data, with what an app needs to call, write or open them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from controls.policy.windows import Week
from safety.helplines.choosing import Help
from safety.helplines.line import ALWAYS, Channel, Line
from safety.helplines.reading import WINDOWS


def told(found: Help, at: datetime) -> dict[str, Any]:
    """Return the shape of `GET /v1/me/help`, without the place."""
    return {
        "emergency": [{"number": number, "call": f"tel:{number}"} for number in found.emergency],
        "helplines": [told_line(line, at) for line in found.lines],
        "elsewhere": [told_line(line, at) for line in found.elsewhere],
    }


def told_line(line: Line, at: datetime) -> dict[str, Any]:
    """Return one line; ``open`` is null where nobody knows the hours, ``verified_at`` where nobody tried the number."""
    return {
        "key": line.key,
        "name": line.name,
        "number": line.number or None,
        "call": call_link(line),
        "write": write_link(line),
        "url": line.url or None,
        "languages": list(line.languages),
        "hours": told_hours(line.hours),
        "open": line.is_open(at),
        "channels": [each.value for each in line.channels],
        "audience": [each.value for each in line.audience],
        "verified_at": None if line.last_verified_at is None else line.last_verified_at.isoformat(),
        "is_fresh": line.is_fresh(at),
    }


def told_hours(hours: Week | None) -> dict[str, Any] | None:
    """Return hours as windows of the week are written, in the zone of the line; None where nobody knows them."""
    if hours is None:
        return None
    return {"always": True} if hours == ALWAYS else {"always": False, **written_hours(hours)}


def written_hours(hours: Week) -> dict[str, Any]:
    """Return the windows of hours, and their zone."""
    written: Any = WINDOWS.dump(hours)
    return dict(written)


def call_link(line: Line) -> str | None:
    """Return the link that calls a line (RFC 3966); a short number has no country before it and works only there."""
    if Channel.PHONE not in line.channels:
        return None
    return "tel:" + "".join(sign for sign in line.number if sign.isdecimal() or sign == "+")


def write_link(line: Line) -> str | None:
    """Return the link that writes a text message to a line (RFC 5724)."""
    if line.sms is None:
        return None
    return f"sms:{line.sms.to}" + (f"?body={quote(line.sms.text)}" if line.sms.text else "")
