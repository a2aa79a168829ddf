"""Help as a page, for whoever looks."""

from __future__ import annotations
