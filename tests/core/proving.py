"""How much is proved: a few examples at each change, all of them before a release (PROVE_EXAMPLES=20000)."""

from __future__ import annotations

import os

EXAMPLES = int(os.environ.get("PROVE_EXAMPLES", "40"))
PROVING = EXAMPLES >= 20_000
