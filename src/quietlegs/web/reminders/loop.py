"""The loop that sends reminders: a thread in exactly one worker of the server, which ends with it.

Every worker has the thread; the one that holds the lock of the data folder does the work, the others try the lock again
at every turn. So when a worker dies another takes over, and no process of its own has to be kept. While no reminder is
set, a turn is one small query.
"""

import logging
import threading

from django.db import DatabaseError, close_old_connections, connections

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.web.data_folder import data_folder, held

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
    from quietlegs.web.reminders.sending import send_what_is_due

    while not stop.wait(seconds):
        with held(data_folder(), LOCK_FILE, wait=False) as is_mine:
            while is_mine and not stop.is_set():
                try:
                    send_what_is_due()
                except (DatabaseError, OSError, QuietlegsError):
                    # A full disk, a busy database: told once a turn, and tried again at the next.
                    _log.exception("reminders")
                    connections.close_all()
                close_old_connections()
                stop.wait(seconds)
