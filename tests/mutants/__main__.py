"""`make mutants`: plant small bugs in the pure rooms, one at a time, and name those that no test finds.

`ARGS="settle resolve"` takes only these files. Fails where fewer than LEAST of a hundred are found, or where one
survives that nobody has looked at (survivors.toml beside the tests of each room).
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Final

from tests.mutants.changes import Mutant, mutants_of
from tests.mutants.reviewed import reviewed
from tests.mutants.trials import ROOMS, room_of, survivors

LEAST: Final = 95


def planted(names: Sequence[str]) -> list[Mutant]:
    """Return the mutants of some files of the pure rooms, of all without a name.

    Raises SystemExit for a name that is no file.
    """
    files = {path.stem: path for room in ROOMS for path in sorted(room.glob("*.py")) if path.stem != "__init__"}
    unknown = [name for name in names if name not in files]
    if unknown:
        raise SystemExit(f"No pure room has a file {', '.join(unknown)}; there are: {', '.join(files)}.")
    return [
        mutant
        for name in names or files
        for mutant in mutants_of(".".join(files[name].with_suffix("").parts), files[name].read_text(encoding="utf-8"))
    ]


def main(names: Sequence[str]) -> int:
    """Try the mutants, and print how many were found and which were not."""
    began, mutants, known = time.monotonic(), planted(names), reviewed()
    workers = int(os.environ.get("WORKERS") or os.cpu_count() or 1)
    unmutated = {room_of(mutant.module): Mutant(f"{room_of(mutant.module)}.", "as it is", "") for mutant in mutants}
    if not all(survived for _, survived in survivors(unmutated.values(), 1)):
        print("The tests fail as they are; run them first.")
        return 1
    alive: Counter[str] = Counter()
    unseen = []
    for count, (mutant, survived) in enumerate(survivors(mutants, workers), 1):
        if survived:
            alive[mutant.module] += 1
            if (mutant.module, mutant.change) not in known:
                unseen.append(mutant)
                print(f"{mutant.module}  {mutant.change}", flush=True)
        elif (mutant.module, mutant.change) in known:
            print(f"found after all: {mutant.module}  {mutant.change}", flush=True)
        if count % 100 == 0:
            print(f"-- {count} of {len(mutants)}, {alive.total()} survive", flush=True)
    of = Counter(mutant.module for mutant in mutants)
    for module, count in of.items():
        print(f"{module.rpartition('.')[2]:10} {count - alive[module]:5} of {count:5} found")
    found = 100 * (len(mutants) - alive.total()) / len(mutants)
    print(f"{len(mutants) - alive.total()} of {len(mutants)} mutants found: {found:.1f} %", end="")
    print(f" in {(time.monotonic() - began) / 60:.0f} minutes;", end=" ")
    print(f"{len(unseen)} of {alive.total()} survivors not looked at yet.")
    return 1 if unseen or found < LEAST else 0


if __name__ == "__main__":
    # The tests and the core are loaded in each child, what they lean on once.
    for name in ("hypothesis", "django.test", "pytest_django.plugin", "_pytest.assertion.rewrite"):
        __import__(name)
    sys.exit(main(sys.argv[1:]))
