"""Whatever a file holds, each reader gives nights within bounds or a clear refusal, and never breaks."""

import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.diary.night import OUTCOMES
from quietlegs.exchange.trackers import TRACKERS, read_tracker

SAMPLES = Path(__file__).parents[1] / "samples" / "trackers"
PLAIN = {
    "apple-health": "apple_clean_dst.xml",
    "fitbit": "fitbit_sleep-2026-03-01.json",
    "garmin": "garmin_2026-03-01_2026-03-31_1_sleepData.json",
    "oura": "oura_v2_sleep.json",
    "bearable": "bearable_old.csv",
    "flaredown": "flaredown.csv",
    "daylio": "daylio.csv",
    "sleep-cycle": "sleep_cycle_new.csv",
    "sleep-as-android": "sleep_as_android.csv",
    "withings": "withings_sleep.csv",
    "loop": "loop_checkmarks.csv",
    "nomie": "nomie.json",
    "health-connect": "health_connect_export.db",
    "gadgetbridge": "health_connect_export.db",
}


def test_every_tracker_is_tried() -> None:
    assert set(PLAIN) == set(TRACKERS)


@st.composite
def broken(draw: st.DrawFn, whole: bytes) -> bytes:
    """A real file that was cut, or had bytes changed, or had something put in."""
    raw = bytearray(whole[: draw(st.integers(0, len(whole)))] if draw(st.booleans()) else whole)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(len(raw) - 1, 0)))
        raw[at : at + draw(st.integers(0, 3))] = draw(
            st.one_of(
                st.binary(max_size=4),
                st.sampled_from([b"1e308", b"-1", b"NaN", b'"', b"\0", b";", b"2026-13-45", b"\xff\xfe"]),
            )
        )
    return bytes(raw)


@pytest.mark.parametrize("tracker", sorted(PLAIN))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_broken_file_gives_nights_within_bounds_or_a_clear_refusal(
    tracker: str, data: st.DataObject
) -> None:
    raw = data.draw(broken((SAMPLES / PLAIN[tracker]).read_bytes()))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(raw)
        try:
            file = read_tracker(path, zone=ZoneInfo("Europe/London"), tracker=tracker)
        except QuietlegsError as error:
            assert str(error)
            return
    for night in file.diary.nights:
        for name, value in night.outcomes.items():
            assert OUTCOMES[name].low <= value <= OUTCOMES[name].high
        assert all(0 <= value <= 1e9 for value in night.factors.values())
