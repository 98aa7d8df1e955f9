"""The loop that sends reminders: a thread in exactly one worker of the server, which ends with it.

Every worker has the thread; the one that holds the lock of the data folder does the work, the others try the lock again
at every turn. So when a worker dies another takes over, and no process of its own has to be kept. While no reminder is
set, a turn is one small query.
"""

import logging
import threading

from django.db import close_old_connections, connections

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
    told = ""
    while not stop.wait(seconds):
        try:
            with held(data_folder(), LOCK_FILE, wait=False) as is_mine:
                while is_mine and not stop.is_set():
                    told = _turn(told)
                    stop.wait(seconds)
        except OSError as error:  # a disk that is away, too many open files: the next turn tries again
            told = _tell(error, told)


def _turn(told: str) -> str:
    """Do one round. Return the kind of its fault, which is told once and not at every turn; empty when all is well."""
    from quietlegs.web.reminders.sending import send_what_is_due

    fault = ""
    try:
        send_what_is_due()
    except Exception as error:  # a full disk, a busy database, a fault of ours: the next turn tries again
        fault = _tell(error, told)
        connections.close_all()
    close_old_connections()
    return fault


def _tell(error: Exception, told: str) -> str:
    kind = type(error).__name__
    if kind != told:
        _log.error("reminders: %s", named(error))
    return kind
