"""The example diary of ``quietlegs serve --demo``: made up, from a fixed seed, and marked as such on every page.

The person in it stands a lot in a shop. What was put in: an hour more of standing makes 1.25 times as many cramps, a
stretch before bed 0.6 times as many. Coffee, wine, magnesium, walking and stress do nothing. Good and bad spells come
and go by themselves. One night in nine is not noted.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from django.utils.translation import gettext, gettext_noop

from quietlegs.core.diary.night import Diary as CoreDiary
from quietlegs.core.diary.night import Episode, FactorKind, Night, diary_of
from quietlegs.core.diary.night import Factor as CoreFactor
from quietlegs.exchange.knowledge_base import ENGLISH, language, load_folder
from quietlegs.web.diary import access, actions, clock
from quietlegs.web.diary.models import Diary, Factor

SEED = 307
NIGHTS = 180
SPELL_MEMORY = 0.85  # of one night's tendency in the next
SOURCE = "example"
_YES_NO = FactorKind.YES_NO
FACTORS = (
    CoreFactor("Standing", FactorKind.AMOUNT, "h"),
    CoreFactor("Calf stretch before bed", _YES_NO),
    CoreFactor("Coffee after 3", _YES_NO),
    CoreFactor("Wine or beer", FactorKind.COUNT, "drinks"),
    CoreFactor("Magnesium", _YES_NO),
    CoreFactor("Walking", FactorKind.AMOUNT, "min"),
    CoreFactor("Stress", FactorKind.SCALE),
)
_LIBRARY = ("standing", "calf-stretch", "late-caffeine", "alcohol", "magnesium", "walking", "stress")
NOTES = {
    0: gettext_noop("Rain all day, short walk."),
    7: gettext_noop("Stocktaking, on my feet until 8."),
    23: gettext_noop("New shoes."),
    41: gettext_noop("Slept well at last."),
}


def example_nights(last: date, *, nights: int = NIGHTS, seed: int = SEED) -> CoreDiary:
    """Return the example diary, whose last night is that of ``last``."""
    rng = np.random.default_rng(seed)
    spell = 0.0
    made = []
    for back in range(nights - 1, -1, -1):
        evening = last - timedelta(days=back)
        day = _day(rng, evening)
        spell = SPELL_MEMORY * spell + rng.normal(0, 0.35)
        rate = 0.55 * np.exp(
            spell + np.log(1.25) * (day["Standing"] - 4) + np.log(0.6) * day["Calf stretch before bed"]
        )
        cramps = int(min(rng.poisson(rate), 6))
        is_noted = rng.random() > 0.11 or back == 0
        night = _night(rng, evening, cramps, day, NOTES.get(back, ""))
        if is_noted:
            made.append(night)
    return diary_of(made, FACTORS)


def _day(rng: np.random.Generator, evening: date) -> dict[str, float]:
    works = evening.weekday() < 5
    return {
        "Standing": float(np.clip(np.round(rng.normal(6 if works else 2.5, 1.5) * 2) / 2, 0, 12)),
        "Calf stretch before bed": float(rng.random() < 0.5),
        "Coffee after 3": float(rng.random() < 0.4),
        "Wine or beer": float(rng.poisson(0.4 if works else 1.2)),
        "Magnesium": float(rng.random() < 0.7),
        "Walking": float(np.clip(np.round(rng.normal(35, 15) / 5) * 5, 0, 120)),
        "Stress": float(np.clip(np.round(rng.normal(5 if works else 3, 2)), 0, 10)),
    }


def _night(
    rng: np.random.Generator, evening: date, cramps: int, day: Mapping[str, float], note: str
) -> Night:
    hours = float(np.clip(np.round((7.2 - 0.5 * cramps + rng.normal(0, 0.7)) * 2) / 2, 3, 9.5))

    def score(middle: float) -> float:
        return float(np.clip(np.round(rng.normal(middle, 1.3)), 0, 10))

    outcomes = {
        "cramps": float(cramps),
        "sleep_hours": hours,
        "awakenings": float(min(cramps + rng.poisson(0.8), 9)),
        "restless": score(2),
        "fatigue": score(3 + (7 - hours) + 0.4 * cramps),
        "pain": score(2 + 0.8 * cramps),
    }
    episodes: tuple[Episode, ...] = ()
    places: tuple[str, ...] = ()
    if cramps:
        outcomes["severity"] = score(5.5)
        side = "left" if rng.random() < 0.6 else "right"
        places = (f"{side}-calf",)
        if rng.random() < 0.3:
            minute = int(rng.integers(60, 300))
            started = datetime.combine(evening + timedelta(days=1), time(minute // 60, minute % 60), UTC)
            lasted = float(np.round(rng.lognormal(1.2, 0.5), 1))
            episodes = (
                Episode(started_at=started, utc_offset_minutes=0, minutes=lasted, muscle="calf", side=side),
            )
    answers = {name: value for name, value in day.items() if rng.random() > 0.03}
    return Night(
        evening=evening, outcomes=outcomes, factors=answers, note=note, episodes=episodes, places=places
    )


def fill_example(*, now: datetime) -> Diary:
    """Fill an empty diary with the example, and mark it. One that has nights stays as it is."""
    diary = access.household_diary()
    if diary.nights.exists():
        return diary
    Diary.objects.filter(pk=diary.pk).update(is_demo=True)
    actions.import_nights(diary=diary, given=example_nights(clock.last_night(diary, now)), source=SOURCE)
    for factor, library_id in zip(FACTORS, _LIBRARY, strict=True):
        Factor.objects.filter(diary=diary, name=factor.name).update(library_id=library_id)
    if language() != ENGLISH:
        _say_in_its_language(diary)
    diary.refresh_from_db()
    return diary


def _say_in_its_language(diary: Diary) -> None:
    names = load_folder("factors")
    for factor in diary.factors.exclude(library_id=""):
        factor.name = str(names[factor.library_id]["name"])
        factor.unit = str(names[factor.library_id].get("unit") or factor.unit)
        factor.save(update_fields=["name", "unit"])
    for note in NOTES.values():
        diary.nights.filter(note=note).update(note=gettext(note))
