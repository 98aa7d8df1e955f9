"""What is given to research keeps the nights and loses the person, as far as a file can."""

import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from quietlegs.core.diary.night import Episode, Factor, FactorKind, Night, diary_of
from quietlegs.exchange.research import (
    QuasiIdentifiers,
    de_identified,
    k_anonymity,
    shift_of,
    write_research,
)

FIRST = date(2026, 1, 5)
OWN, WINE = Factor("visit to Anna in Ulm", FactorKind.YES_NO, "Anna"), Factor("wine", FactorKind.AMOUNT, "ml")
ONCE = Factor("operation", FactorKind.YES_NO)


def told_diary():
    nights = [
        Night(
            FIRST + timedelta(days=i),
            {"cramps": 14.0 if i == 3 else float(i % 2), "sleep_hours": 6.37},
            {OWN.name: float(i % 2), "wine": 997.0 if i == 4 else 150.0 + i % 3, **({"operation": 1.0} if i == 2 else {})},
            note="Anna called me, Peter Huber",
            episodes=(Episode(datetime(2026, 1, 6, 2, 47, tzinfo=UTC), 60, relief=("Anna's salt",)),) if i == 0 else (),
        )
        for i in range(20)
    ]  # fmt: skip
    return diary_of(nights, [OWN, WINE, ONCE])


def release():
    return de_identified(
        told_diary(), shift=shift_of("secret", 1), age=67, sex="female", known_factors=frozenset({"wine"})
    )


def test_nothing_that_the_person_wrote_is_in_the_file() -> None:
    made = write_research(release(), made_on=date(2020, 1, 1))
    with zipfile.ZipFile(BytesIO(made)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
        told = json.loads(archive.read("release.json"))
    for word in ("Anna", "Huber", "Ulm", "operation", "2026", ":47", "salt", "997"):
        assert word not in everything, word
    assert "wine" in everything
    assert told["person"]["age_band"] == "60-69"
    assert told["k_anonymity"] == {
        "people": 1,
        "k": 1,
        "quasi_identifiers": ["age_band", "sex", "rare_factors"],
    }


def test_nights_stay_in_order_on_their_weekdays_and_the_pattern_stays() -> None:
    before, after = told_diary().nights, release().diary.nights
    shifts = {b.evening - a.evening for b, a in zip(before, after, strict=True)}
    assert len(shifts) == 1
    assert [n.evening.weekday() for n in before] == [n.evening.weekday() for n in after]
    assert [n.outcomes["cramps"] for n in after][:5] == [0, 1, 0, 10, 0]  # 14 is told as 10
    assert {n.outcomes["sleep_hours"] for n in after} == {6.5}
    assert [len(n.factors) for n in after[:6]] == [2, 2, 2, 2, 1, 2]  # the one glass of 997 ml is left out


def test_times_tell_the_clock_on_the_wall_and_neither_the_zone_nor_when_it_changed() -> None:
    """The day on which clocks change is known: if the file told it, the secret move of the dates could be undone."""

    def episodes(zone: str) -> list[tuple[datetime, int]]:
        began = [
            datetime(2026, 3, 20 + i, 23, 20, tzinfo=ZoneInfo(zone)) for i in range(12)
        ]  # the 29th is in it
        nights = [
            Night(at.date(), {"cramps": 1.0}, episodes=(Episode(at.astimezone(UTC), int(at.utcoffset().total_seconds() // 60)),))
            for at in began
        ]  # fmt: skip
        told = de_identified(
            diary_of(nights), shift=timedelta(weeks=30), age=67, sex="female", known_factors=frozenset()
        )
        assert all(e.evening() == night.evening for night in told.diary.nights for e in night.episodes)
        return [(e.started_at, e.utc_offset_minutes) for night in told.diary.nights for e in night.episodes]

    berlin = episodes("Europe/Berlin")
    assert berlin == episodes("Asia/Kolkata") == episodes("America/Los_Angeles")
    assert {(at.hour, at.minute, offset) for at, offset in berlin} == {(23, 0, 0)}


@given(st.text(min_size=1), st.integers(1, 10_000))
def test_a_diary_always_moves_by_the_same_whole_weeks_of_at_least_half_a_year(
    secret: str, diary: int
) -> None:
    shift = shift_of(secret, diary)
    assert shift == shift_of(secret, diary)
    assert shift.days % 7 == 0
    assert 26 * 7 <= shift.days <= 520 * 7
    assert shift_of(secret + "x", diary) != shift or shift_of(secret + "y", diary) != shift


def test_k_is_the_size_of_the_smallest_group_that_cannot_be_told_apart() -> None:
    people = [QuasiIdentifiers("60-69", "female")] * 3 + [QuasiIdentifiers("60-69", "male")] * 2
    assert k_anonymity(people) == 2
    assert k_anonymity([*people, QuasiIdentifiers("20-29", "male", ("wine",))]) == 1
