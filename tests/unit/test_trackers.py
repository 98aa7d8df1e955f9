"""Files of other trackers land on the right nights; hostile ones do no harm."""

import json
import sqlite3
import zipfile
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.diary.night import Night
from quietlegs.exchange.any_file import read_any
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers import detect, read_tracker

SAMPLES = Path(__file__).parents[1] / "samples" / "trackers"
LONDON = ZoneInfo("Europe/London")


def read(name: str) -> DiaryFile:
    return read_tracker(SAMPLES / name, zone=LONDON)


def night(file: DiaryFile, evening: str) -> Night:
    return next(night for night in file.diary.nights if night.evening == date.fromisoformat(evening))


@pytest.mark.parametrize(
    ("name", "tracker"),
    [
        ("apple_clean_dst.xml", "apple-health"),
        ("apple_export.zip", "apple-health"),
        ("health_connect_export.db", "health-connect"),
        ("health_connect.zip", "health-connect"),
        ("fitbit_sleep-2026-03-01.json", "fitbit"),
        ("garmin_2026-03-01_2026-03-31_1_sleepData.json", "garmin"),
        ("oura_v2_sleep.json", "oura"),
        ("bearable_old.csv", "bearable"),
        ("bearable_new_bom.csv", "bearable"),
        ("flaredown.csv", "flaredown"),
        ("daylio.csv", "daylio"),
        ("sleep_cycle_old.csv", "sleep-cycle"),
        ("sleep_cycle_new.csv", "sleep-cycle"),
        ("sleep_as_android.csv", "sleep-as-android"),
        ("withings_sleep.csv", "withings"),
        ("loop_checkmarks.csv", "loop"),
        ("nomie.json", "nomie"),
    ],
)
def test_a_file_is_known_by_what_it_holds_and_not_by_its_name(
    name: str, tracker: str, tmp_path: Path
) -> None:
    nameless = tmp_path / "file"
    nameless.write_bytes((SAMPLES / name).read_bytes())
    assert detect(nameless) == tracker


def test_our_own_diary_and_any_other_table_belong_to_no_tracker(tmp_path: Path) -> None:
    own = tmp_path / "diary.csv"
    own.write_text("night,cramps,stretch\n2026-03-01,2,yes\n")
    assert detect(own) is None


@pytest.mark.parametrize(
    "name", ["apple_clean_dst.xml", "apple_ios16_broken_dtd_vtab.xml", "apple_export.zip"]
)
def test_apple_sleep_is_counted_once_on_the_night_when_clocks_go_forward(name: str) -> None:
    file = read(name)
    slept = night(file, "2026-03-28")
    assert slept.outcomes["sleep_hours"] == pytest.approx(390 / 60)
    assert slept.factors == {"steps": 812, "water": 250, "caffeine": 95}
    assert any("doubles" in str(notice) for notice in file.notices)
    assert any("1 nap was left out" in str(notice) for notice in file.notices)
    assert not file.problems


def test_a_truncated_apple_file_is_a_problem_and_not_a_silent_half() -> None:
    assert any("breaks off" in str(problem) for problem in read("apple_truncated.xml").problems)


def test_health_connect_counts_the_night_when_clocks_go_back_in_real_hours() -> None:
    for name in ("health_connect_export.db", "health_connect.zip"):
        slept = night(read(name), "2026-10-24")
        assert slept.outcomes["sleep_hours"] == pytest.approx(520 / 60, abs=0.001)
        assert slept.factors == {"steps": 4200, "water": 300, "caffeine": 95}


@pytest.mark.parametrize(
    ("name", "evening", "outcomes"),
    [
        ("fitbit_sleep-2026-03-01.json", "2026-03-09", {"sleep_hours": 6.667}),
        ("garmin_2026-03-01_2026-03-31_1_sleepData.json", "2026-03-09", {"sleep_hours": 7.0}),
        ("oura_v2_sleep.json", "2026-03-09", {"sleep_hours": 7.0}),
        ("bearable_old.csv", "2025-12-08", {"cramps": 1, "severity": 5.0}),
        ("bearable_old.csv", "2025-12-07", {"sleep_hours": 6.5}),
        ("bearable_new_bom.csv", "2025-12-08", {"cramps": 1, "severity": 7.5}),
        ("flaredown.csv", "2025-11-25", {"cramps": 1, "severity": 10.0}),
        ("flaredown.csv", "2025-11-26", {"cramps": 0}),
        ("daylio.csv", "2026-01-31", {"cramps": 1}),
        ("sleep_cycle_old.csv", "2014-12-29", {"sleep_quality": 8}),
        ("sleep_cycle_new.csv", "2026-03-01", {"sleep_hours": 6.75, "sleep_quality": 7}),
        ("sleep_as_android.csv", "2016-05-18", {"sleep_hours": 8.233, "sleep_quality": 8}),
        ("withings_sleep.csv", "2026-03-01", {"sleep_hours": 7.0}),
        ("loop_checkmarks.csv", "2026-03-01", {"cramps": 1}),
        ("loop_checkmarks.csv", "2026-03-02", {"cramps": 0}),
        ("nomie.json", "2026-03-01", {"cramps": 2, "pain": 6}),
    ],
)
def test_each_program_s_readings_land_on_their_night(
    name: str, evening: str, outcomes: dict[str, float]
) -> None:
    assert night(read(name), evening).outcomes == pytest.approx(outcomes, abs=0.001)


