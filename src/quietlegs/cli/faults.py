"""What is said when a command cannot go on: what, where, how to mend; and the exit status that scripts read."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

ANSWER_IS_NO = 1  # or some input was refused
BAD_USE = 2  # bad usage, or input that cannot be read
STOPPED = 130  # by Ctrl+C, as shells count it


class Refused(click.ClickException):
    """The input was read, and some of it was refused."""

    exit_code = ANSWER_IS_NO


class Unreadable(click.ClickException):
    """The input could not be read at all."""

    exit_code = BAD_USE


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what the rooms below raise into one message on stderr and the right exit status."""
    from quietlegs.core.base.errors import QuietlegsError

    try:
        yield
    except QuietlegsError as error:
        _say(f"Error: {error}")
        sys.exit(BAD_USE)
    except BrokenPipeError:
        # Whoever read the output has read enough. Python would complain when it closes stdout.
        sys.stdout = None  # type: ignore[assignment]
        sys.exit(0)
    except KeyboardInterrupt:
        _say("Stopped.")
        sys.exit(STOPPED)
    except RecursionError:
        _say("Error: the input is nested too deeply to be read.")
        sys.exit(BAD_USE)
    except UnicodeError:
        _say("Error: a word or file name given is not UTF-8 text. Give it in UTF-8.")
        sys.exit(BAD_USE)
    except MemoryError:
        _say("Error: this computer has too little memory for that.")
        sys.exit(BAD_USE)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        _say(
            f"Error: {error.strerror or error}{where}. Check that the file is there, who may use it, and that the disk has room."
        )
        sys.exit(BAD_USE)
    except Exception as error:
        told = _of_the_store(error)
        if told is None:
            raise
        _say(f"Error: {told}")
        sys.exit(BAD_USE)


def _of_the_store(error: Exception) -> str | None:
    """Return what a fault of the database says to a person; None for anything else, which is a bug to be seen."""
    if "django" not in sys.modules and "sqlite3" not in sys.modules:
        return None
    from quietlegs.web.store import store_fault

    fault = store_fault(error)
    return f"{fault.what} {fault.mend}" if fault else None


def _say(message: str) -> None:
    click.echo(message, err=True)
