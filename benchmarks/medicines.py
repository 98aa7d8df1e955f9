"""A pasted list of medicines: right and wrong matches and speed, against the best fuzzy match over all names.

The peer is what most programs do: rapidfuzz's ``extractOne`` with its weighted ratio over every name of the same table,
at three cut-offs. It knows no doses, so it is given each line without its numbers. Lines are the labelled ones of the tests, for which
our rules were made and the peer was not, so the shares flatter us; then look-alikes that must not be taken for one another.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path

import yaml
from rapidfuzz import fuzz, process, utils

from quietlegs.core.assessment.medicines import review
from quietlegs.exchange.medicine_base import load_recogniser

LINES = Path(__file__).parents[1] / "tests" / "unit" / "medicines" / "lines.yaml"
LOOK_ALIKES = {
    "hydralazine 25mg": "hydroxyzine",
    "quinidine": "quinine",
    "carbimazole 5mg": "carbamazepine",
    "clonidine": "clonazepam",
    "Lamisil": "lamotrigine",
    "bisacodyl": "bisoprolol",
    "nimodipine": "nifedipine",
    "chlorpropamide": "chlorpromazine",
}
CUT_OFFS = (80, 86, 90)
REPEATS = 7


def main() -> None:
    """Print shares and times."""
    recogniser = load_recogniser()
    lines = yaml.safe_load(LINES.read_text(encoding="utf-8"))
    names = {name: one.id for one in recogniser.table.medicines.values() for name in one.names}

    known = list(names)

    def ours(line: str) -> set[str]:
        return {name for found in recogniser.read(line) for name in found.medicines}

    def peer(cut_off: int) -> Callable[[str], set[str]]:
        def match(line: str) -> set[str]:
            plain = re.sub(r"\d\S*", " ", line)
            found = process.extractOne(
                plain, known, processor=utils.default_process, scorer=fuzz.WRatio, score_cutoff=cut_off
            )
            return {names[found[0]]} if found else set()

        return match

    print(f"{'':24}{'right of 60':>13}{'false of 20':>13}{'taken for a look-alike':>24}{'ms a line':>11}")
    for title, match in [("quietlegs", ours), *((f"extractOne {cut}", peer(cut)) for cut in CUT_OFFS)]:
        right = sum(match(one["line"]) == set(one["expected"]) for one in lines["recognised"])
        wrong = sum(bool(match(one["line"])) for one in lines["matches_nothing"])
        taken = sum(never in match(typed) for typed, never in LOOK_ALIKES.items())
        best = min(_seconds(match, [one["line"] for one in lines["recognised"]]) for _ in range(REPEATS))
        print(
            f"{title:24}{right:>13}{wrong:>13}{f'{taken} of {len(LOOK_ALIKES)}':>24}{1000 * best / 60:>11.3f}"
        )
    for count in (20, 500):
        listed = [f"{name} 5mg od" for name in names][:count]
        best = min(
            _seconds(lambda text: review(recogniser, text), ["\n".join(listed)]) for _ in range(REPEATS)
        )
        print(f"review of {count} medicines: {1000 * best:.1f} ms")


def _seconds(do: Callable[[str], object], lines: list[str]) -> float:
    began = time.perf_counter()
    for line in lines:
        do(line)
    return time.perf_counter() - began
