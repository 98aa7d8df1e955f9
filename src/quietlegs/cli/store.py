"""The household's diary for a command: the store opened and brought up to date, nothing else of the app started."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quietlegs.web.diary.models import Diary


def open_diary() -> "Diary":
    """Return the household's diary.

    Raises:
        QuietlegsError: when the store cannot be opened.
    """
    from quietlegs.web.store import open_store

    open_store()
    from quietlegs.web.diary.access import household_diary

    return household_diary()
