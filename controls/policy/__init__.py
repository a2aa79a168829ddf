"""The policy core: frozen facts in, an explained answer out. No clock, no database, no framework."""

from __future__ import annotations
