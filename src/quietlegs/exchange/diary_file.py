"""What reading a diary file gives, whichever format it has."""

from dataclasses import dataclass

from quietlegs.core.base.errors import Problem
from quietlegs.core.diary.night import Diary
from quietlegs.core.experiments.record import TrialRecord


@dataclass(frozen=True, slots=True)
class DiaryFile:
    """What was read: the diary of the good rows, every problem, what else the person should know, and trials on oneself.

    With ``problems``, nothing should be stored unless the person says to keep the good nights.
    """

    diary: Diary
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()
    trials: tuple[TrialRecord, ...] = ()


def unusable(what: str, mend: str, line: int | None = None) -> DiaryFile:
    """Return a file of which nothing can be used, with the one problem that says why."""
    return DiaryFile(Diary(), (Problem(what, mend, line=line),))
