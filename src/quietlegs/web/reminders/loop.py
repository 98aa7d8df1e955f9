"""The loop that sends reminders: a thread in exactly one worker of the server, which ends with it.

Every worker has the thread; the one that holds the lock of the data folder does the work, the others try the lock again
at every turn. So when a worker dies another takes over, and no process of its own has to be kept. While no reminder is
set, a turn is one small query. Once a day what was deleted is forgotten for good.
"""

import logging
import threading
from dataclasses import dataclass
from datetime import date

from django.db import close_old_connections, connections
from django.utils import timezone

from quietlegs.web.data_folder import data_folder, held
from quietlegs.web.reminders.faults import named

TURN_SECONDS = 20
LOCK_FILE = "reminders.lock"

_log = logging.getLogger(__name__)


def start(*, seconds: float = TURN_SECONDS) -> threading.Event:
    """Start the loop in the background; set the event that is returned to end it. It also ends with the process."""
    stop = threading.Event()
    threading.Thread(target=run, args=(stop, seconds), name="reminders", daemon=True).start()
    return stop


def run(stop: threading.Event, seconds: float = TURN_SECONDS) -> None:
    """Wait for the lock, then do one round after another until told to stop."""
    so_far = _SoFar()
    while not stop.wait(seconds):
        try:
            with held(data_folder(), LOCK_FILE, wait=False) as is_mine:
                while is_mine and not stop.is_set():
                    _turn(so_far)
                    stop.wait(seconds)
        except OSError as error:  # a disk that is away, too many open files: the next turn tries again
            so_far.tell(error)


@dataclass(slots=True)
class _SoFar:
    """What turns before this one have told and done."""

    told: str = ""  # the kind of fault that was told, once and not at every turn
    forgot_on: date | None = None

    def tell(self, error: Exception) -> None:
        if self.told != (kind := type(error).__name__):
            _log.error("reminders: %s", named(error))
        self.told = kind


def _turn(so_far: _SoFar) -> None:
    """Do one round."""
    from quietlegs.web.offline.forgetting import forget
    from quietlegs.web.reminders.sending import send_what_is_due

    try:
        send_what_is_due()
        now = timezone.now()
        if so_far.forgot_on != now.date():
            forget(now=now)
            so_far.forgot_on = now.date()
        so_far.told = ""
    except Exception as error:  # a full disk, a busy database, a fault of ours: the next turn tries again
        so_far.tell(error)
        connections.close_all()
    close_old_connections()
