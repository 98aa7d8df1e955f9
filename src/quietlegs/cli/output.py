"""How commands speak: one JSON document or words on stdout, messages for people on stderr."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from quietlegs.core.base.errors import Problem

PROBLEMS_SHOWN = 50
Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """Give a command ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else.")(
        command
    )


def print_json(document: Mapping[str, Any]) -> None:
    """Print the command's one JSON document."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def tell(message: str) -> None:
    """Say something to the person, on stderr."""
    click.echo(message, err=True)


def tell_problems(problems: Iterable[Problem], *, of: str) -> None:
    """List problems for the person: all of them, or the first 50 and how many more there are."""
    listed = list(problems)
    for problem in listed[:PROBLEMS_SHOWN]:
        tell(f"{of}: {problem}")
    if len(listed) > PROBLEMS_SHOWN:
        tell(f"{of}: and {len(listed) - PROBLEMS_SHOWN} more. --json lists them all.")


def counted(count: int, thing: str) -> str:
    """Return a number with its thing: "1 night", "2 nights"."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def plain_problem(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON values."""
    return {
        "line": problem.line,
        "column": problem.column,
        "what": str(problem.what),
        "mend": str(problem.mend),
    }
