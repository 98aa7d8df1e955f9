"""The de-identified file of a diary, from what the store holds."""

from quietlegs.exchange.research import Release, de_identified, shift_of, write_research
from quietlegs.exchange.trackers.gather import CAFFEINE, RESTING_HEART_RATE, STEPS, WATER
from quietlegs.web.diary import clock, library
from quietlegs.web.diary.models import Diary
from quietlegs.web.diary.queries import read_diary
from quietlegs.web.medicines import queries as medicines
from quietlegs.web.share.queries import secret_of


def release_of(diary: Diary) -> Release:
    """Return the diary as it would be given."""
    today = clock.tonight(diary)
    profile = medicines.profile_facts(diary, today)
    return de_identified(
        read_diary(diary),
        shift=shift_of(secret_of(), diary.pk),
        age=profile.age_years,
        sex=profile.sex,
        known_factors=known_names(),
    )


def known_names() -> frozenset[str]:
    """Return the names, in small letters, that are nobody's own: those of the library, and of what trackers bring."""
    trackers = (STEPS, WATER, CAFFEINE, RESTING_HEART_RATE)
    names = [*(choice.name for choice in library.choices().values()), *(factor.name for factor in trackers)]
    return frozenset(name.casefold() for name in names)


def research_file(diary: Diary) -> bytes:
    """Return the file to give."""
    moved = clock.tonight(diary) - shift_of(secret_of(), diary.pk)
    return write_research(release_of(diary), made_on=moved)
