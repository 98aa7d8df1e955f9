"""Is anything lost when the app is killed? 20 rounds of SIGKILL in the middle of 8 writers, 10,000 nights and more.

The peer is the same app with SQLite's synchronous=OFF, the fastest that does not wait for the disk: the ratio is what
the promise costs. ``python -m benchmarks.durability [ROUNDS] [WRITES A ROUND]`` prints what was acknowledged, what was
lost and how long a night takes to be saved.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.web.killing import Tally, rounds

ROUNDS = 20
WRITES = 500


def run(*, count: int = ROUNDS, writes: int = WRITES, seed: int = 3) -> tuple[Tally, int]:
    """Return what the writers were told, and how many acknowledged nights are missing: it must be 0."""
    tally, lost = Tally(), 0
    with tempfile.TemporaryDirectory(prefix="quietlegs-durability-") as folder:
        for number, (tally, missing) in enumerate(
            rounds(Path(folder), count=count, writes=writes, seed=seed), start=1
        ):
            lost = len(missing)
            print(f"round {number}: {len(tally.acknowledged)} acknowledged, {lost} lost", file=sys.stderr)
    return tally, lost


def main() -> int:
    """Run, print a line of figures; 1 when a night was lost."""
    given = [int(word) for word in sys.argv[1:]]
    count, writes = given[0] if given else ROUNDS, given[1] if len(given) > 1 else WRITES
    begun = time.monotonic()
    tally, lost = run(count=count, writes=writes)
    seconds = sorted(tally.seconds)
    print(
        f"{count} rounds of SIGKILL, {len(tally.acknowledged)} nights acknowledged, {lost} lost, "
        f"{len(tally.refused)} refused; saved in {statistics.median(seconds) * 1000:.0f} ms (median), "
        f"{seconds[int(0.99 * len(seconds))] * 1000:.0f} ms (99 in 100); {time.monotonic() - begun:.0f} s in all"
    )
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
