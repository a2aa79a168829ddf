"""HELP: helplines of the world. Whoever needs them finds them, always, and nobody is told."""

from __future__ import annotations
