"""What the diary CSV says, and what is said of a file that cannot be read as it stands."""

import io
import tracemalloc
from datetime import date
from textwrap import dedent

import pytest

from quietlegs.core.diary.night import Factor, FactorKind
from quietlegs.exchange.diaries import DiaryFileError, load_diary
from quietlegs.exchange.diary_csv import MAX_BYTES, read_diary_csv, write_diary_csv


def read(text: str, **options):
    return read_diary_csv(dedent(text).encode(), **options)


def said(file) -> list[str]:
    return [str(problem) for problem in file.problems]


def test_the_header_says_what_is_an_outcome_and_what_is_a_factor():
    file = read("""\
        night,cramps,sleep_hours,water[ml],stretch,coffees[count],stress[0-10],standing,note
        2026-03-02,0,7.5,,no,1,3,2,
        2026-03-01,2,,750,yes,0,4,0.5,bad night
    """)
    assert file.problems == ()
    assert file.diary.factors == (
        Factor("water", FactorKind.AMOUNT, "ml"),
        Factor("stretch", FactorKind.YES_NO),
        Factor("coffees", FactorKind.COUNT),
        Factor("stress", FactorKind.SCALE),
        Factor("standing", FactorKind.AMOUNT),
    )
    first, second = file.diary.nights
    assert (first.evening, first.note) == (date(2026, 3, 1), "bad night")
    assert first.outcomes == {"cramps": 2}
    assert first.factors == {"water": 750, "stretch": 1, "coffees": 0, "stress": 4, "standing": 0.5}
    assert second.is_quiet


def test_a_blank_cell_is_not_known_and_a_zero_is_known():
    file = read("night,cramps,stretch\n2026-03-01,,\n2026-03-02,0,0\n")
    assert [night.is_quiet for night in file.diary.nights] == [None, True]
    assert [dict(night.factors) for night in file.diary.nights] == [{}, {"stretch": 0}]


@pytest.mark.parametrize("cells", ["yes no", "TRUE False", "1 0", "Yes 0", "1.0 0.0", "1 1"])
def test_yes_no_true_false_1_and_0_are_yes_or_no(cells):
    one, two = cells.split()
    file = read(f"night,tablet\n2026-03-01,{one}\n2026-03-02,{two}\n")
    assert file.problems == ()
    assert file.diary.factors == (Factor("tablet", FactorKind.YES_NO),)


def test_zeros_and_ones_in_a_column_with_a_unit_are_amounts():
    assert read("night,magnesium[mg]\n2026-03-01,1\n").diary.factors[0].kind is FactorKind.AMOUNT


def test_a_factor_may_bear_the_name_of_an_outcome():
    file = read("night,pain,pain[]\n2026-03-01,3,yes\n")
    assert file.problems == ()
    assert (file.diary.nights[0].outcomes, file.diary.nights[0].factors) == ({"pain": 3}, {"pain": 1})


def test_an_outcome_with_its_own_unit_is_still_that_outcome():
    file = read("Night,Sleep_Hours[h],severity[0-10]\n2026-03-01,7,2\n")
    assert file.diary.nights[0].outcomes == {"sleep_hours": 7, "severity": 2}


