"""What the reference says came in from each sample file is what comes in."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

from quietlegs.cli.exporting import FORMATS
from quietlegs.exchange.any_file import read_with_mapping, unknown_table
from quietlegs.exchange.any_table import MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from quietlegs.exchange.mapping_file import read_mapping
from quietlegs.exchange.trackers import TRACKERS, detect, read_tracker

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples" / "trackers"
PAGE = (ROOT / "docs" / "reference" / "imports.md").read_text(encoding="utf-8")
EXPORTS = (ROOT / "docs" / "reference" / "exports.md").read_text(encoding="utf-8")


def came_in(path: Path) -> list[str]:
    tracker = detect(path)
    if tracker:
        file = read_tracker(path, zone=ZoneInfo("Europe/London"))
    else:
        _table, mapping = unknown_table(path)
        file = read_with_mapping(path, mapping).file
    nights = file.diary.nights
    names = sorted({name for night in nights for name in (*night.outcomes, *night.factors)})
    notes = ["notes"] if any(night.note for night in nights) else []
    name = TRACKERS.get(tracker, "Any table")
    return [name, path.name, str(len(nights)), ", ".join([*names, *notes]), str(len(file.problems))]


def test_every_line_of_the_table_is_what_its_file_gives():
    rows = [
        [cell.strip() for cell in line.strip("| ").split("|")]
        for line in PAGE.splitlines()
        if line.startswith("| ")
    ]
    listed = [row for row in rows if (SAMPLES / row[1]).is_file()]
    assert {row[1] for row in listed} == {
        path.name
        for path in SAMPLES.iterdir()
        if path.name != "README.md" and not path.name.startswith("hostile")
    }
    for row in listed:
        assert came_in(SAMPLES / row[1]) == row
    assert {row[0] for row in listed} | {"Gadgetbridge"} >= set(TRACKERS.values())


def test_the_map_of_the_page_can_be_read_and_its_limits_are_the_readers():
    assert read_mapping(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]).decimal_comma
    assert f"{MOST_BYTES // 2**20} MB, {MOST_ROWS:,} lines and {MOST_COLUMNS} columns" in PAGE


def test_every_format_of_export_has_its_line():
    assert set(re.findall(r"^\| `(\w+)`", EXPORTS, re.MULTILINE)) == set(FORMATS)
