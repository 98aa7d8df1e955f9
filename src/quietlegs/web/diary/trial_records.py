"""The trials that stand in the diary's JSON. They are another room's: it names its two functions here."""

from collections.abc import Sequence

from django.utils.module_loading import import_string

from quietlegs.core.base.errors import Problem
from quietlegs.core.experiments.record import TrialRecord
from quietlegs.web.diary.models import Diary

ROOM = "quietlegs.web.experiments.records"


def records_of(diary: Diary) -> tuple[TrialRecord, ...]:
    """Return all trials of a diary."""
    found: tuple[TrialRecord, ...] = import_string(f"{ROOM}.records_of")(diary)
    return found


def take_in(diary: Diary, records: Sequence[TrialRecord]) -> tuple[int, list[Problem]]:
    """Bring in the trials that are not there yet; return how many, and what is wrong with those left out."""
    done: tuple[int, list[Problem]] = import_string(f"{ROOM}.take_in")(diary, records)
    return done