def test_a_skipped_or_unknown_habit_is_neither_done_nor_not_done() -> None:
    evenings = {one.evening for one in read("loop_checkmarks.csv").diary.nights}
    assert date(2026, 2, 28) not in evenings


def test_the_same_file_read_twice_is_the_same_diary() -> None:
    assert read("apple_clean_dst.xml").diary == read("apple_clean_dst.xml").diary


def test_a_file_with_several_people_is_refused(tmp_path: Path) -> None:
    rows = (SAMPLES / "flaredown.csv").read_text()
    (tmp_path / "two.csv").write_text(
        rows + "somebody-else,30,male,GB,2025-11-28,2001,Symptom,leg cramps,1\n"
    )
    file = read_tracker(tmp_path / "two.csv", zone=LONDON)
    assert not file.diary.nights
    assert "several people" in str(file.problems[0])


@pytest.mark.parametrize("name", ["hostile_billion_laughs.xml", "hostile_xxe.xml"])
def test_no_entity_of_a_hostile_file_is_ever_resolved(name: str) -> None:
    file = read(name)
    assert "root:" not in repr(file.diary)
    assert "lol" not in repr(file.diary)


def test_a_zip_that_climbs_out_of_its_folder_is_not_opened() -> None:
    with pytest.raises(QuietlegsError, match="outside its folder"):
        read("hostile_zip_slip.zip")


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("apple_health_export/export.xml", b" " * 60_000_000)
    with pytest.raises(QuietlegsError, match="far more than it is"):
        detect(tmp_path / "bomb.zip")


def test_a_database_that_wants_more_than_to_be_read_is_refused_or_harmless(tmp_path: Path) -> None:
    path = tmp_path / "evil.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE real (row_id, start_time, end_time, start_zone_offset)")
        connection.execute(
            "CREATE VIEW sleep_session_record_table AS SELECT row_id, start_time, end_time, start_zone_offset FROM real"
        )
        connection.execute("CREATE TABLE steps_record_table (count, start_time, start_zone_offset)")
        connection.execute(
            "INSERT INTO steps_record_table VALUES (1e308, 9e18, 'x'), ('text', NULL, 0), (-5, 0, 0)"
        )
    file = read_tracker(path, zone=LONDON)
    assert not file.diary.nights


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "1e308", "-3", '"text"', "null", "[]", "true", "9" * 400]
)
def test_numbers_that_cannot_be_true_are_left_out(value: str, tmp_path: Path) -> None:
    path = tmp_path / "sleep.json"
    path.write_text(
        f'[{{"logId": 1, "dateOfSleep": "2026-03-10", "startTime": "2026-03-09T23:00:00.000", "minutesAsleep": {value}}}]'
    )
    try:
        file = read_tracker(path, zone=LONDON)
    except QuietlegsError as error:
        assert str(error)
    else:
        assert not file.diary.nights


def test_gadgetbridge_counts_two_bands_once(tmp_path: Path) -> None:
    path = tmp_path / "gb.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE DEVICE (_id)")
        connection.execute("CREATE TABLE USER (_id)")
        connection.execute(
            "CREATE TABLE MI_BAND_ACTIVITY_SAMPLE (TIMESTAMP, DEVICE_ID, USER_ID, STEPS, RAW_KIND)"
        )
        rows = [(1772366400 + 60 * i, device, 1, 10, 1) for i in range(10) for device in (1, 2)]
        connection.executemany("INSERT INTO MI_BAND_ACTIVITY_SAMPLE VALUES (?, ?, ?, ?, ?)", rows)
    assert detect(path) == "gadgetbridge"
    assert night(read_tracker(path, zone=LONDON), "2026-03-01").factors == {"steps": 100}


