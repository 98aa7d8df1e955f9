"""The trials that stand in the diary's JSON. They are another room's: it names its functions here."""

from collections.abc import Mapping, Sequence

from django.utils.module_loading import import_string

from quietlegs.core.base.errors import Problem
from quietlegs.core.experiments.record import TrialRecord
from quietlegs.web.diary.models import Diary

ROOM = "quietlegs.web.experiments.records"


def records_of(diary: Diary) -> tuple[TrialRecord, ...]:
    """Return all trials of a diary."""
    found: tuple[TrialRecord, ...] = import_string(f"{ROOM}.records_of")(diary)
    return found


def take_in(diary: Diary, records: Sequence[TrialRecord]) -> tuple[dict[str, str], list[Problem]]:
    """Bring in the trials that are not there yet; return them for ``take_away``, and what is wrong with those left out."""
    done: tuple[dict[str, str], list[Problem]] = import_string(f"{ROOM}.take_in")(diary, records)
    return done


def take_away(diary: Diary, brought: Mapping[str, str]) -> tuple[int, int]:
    """Delete the trials that ``take_in`` brought; return how many went, and how many stay because they went on since."""
    done: tuple[int, int] = import_string(f"{ROOM}.take_away")(diary, brought)
    return done
