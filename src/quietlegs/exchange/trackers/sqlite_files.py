"""Opens a stranger's SQLite file as the hostile thing it may be: read-only, nothing of it run, time and size bounded."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message

MAGIC = b"SQLite format 3\x00"
MOST_BYTES = 2 * 2**30
MOST_STEPS = 4_000  # of a million machine steps each: some minutes, then it is stopped
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database to read tables and nothing else.

    Raises:
        QuietlegsError: it is too large, damaged, or asks for more than reading.
    """
    if path.stat().st_size > MOST_BYTES:
        raise QuietlegsError(message("This database is larger than 2 GB. Export a shorter time."))
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    steps = 0

    def tick() -> int:
        nonlocal steps
        steps += 1
        return int(steps > MOST_STEPS)

    try:
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")
        connection.set_progress_handler(tick, 1_000_000)
        connection.set_authorizer(
            lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
        )
        yield connection
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # damaged, or a name that is no text
        raise QuietlegsError(message("This database cannot be read. Export it again.")) from error
    finally:
        connection.close()


def tables(connection: sqlite3.Connection) -> dict[str, set[str]]:
    """Return each real table's name with its columns. Views and virtual tables are left alone."""
    found: dict[str, set[str]] = {}
    for name, sql in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"):
        if (
            isinstance(name, str)
            and isinstance(sql, str)
            and not sql.upper().lstrip().startswith("CREATE VIRTUAL")
        ):
            quoted = name.replace('"', '""')
            cursor = connection.execute(f'SELECT * FROM "{quoted}" LIMIT 0')  # noqa: S608  # quoted above
            found[name] = {column[0] for column in cursor.description}
    return found


def rows(
    connection: sqlite3.Connection, table: str, columns: Sequence[str]
) -> Iterator[tuple[float | None, ...]]:
    """Yield the numbers in columns of a table; anything that is no number is None."""
    names = ", ".join('"' + column.replace('"', '""') + '"' for column in columns)
    quoted = table.replace('"', '""')
    for row in connection.execute(f'SELECT {names} FROM "{quoted}"'):  # noqa: S608  # quoted above
        yield tuple(float(v) if isinstance(v, int | float) and abs(v) < 1e15 else None for v in row)
