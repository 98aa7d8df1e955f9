"""Kill a real server in the middle of concurrent writes, and see what is there afterwards.

Writers log nights through the HTTP interface, each with an id of its own, and note which were acknowledged. Then the
whole process group gets SIGKILL. What was acknowledged must be in the database, and the database must be sound.
"""

import itertools
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

from tests.web.server import Server, start

WRITERS = 8
ROUND_SECONDS = 120
FIRST_NIGHT = date(1900, 1, 1)


@dataclass
class Tally:
    """What the writers were told. ``acknowledged`` has the night and the cramps of each 201."""

    acknowledged: dict[str, int] = field(default_factory=dict)
    refused: list[tuple[int, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def write_until_killed(server: Server, nights: Iterator[int], tally: Tally, stop: threading.Event) -> None:
    """Log one night after another until the server is gone."""
    while not stop.is_set():
        with tally.lock:
            number = next(nights)
        night, cramps = (FIRST_NIGHT + timedelta(days=number)).isoformat(), number % 100
        body = {"id": str(uuid4()), "night": night, "outcomes": {"cramps": cramps}}
        begun = time.monotonic()
        try:
            status, text = server.send("POST", "/api/v1/nights", body)
        except OSError:
            return  # killed before it answered: the night may be there or not
        with tally.lock:
            if status == 201:
                tally.acknowledged[night] = cramps
                tally.seconds.append(time.monotonic() - begun)
            else:
                tally.refused.append((status, text))


def kill_in_the_middle(data: Path, tally: Tally, nights: Iterator[int], *, after: int) -> None:
    """One round: start the server, let writers write, SIGKILL all of it once ``after`` more were acknowledged."""
    server = start(data)
    stop = threading.Event()
    before, end = len(tally.acknowledged), time.monotonic() + ROUND_SECONDS
    writers = [
        threading.Thread(target=write_until_killed, args=(server, nights, tally, stop))
        for _ in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    while len(tally.acknowledged) < before + after and time.monotonic() < end:
        time.sleep(0.002)
    server.kill()
    stop.set()
    for writer in writers:
        writer.join(30)


def stored_nights(data: Path) -> dict[str, int]:
    """Return the nights in the database with their cramps; an unsound database raises."""
    with closing(sqlite3.connect(data / "quietlegs.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        return dict(database.execute("SELECT evening, cramps FROM diary_night"))


def rounds(data: Path, *, count: int, writes: int, seed: int) -> Iterator[tuple[Tally, set[str]]]:
    """Yield, after each round, what was acknowledged so far and which of it is missing.

    ``writes`` is how many are acknowledged in a round at the least; the kill comes at a random moment after.
    """
    tally, nights, rng = Tally(), itertools.count(), random.Random(seed)
    for _ in range(count):
        kill_in_the_middle(data, tally, nights, after=writes + rng.randrange(writes // 4 + 1))
        there = stored_nights(data)
        yield tally, {night for night, cramps in tally.acknowledged.items() if there.get(night) != cramps}
