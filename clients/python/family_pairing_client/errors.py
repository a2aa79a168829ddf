"""What can go wrong, and what to do about it; no message holds a credential or what somebody is called."""

from __future__ import annotations


class FamilyPairingError(Exception):
    """There is no decision."""

    code = "unsure"


class Unavailable(FamilyPairingError):
    """The server did not answer, not in time, or not with a decision."""

    code = "unavailable"


class Unreadable(Unavailable):
    """Something answered that is no decision."""

    code = "unreadable"

    def __init__(self, what: str):
        super().__init__(
            f"The answer cannot be read: {what}. Check that the address is that of Family Pairing itself, and what "
            "stands between."
        )


class KeyRefused(FamilyPairingError):
    """The service key opens nothing here."""

    code = "key_refused"


class QuestionRefused(FamilyPairingError):
    """The server refuses to read what was asked."""

    code = "question_refused"


class UnknownObligation(FamilyPairingError):
    """It may happen only with something else that the caller does not know."""

    code = "unknown_obligation"

    def __init__(self, kind: str):
        super().__init__(
            f"It may happen only with the obligation `{kind}`. Build it, then name it in `understands`; "
            "docs/decisions.md says what it asks for."
        )
        self.kind = kind
