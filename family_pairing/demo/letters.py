"""Mail that Django's file backend wrote, read back for the demo."""

from __future__ import annotations

from datetime import datetime
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

BETWEEN = "-" * 79
MOST = 50


class Letter(NamedTuple):
    """One mail."""

    to: str
    subject: str
    date: datetime | None
    body: str


def letters_in(folder: Path) -> list[Letter]:
    """Return the mails of a folder, newest first."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [letter for file in files[:MOST] for letter in reversed(letters_of(file.read_text(encoding="utf-8")))]


def letters_of(text: str) -> list[Letter]:
    """Return the mails of one file in the order in which they were sent."""
    parts = (part.strip("\n") for part in text.split(f"\n{BETWEEN}\n"))
    return [read_letter(part) for part in parts if part.strip()]


def read_letter(text: str) -> Letter:
    """Return one mail; of several forms of its body the plain one."""
    message = message_from_string(text, _class=EmailMessage, policy=default)
    body = message.get_body(("plain",))
    return Letter(
        str(message["To"] or ""),
        str(message["Subject"] or ""),
        parsedate_to_datetime(message["Date"]) if message["Date"] else None,
        str(body.get_content()) if body is not None else "",
    )
