"""The laws of the world as frozen data: which bind a person at a moment, and what they make of the baseline.

Pure as the core is: no clock, no database, no framework. What is recorded is read by `controls.packs`.
"""

from __future__ import annotations
