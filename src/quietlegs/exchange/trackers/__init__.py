"""Files of the trackers people already use, read into a diary.

Each module reads one program's files and knows nothing of the others. ``detect`` tells the program from what a file
holds, never from its name. What was read becomes nights through ``gather``: every value on the night it belongs to,
with nothing invented: a night without a reading stays unknown.
"""

from quietlegs.exchange.trackers.detect import TRACKERS, detect, read_tracker

__all__ = ["TRACKERS", "detect", "read_tracker"]
