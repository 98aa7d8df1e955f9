"""Any table of nights comes in, once the person has said what its columns are; what is doubtful is asked."""

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.diary.night import FactorKind, Night
from quietlegs.exchange.any_file import read_with_mapping, unknown_table
from quietlegs.exchange.any_table import read_table
from quietlegs.exchange.mapping import (
    ColumnUse,
    Mapping,
    guess,
    read_mapped,
    with_answers,
)
from quietlegs.exchange.mapping_file import read_mapping, write_mapping

SAMPLES = Path(__file__).parents[1] / "samples" / "trackers"


def sheet(path: Path, *rows: list) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_table_with_semicolons_commas_and_german_words_is_guessed_and_read() -> None:
    path = SAMPLES / "generic_semicolon_decimal_comma.csv"
    found = unknown_table(path)
    assert found
    _table, mapping = found
    assert [column.use for column in mapping.columns] == ["night", "cramps", "pain", "cramp_minutes"]
    assert (mapping.decimal_comma, mapping.date_order) == (True, "dmy")
    file = read_with_mapping(path, mapping).file
    assert file.diary.nights == (
        Night(date(2026, 3, 1), {"cramps": 2, "pain": 6.5, "cramp_minutes": 8}),
        Night(date(2026, 3, 2), {"cramps": 0}),  # an empty cell is not known; it is not 0
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_commas_within_names_and_any_encoding_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "nights.csv"
    text = 'Date;"Crampes, à gauche, à droite";"Douleur, 0, 5, 10"\n2026-03-01;2;4\n'
    path.write_bytes(text.encode(encoding))
    table = read_table(path)
    assert table.columns == ("Date", "Crampes, à gauche, à droite", "Douleur, 0, 5, 10")
    assert table.rows == ((2, ("2026-03-01", "2", "4")),)


def test_a_spreadsheet_is_read_and_its_formulas_are_not_run(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "nights",
        ["Date", "Cramps", "Slept", "Wine (ml)", "Stretched", "Comment"],
        [datetime(2026, 3, 1), 2, time(6, 30), 150, True, "a bad one"],
        [datetime(2026, 3, 2), "=1+1", 7.25, None, False, "a quiet one"],
    )
    table, mapping = unknown_table(path) or pytest.fail("not seen as a table")
    assert [column.use for column in mapping.columns] == [
        "night", "cramps", "sleep_hours", "factor", "factor", "note",
    ]  # fmt: skip
    file = read_mapped(table, mapping)
    assert not file.problems
    first, second = file.diary.nights
    assert first.outcomes == {"cramps": 2, "sleep_hours": 6.5}
    assert first.factors == {"Wine": 150, "Stretched": 1}
    assert second.outcomes == {"sleep_hours": 7.25}  # the formula has no result in the file
    assert [(f.name, f.kind, f.unit) for f in file.diary.factors] == [
        ("Wine", FactorKind.AMOUNT, "ml"),
        ("Stretched", FactorKind.YES_NO, None),
    ]


def test_dates_that_fit_two_orders_are_asked_and_never_guessed(tmp_path: Path) -> None:
    path = tmp_path / "nights.csv"
    path.write_text("when,cramps\n03/04/2026,1\n05/06/2026,2\n")
    table, mapping = unknown_table(path) or pytest.fail("not seen as a table")
    assert mapping.date_order is None
    assert "two ways" in str(read_mapped(table, mapping).problems[0])
    for order, evening in (("dmy", date(2026, 4, 3)), ("mdy", date(2026, 3, 4))):
        said = with_answers(mapping, lambda field, order=order: order if field == "dates" else "")
        assert read_mapped(table, said).diary.nights[0].evening == evening
    path.write_text("when,cramps\n03/04/2026,1\n25/06/2026,2\n")
    assert guess(read_table(path)).date_order == "dmy"


def test_a_date_of_the_morning_names_the_night_before_it(tmp_path: Path) -> None:
    path = tmp_path / "nights.csv"
    path.write_text("day,cramps\n2026-03-01,1\n")
    table, mapping = unknown_table(path) or pytest.fail("not seen as a table")
    said = with_answers(mapping, lambda field: "morning" if field == "named_by" else "")
    assert read_mapped(table, said).diary.nights[0].evening == date(2026, 2, 28)


def test_what_is_wrong_in_a_table_is_named_with_its_line_and_the_rest_comes_in(tmp_path: Path) -> None:
    path = tmp_path / "nights.csv"
    path.write_text(
        "date,cramps,severity\n2026-03-01,1,4\n2026-03-01,2,5\nsoon,1,1\n2026-03-03,many,11\n2999-01-01,1,1\n"
        "2026-03-04,1e308,nan\n"
    )
    mapping = Mapping(
        (ColumnUse("date", "night"), ColumnUse("cramps", "cramps"), ColumnUse("severity", "severity")), "ymd"
    )
    file = read_mapped(read_table(path), mapping, today=date(2026, 4, 1))
    assert [problem.line for problem in file.problems] == [3, 4, 5, 5, 6, 7, 7]
    assert "line 2" in file.problems[0].what
    assert file.diary.nights[0].outcomes == {"cramps": 1, "severity": 4}


def test_a_map_that_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    path = SAMPLES / "generic_semicolon_decimal_comma.csv"
    mapping = guess(read_table(path))
    assert read_mapping(write_mapping(mapping)) == mapping
    factor = ColumnUse("Wine: red", "factor", "wine", FactorKind.SCALE, "cl")
    other = Mapping((factor, ColumnUse("[n]", "night")), "mdy", "morning")
    assert read_mapping(write_mapping(other)) == other


@pytest.mark.parametrize(
    "text",
    ["", "[", "columns: 3", "columns: {a: night}", "dates: ymd\ncolumns: {a: nonsense}",
     "dates: ymd\ncolumns: {a: {factor: x, kind: huge}}", "a: &a [*a]", "!!python/object/apply:os.system [true]"],
)  # fmt: skip
def test_a_map_that_is_wrong_says_so(text: str) -> None:
    with pytest.raises(QuietlegsError):
        read_mapping(text)


def test_a_damaged_or_hostile_spreadsheet_is_refused_in_words(tmp_path: Path) -> None:
    path = sheet(tmp_path / "nights.xlsx", ["Date", "Cramps"], [datetime(2026, 3, 1), 2])
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as bad:
        for name in good.namelist():
            bad.writestr(name, bomb if "sheet1" in name else good.read(name))
    (tmp_path / "half.xlsx").write_bytes(path.read_bytes()[:2000])
    for name in ("bad.xlsx", "half.xlsx"):
        with pytest.raises(QuietlegsError):
            read_table(tmp_path / name)


@given(st.text(max_size=300), st.sampled_from([",", ";", "\t"]))
def test_whatever_follows_the_first_night_it_is_read_or_what_is_wrong_is_said(text: str, sign: str) -> None:
    from quietlegs.exchange.any_table import _read_text

    try:
        table = _read_text(f"date{sign}cramps\n2026-03-01{sign}1\n{text}\n".encode("utf-8", "replace"))
    except QuietlegsError as error:
        assert str(error)
        return
    mapping = guess(table)
    read = read_mapped(table, Mapping(mapping.columns, mapping.date_order or "dmy"))
    assert len(read.diary.nights) + len(read.problems) >= 1
