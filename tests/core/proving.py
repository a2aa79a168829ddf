"""How much is proved: a few examples at each change, all of them before a release (PROVE_EXAMPLES=20000)."""

from __future__ import annotations

import os

REDUCED = 40
EXAMPLES = int(os.environ.get("PROVE_EXAMPLES", str(REDUCED)))
PROVING = EXAMPLES >= 20_000