def test_every_problem_of_a_file_is_listed_with_its_line_and_column():
    file = read(
        """\
        night,cramps,severity,sleep_hours,stretch,water[ml]
        2026-03-01,2,3,7,yes,500
        2026-02-30,1,3,7,yes,500
        2026-03-03,-1,3,7,yes,500
        2026-03-04,1.5,11,27,yes,500
        2026-03-05,1,bad,7,maybe,a lot
        2026-03-06,1,3
        2026-03-01,0,3,7,no,400
        2026-03-08,nan,inf,1e308,3,1e308
        2062-03-09,0,0,7,no,400
        12/03/2026,0,0,7,no,400
        ,0,0,7,no,400
        """,
        today=date(2026, 4, 1),
    )
    assert said(file) == [
        "Line 3, column night: “2026-02-30” is not a date. Write the evening's date like 2026-03-01.",
        "Line 4, column cramps: -1 is not possible. Enter 0 to 100.",
        "Line 5, column cramps: 1.5 is not a whole number. Enter 0 to 100.",
        "Line 5, column severity: 11 is not possible. Enter 0 to 10.",
        "Line 5, column sleep_hours: 27 is not possible. Enter 0 to 24.",
        "Line 6, column severity: “bad” is not a number. Enter 0 to 10.",
        "Line 6, column stretch: “maybe” is not yes or no. Enter yes or no, or leave it empty.",
        "Line 6, column water: “a lot” is not a number. Enter a number, or leave it empty.",
        "Line 7: This line has 3 cells; the first line has 6. "
        "Leave a cell empty where nothing is known, and put text with commas in quotation marks.",
        "Line 8, column night: The night of 2026-03-01 stands on line 2 too. Keep one of the two.",
        "Line 9, column cramps: “nan” is not a number. Enter 0 to 100.",
        "Line 9, column severity: “inf” is not a number. Enter 0 to 10.",
        "Line 9, column sleep_hours: 1e+308 is not possible. Enter 0 to 24.",
        "Line 9, column water: 1e+308 is too large. Enter at most 1000000000.",
        "Line 9, column stretch: A number stands among yes and no. Enter yes or no, or leave it empty.",
        "Line 10, column night: 2062-03-09 has not come yet. Check the date.",
        "Line 11, column night: “12/03/2026” is not a date. Write the evening's date like 2026-03-01.",
        "Line 12, column night: The night has no date. Write the evening's date like 2026-03-01.",
    ]
    assert file.diary.nights == ()  # the one good row is the first of a night that stands twice


def test_good_rows_are_kept_beside_the_problems():
    file = read("night,cramps\n2026-03-01,2\n2026-03-02,-2\n2026-03-03,1\n")
    assert [night.evening.day for night in file.diary.nights] == [1, 3]


def test_neither_row_of_a_night_that_stands_twice_is_believed():
    file = read("night,cramps\n2026-03-01,2\n2026-03-02,1\n2026-03-01,0\n")
    assert [night.evening.day for night in file.diary.nights] == [2]


