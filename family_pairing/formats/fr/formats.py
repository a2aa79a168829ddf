"""Dates in French: « le 23 novembre 2026 à 09:42 »."""

from __future__ import annotations

DATETIME_FORMAT = r"j F Y \à H:i"
