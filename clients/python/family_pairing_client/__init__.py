"""Ask Family Pairing whether something may happen, and stay safe when it does not answer.

from family_pairing_client import Client, Question, account

families = Client("https://families.example.com", key)
if families.decide(Question(account("a"), "message.send", account("b", relationship="friend"))):
    ...
"""

from __future__ import annotations

from family_pairing_client.asking import Options
from family_pairing_client.clients import AsyncClient, Client
from family_pairing_client.errors import (
    FamilyPairingError,
    KeyRefused,
    QuestionRefused,
    Unavailable,
    UnknownObligation,
    Unreadable,
)
from family_pairing_client.kept import Clock
from family_pairing_client.questions import Decision, Entity, Obligation, Question, account
from family_pairing_client.searching import Configuration

__all__ = [
    "AsyncClient",
    "Client",
    "Clock",
    "Configuration",
    "Decision",
    "Entity",
    "FamilyPairingError",
    "KeyRefused",
    "Obligation",
    "Options",
    "Question",
    "QuestionRefused",
    "Unavailable",
    "UnknownObligation",
    "Unreadable",
    "account",
]