EDGES = {
    "oura": '{{"data":[{{"bedtime_start":"{0}-12-31T23:00:00+00:00","total_sleep_duration":20000,"time_in_bed":22000,"type":"long_sleep"}}]}}',
    "garmin": '[{{"sleepStartTimestampGMT":"{0}-12-31T23:30:00","deepSleepSeconds":20000}}]',
    "fitbit": '[{{"logId":1,"dateOfSleep":"x","startTime":"{0}-01-01T00:00:00","minutesAsleep":400,"mainSleep":true}}]',
    "sleep-cycle": "Start;End;Sleep Quality;Time in bed;Notes\n{0}-01-01 01:00:00;{0}-01-01 07:00:00;80%;6:00;x\n",
    "sleep-as-android": 'Id,Tz,From,To,Sched,Hours,Rating,Comment\n"1","Europe/Berlin","01. 01. {0} 01:00","01. 01. {0} 07:00","x","6.0","4.0","hi"\n',
    "withings": "from,to,light (s),deep (s),rem (s),awake (s)\n{0}-01-01T01:00:00+00:00,x,10000,5000,3000,0\n",
}


@pytest.mark.parametrize("year", ["0001", "1970", "2000", "9999"])
@pytest.mark.parametrize("tracker", EDGES)
def test_a_night_of_a_year_that_cannot_be_is_left_out_and_said(
    tracker: str, year: str, tmp_path: Path
) -> None:
    path = tmp_path / "edge"
    path.write_text(EDGES[tracker].format(year))
    for zone in (LONDON, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/Los_Angeles")):
        file = read_tracker(path, zone=zone, tracker=tracker)
        assert not file.diary.nights
        assert file.problems


def test_an_absurd_time_in_bed_moves_no_night(tmp_path: Path) -> None:
    path = tmp_path / "oura.json"
    path.write_text(
        '{"data":[{"bedtime_start":"2026-03-01T23:00:00+01:00","total_sleep_duration":20000,"time_in_bed":1e14,"type":"long_sleep"}]}'
    )
    assert night(read_tracker(path, zone=LONDON), "2026-03-01").outcomes["sleep_hours"] == 5.556


def test_nights_still_to_come_are_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "nomie.json"
    events = ",".join(
        f'{{"note": "#cramps(2)", "end": {at}, "offset": 0}}' for at in (1772402400000, 4102437600000)
    )
    path.write_text(f'{{"nomie": {{}}, "events": [{events}]}}')
    file = read_any(path, zone=LONDON, today=date(2026, 3, 5)).file
    assert [one.evening.isoformat() for one in file.diary.nights] == ["2026-03-01"]
    assert "still to come" in str(file.notices[0])


def test_a_database_with_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hc.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE sleep_session_record_table (row_id, start_time)")
    connection.close()
    path.write_bytes(path.read_bytes().replace(b"row_id, start_time", b"row_id, st\x80rt_time"))
    with pytest.raises(QuietlegsError, match="cannot be read"):
        read_tracker(path, zone=LONDON, tracker="health-connect")


def test_health_connect_counts_a_phone_and_a_watch_once(tmp_path: Path) -> None:
    path = tmp_path / "hc.db"
    evening, hour = 1772402400000, 3_600_000  # 2026-03-01 22:00 UTC
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE sleep_session_record_table (row_id INTEGER PRIMARY KEY, start_time, end_time, start_zone_offset, app_info_id)"
        )
        connection.execute(
            "CREATE TABLE steps_record_table (start_time, end_time, start_zone_offset, count, app_info_id)"
        )
        sleeps = [(1, evening, evening + 7 * hour, 0, 1), (2, evening + 600_000, evening + 7 * hour, 0, 2)]
        connection.executemany("INSERT INTO sleep_session_record_table VALUES (?, ?, ?, ?, ?)", sleeps)
        noon = evening - 10 * hour
        steps = [(noon, noon + hour, 0, 4000, 1), (noon + 5, noon + hour, 0, 3900, 2)]
        connection.executemany("INSERT INTO steps_record_table VALUES (?, ?, ?, ?, ?)", steps)
    found = night(read_tracker(path, zone=LONDON), "2026-03-01")
    assert found.outcomes == {"sleep_hours": 7.0}
    assert found.factors == {"steps": 4000.0}


def test_an_unknown_file_says_what_we_read(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(json.dumps({"a": 1}).encode())
    with pytest.raises(QuietlegsError, match="Apple Health"):
        read_tracker(path, zone=LONDON)
