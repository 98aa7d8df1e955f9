"""A diary may be left with and come back to: what goes out comes back in as the same diary."""

import csv
import io

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from quietlegs.core.diary.night import Diary, Factor, FactorKind, Night
from quietlegs.exchange.cells import guard, unguard
from quietlegs.exchange.diaries import read_diary
from quietlegs.exchange.diary_csv import read_diary_csv, write_diary_csv
from quietlegs.exchange.diary_json import read_diary_json, write_diary_json
from tests.property.diaries import diaries, texts

BUSY = [HealthCheck.too_slow]  # a busy computer is no fault of the diary


@settings(max_examples=150, deadline=None, suppress_health_check=BUSY)
@given(diaries(min_nights=1))
def test_import_after_export_gives_the_same_diary(diary):
    for written in (write_diary_csv(diary), write_diary_json(diary)):
        file = read_diary(written)
        assert file.problems == ()
        assert file.notices == ()
        assert file.diary == diary


def test_an_empty_diary_comes_back_empty_and_says_so():
    diary = Diary(factors=(Factor("walk", FactorKind.YES_NO), Factor("tea", FactorKind.COUNT, "cups")))
    for read, write in ((read_diary_csv, write_diary_csv), (read_diary_json, write_diary_json)):
        file = read(write(diary))
        assert file.diary == diary
        assert "no nights" in str(file.problems[0])


@settings(max_examples=60, deadline=None, suppress_health_check=BUSY)
@given(diaries(min_nights=2), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(diary, random):
    header, *nights = list(csv.reader(io.StringIO(write_diary_csv(diary).decode(), newline="")))
    random.shuffle(nights)
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *nights])
    assert read_diary_csv(out.getvalue().encode()).diary == diary


@settings(max_examples=150, deadline=None, suppress_health_check=BUSY)
@given(diaries(min_nights=1))
def test_no_exported_text_is_a_formula_to_a_spreadsheet(diary):
    for row in csv.reader(io.StringIO(write_diary_csv(diary).decode(), newline="")):
        for cell in row:
            is_number = (
                cell.startswith("-") and cell[1:].replace(".", "").replace("e", "").replace("-", "").isdigit()
            )
            assert is_number or not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))


@settings(deadline=None, suppress_health_check=BUSY)
@given(texts(10))
@example("'=1")
@example("''+x")
def test_guarding_a_text_can_be_undone(text):
    assert unguard(guard(text)) == text


@settings(max_examples=300, deadline=None, suppress_health_check=BUSY)
@given(st.binary(max_size=300) | texts(60).map(lambda text: f"night,cramps,x\n2026-01-01,{text}\n".encode()))
def test_no_bytes_make_a_reader_fail(raw):
    for read in (read_diary_csv, read_diary_json):
        file = read(raw)
        assert file.problems or file.diary.nights
        assert all(problem.what for problem in (*file.problems, *file.notices))


@settings(max_examples=80, deadline=None, suppress_health_check=BUSY)
@given(diaries(min_nights=2), st.data())
def test_one_bad_row_is_named_and_costs_no_other_night(diary, data):
    raw = write_diary_csv(Diary(tuple(Night(n.evening, n.outcomes) for n in diary.nights)))
    lines = raw.decode().split("\r\n")
    at = data.draw(st.integers(1, len(diary.nights)))
    lines[at] = "2026-02-30" + lines[at][10:]
    file = read_diary_csv("\r\n".join(lines).encode())
    assert [(problem.line, problem.column) for problem in file.problems] == [(at + 1, "night")]
    assert len(file.diary.nights) == len(diary.nights) - 1
