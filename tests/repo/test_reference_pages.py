"""What the reference says of files and addresses is so."""

import re
from pathlib import Path

from quietlegs.core.diary.night import OUTCOMES
from quietlegs.exchange.diary_columns import Role, parse_column
from quietlegs.exchange.diary_csv import MAX_BYTES, MAX_VALUES, read_diary_csv
from quietlegs.exchange.diary_rows import MAX_COLUMNS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "diary-file.md").read_text(encoding="utf-8")


def test_the_example_file_reads_without_a_problem():
    file = read_diary_csv(re.search(r"```csv\n(.*?)```", PAGE, re.DOTALL)[1].encode())
    assert (file.problems, file.notices, len(file.diary.nights)) == ((), (), 2)


def test_every_outcome_has_its_line():
    assert set(OUTCOMES) <= set(re.findall(r"`(\w+)`", PAGE))


def test_every_header_of_the_page_is_what_the_page_says():
    factors = re.findall(r"`([^`]+)`", PAGE.split("## Factors")[1].split("A text cell")[0])
    columns = [parse_column(header) for header in factors]
    assert all(column.role is Role.FACTOR for column in columns)
    assert [
        column.name for column in columns
    ] == "stretch water coffees stress tablet standing tea pain".split()


def test_the_limits_are_those_of_the_reader():
    assert f"{MAX_BYTES // 2**20} MB, {MAX_COLUMNS:,} columns, {MAX_VALUES:,} answers" in PAGE
