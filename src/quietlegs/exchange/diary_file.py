"""What reading a diary file gives, whichever format it has."""

from dataclasses import dataclass, replace
from datetime import date

from quietlegs.core.base.errors import Problem
from quietlegs.core.base.messages import counted_message, message
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

    def until(self, last: date) -> "DiaryFile":
        """Return the file without the nights after ``last``, and with a notice of how many there were."""
        nights = tuple(night for night in self.diary.nights if night.evening <= last)
        late = len(self.diary.nights) - len(nights)
        if not late:
            return self
        notice = Problem(
            counted_message(
                "{count} night was left out: it is still to come.",
                "{count} nights were left out: they are still to come.",
                count=late,
            ),
            message("Was a clock wrong?"),
        )
        return replace(self, diary=replace(self.diary, nights=nights), notices=(*self.notices, notice))


def unusable(what: str, mend: str, line: int | None = None) -> DiaryFile:
    """Return a file of which nothing can be used, with the one problem that says why."""
    return DiaryFile(Diary(), (Problem(what, mend, line=line),))