def test_a_column_of_words_is_one_problem_and_costs_no_night():
    file = read("night,cramps,weather\n2026-03-01,2,rain\n2026-03-02,0,sun\n")
    assert said(file) == [
        "Column weather: The column holds words, such as “rain”, “sun”. "
        "A factor is yes or no, or a number. Take the column out, or call it note."
    ]
    assert len(file.diary.nights) == 2
    assert file.diary.factors == ()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b" \r\n\r\n", "The file is empty."),
        (b"night,cramps\n", "has no nights"),
        (b"date,cramps\n2026-03-01,1\n", "If date is the evening's date, rename that column to night."),
        (b"2026-03-01,1\n", "There is no column night."),
        (b"night,cramps,cramps\n2026-03-01,1,1\n", "Columns 2 and 3 are both called cramps."),
        (b"night,Tea,tea\n2026-03-01,1,1\n", "Columns 2 and 3 are both called tea."),
        (b"night,cramps,\n2026-03-01,1,7\n", "stands in a column without a name"),
        (b"night,cra\0mps\n2026-03-01,1\n", "NUL characters"),
        (b'night,note\n2026-03-01,"open\n2026-03-02,x\n', "Line 2: A quotation mark"),
        (b'night,note\n2026-03-01,"a"b\n', "Line 2: A quotation mark"),
        (b"night," + b"x" * 200_000 + b"\n2026-03-01,1\n", "far too long"),
        (b"night," + b"x" * 200 + b"\n2026-03-01,1\n", "too long"),
        (b"night,note\n2026-03-01," + b"x" * 30_000 + b"\n", "The note has 30000 letters."),
        (b"PK\x03\x04\x14\x00", "a zip or a spreadsheet"),
        (b"SQLite format 3\x00", "a database"),
        (b"\xff\xfen\x00i\x00", "There is no column night"),
        (b"\xff\xfen\x00i\x00g", "breaks off"),
        (b"night,cramps\n1066-10-14,1\n", "The year 1066 is not possible."),
        (b"night,cramps\n1900-01-01,1\n2100-01-01,1\n", "more than 100 years apart"),
        (b"night,cramps\n2026-03-01,2_000\n", "not a number"),
        ("night,cramps\n2026-03-01,１\n".encode(), "not a number"),
        (b'night,sleep_hours\n2026-03-01,"6,5"\n', "not a number"),
        (b"night,episodes\n2026-03-01,{}}\n", "is not a list of episodes"),
        (b"night,episodes\n2026-03-01," + b"[" * 50_000 + b"\n", "is not a list of episodes"),
        (b'night,episodes\n2026-03-01,"[{""started_at"": ""3 am""}]"\n', "Write the instant with its offset"),
        (
            b"night," + b",".join(b"f%d" % i for i in range(9_999)) + b"\n",
            "has 10000 columns; Quietlegs reads 1000",
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_why(raw, words):
    file = read_diary_csv(raw)
    assert words in "\n".join(said(file))
    assert len(file.problems) == 1
    assert file.diary.nights == ()


@pytest.mark.parametrize(
    "raw",
    [
        "night,café,note\n2026-03-01,yes,é\n".encode(encoding)
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1")
    ]
    + [
        "night,café,note\n2026-03-01,yes,é\n".encode("utf-16-le"),
        "night,café,note\n2026-03-01,yes,é\n".encode("utf-16-be"),
        "night,café,note\r2026-03-01,yes,é\r".encode(),
        "\r\nnight,café,note\r\n\r\n2026-03-01,yes,é\r\n,,\r\n".encode(),
        "night;café;note\n2026-03-01;yes;é\n".encode(),
        "night\tcafé\tnote\n2026-03-01\tyes\té\n".encode(),
        " Night , café ,NOTES,\n 2026-03-01 , Yes ,é,\n".encode(),
    ],
)
def test_the_same_diary_is_read_from_what_spreadsheets_make_of_it(raw):
    file = read_diary_csv(raw)
    assert file.problems == ()
    assert (file.diary.nights[0].factors, file.diary.nights[0].note) == ({"café": 1}, "é")
    is_as_agreed = raw.startswith((b"night,caf\xc3", b"\xef\xbb\xbf", b"\r\n", b" Night"))
    assert bool(file.notices) is not is_as_agreed  # what had to be guessed is said


def test_decimal_commas_are_read_where_semicolons_separate():
    file = read("night;sleep_hours;water[ml]\n2026-03-01;6,5;750\n")
    assert file.diary.nights[0].outcomes == {"sleep_hours": 6.5}
    assert "semicolons" in str(file.notices[0])


def test_a_note_keeps_its_lines_and_a_later_problem_its_line_number():
    file = read('night,cramps,note\n2026-03-01,1,"one\ntwo"\n2026-03-02,x,\n')
    assert [problem.line for problem in file.problems] == [4]
    assert file.diary.nights[0].note == "one\ntwo"


def test_a_formula_is_written_so_that_a_spreadsheet_shows_it_as_text():
    file = read('night,=2+3,note\n2026-03-01,yes,"=HYPERLINK(""http://127.0.0.1/x"",""click"")"\n')
    written = write_diary_csv(file.diary)
    assert b"night,'=2+3,note" in written
    assert b"\"'=HYPERLINK(" in written
    assert read_diary_csv(written).diary == file.diary


def test_a_file_too_large_is_refused_before_it_fills_the_memory():
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            assert size >= 0
            self.given += size
            return b"night,cramps\n" + b"2026-03-01,1\n" * (size // 13)

    endless = Endless()
    tracemalloc.start()
    file = read_diary_csv(endless)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "larger than 16 MB" in said(file)[0]
    assert endless.given <= MAX_BYTES + 1
    assert peak < 5 * MAX_BYTES


def test_more_answers_than_memory_should_hold_are_refused():
    raw = b"night," + b",".join(b"f%d" % at for at in range(999)) + b"\n"
    raw += b"".join(b"2026-01-01" + b",1" * 999 + b"\n" for _ in range(1_002))
    assert "holds more than 1000000 answers" in said(read_diary_csv(raw))[0]


def test_load_diary_raises_with_every_problem_and_keeps_the_good_on_request(tmp_path):
    path = tmp_path / "diary.csv"
    path.write_text("night,cramps\n2026-03-01,1\n2026-03-02,x\n2026-03-03,-1\n")
    with pytest.raises(DiaryFileError, match=r"diary\.csv:\nLine 3.*\nLine 4") as caught:
        load_diary(path)
    assert len(caught.value.problems) == 2
    assert len(load_diary(path, keep_good=True).nights) == 1
