"""Small bugs planted in the core, one at a time: a test must find each, or a person has said why none can."""

from __future__ import annotations
