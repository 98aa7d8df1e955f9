"""What the log says of a fault: its kind and its place, never its words, which may be the person's own."""

import traceback
from pathlib import Path


def named(error: BaseException) -> str:
    """Return an error's kind and the line where it arose."""
    places = traceback.extract_tb(error.__traceback__)
    at = f" at {Path(places[-1].filename).name}:{places[-1].lineno}" if places else ""
    return f"{type(error).__name__}{at}"
