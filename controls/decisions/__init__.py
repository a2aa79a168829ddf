"""Decisions: may this happen between these people now? A table of actions, and the function that answers from it."""

from __future__ import annotations
