"""What is said when a command cannot go on: what, where, how to mend; and the exit status that scripts read."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

ANSWER_IS_NO = 1  # or some input was refused
BAD_USE = 2  # bad usage, or input that cannot be read


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
        click.echo(f"Error: {error}", err=True)
        sys.exit(BAD_USE)
    except BrokenPipeError:
        sys.exit(0)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        sys.exit(130)
