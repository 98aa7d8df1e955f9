"""``quietlegs log``: one night into the diary."""

import difflib
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from quietlegs.cli.faults import Refused
from quietlegs.cli.output import json_option, print_json

if TYPE_CHECKING:
    from quietlegs.core.diary.night import Night
    from quietlegs.exchange.diary_columns import Column
    from quietlegs.web.diary.models import Diary

EVENING_HOUR = 18  # before it, who logs "a night" means the one that is over


@click.command()
@click.option(
    "--night",
    "night_word",
    metavar="DATE",
    help="The evening's date, or tonight. Otherwise last night; from 6 pm tonight.",
)
@click.option("--cramps", type=click.IntRange(0, 100), help="How many cramps.")
@click.option("--severity", type=click.FloatRange(0, 10), help="The worst cramp, 0 to 10.")
@click.option("--quiet", is_flag=True, help="A night without any cramp.")
@click.option(
    "--factor", "factors", multiple=True, metavar="NAME=VALUE", help="yes, no or a number. May be repeated."
)
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    metavar="NAME=VALUE",
    help="sleep_hours, restless, pain, fatigue, ... May be repeated.",
)
@click.option("--note", default="", help="A few words about the night.")
@click.option("--new-factors", is_flag=True, help="Add factors that the diary does not know yet.")
@json_option
def command(
    night_word: str | None,
    cramps: int | None,
    severity: float | None,
    quiet: bool,
    factors: tuple[str, ...],
    outcomes: tuple[str, ...],
    note: str,
    new_factors: bool,
    as_json: bool,
) -> None:
    """Record a night. What is known of it already stays, unless you give it anew.

    \b
    quietlegs log --quiet                                last night was quiet
    quietlegs log --cramps 2 --severity 7                two cramps, the worst 7 of 10
    quietlegs log --night 2026-03-01 --cramps 1          an earlier night
    quietlegs log --quiet --factor stretch=yes --factor "water[ml]=750" --new-factors
    quietlegs log --outcome sleep_hours=6.5 --outcome pain=3
    """
    from quietlegs.cli.store import open_diary

    if quiet and (cramps or severity):
        raise click.UsageError(
            "--quiet says that there was no cramp. Leave it out, or leave out --cramps and --severity."
        )
    known = _outcomes(outcomes)
    known |= {
        name: float(v)
        for name, v in (("cramps", 0 if quiet else cramps), ("severity", severity))
        if v is not None
    }
    if not (known or factors or note):
        raise click.UsageError("Say something about the night: --quiet, --cramps 2, --factor stretch=yes ...")
    diary = open_diary()
    given = [_factor(text) for text in factors]
    night = _night(_evening(night_word, diary), known, _known_names(diary, given, new_factors), note)
    stored = _store(diary, night, [column for column, _ in given], quiet=quiet, new_factors=new_factors)
    if as_json:
        print_json(_plain(stored))
    else:
        click.echo(
            f"Saved: the night of {stored.evening:%A} {stored.evening.day} {stored.evening:%B %Y}, {_said(stored)}."
        )


def _outcomes(texts: tuple[str, ...]) -> dict[str, float]:
    from quietlegs.core.diary.night import OUTCOMES
    from quietlegs.exchange.cells import parse_number

    found = {}
    for text in texts:
        name, _, value = text.partition("=")
        number = parse_number(value)
        if name.strip() not in OUTCOMES:
            raise click.UsageError(
                f"--outcome {text}: there is no outcome {name.strip()!r}. Use one of {', '.join(OUTCOMES)}."
            )
        if number is None:
            raise click.UsageError(f"--outcome {text}: give a number, like --outcome {name.strip()}=3.")
        found[name.strip()] = number
    return found


def _factor(text: str) -> "tuple[Column, float]":
    """Return the column that ``NAME[unit]=VALUE`` names, as a CSV header would, and its value."""
    from quietlegs.core.diary.night import FactorKind
    from quietlegs.exchange.cells import parse_number, parse_yes_no
    from quietlegs.exchange.diary_columns import Column, Role, parse_column

    name, equals, cell = text.rpartition("=")
    word = parse_yes_no(cell)
    value = parse_number(cell) if word is None else word
    if not equals or not name.strip() or value is None:
        raise click.UsageError(
            f"--factor {text}: write NAME=VALUE with yes, no or a number, like --factor stretch=yes."
        )
    column = parse_column(name)
    if column.role is not Role.FACTOR:
        raise click.UsageError(
            f"--factor {text}: {column.name} is no factor. Use --outcome {column.name}={cell}."
        )
    kind = column.kind or (FactorKind.AMOUNT if word is None else FactorKind.YES_NO)
    return Column(column.role, column.name, column.unit, kind), value


def _evening(word: str | None, diary: "Diary") -> date:
    from django.utils import timezone

    from quietlegs.exchange.cells import parse_date
    from quietlegs.web.diary import clock

    now: datetime = clock.local(diary, timezone.now())
    tonight = clock.tonight(diary)
    if word is None:
        is_over = tonight == now.date() and now.hour < EVENING_HOUR
        return tonight - timedelta(days=1) if is_over else tonight
    if word.casefold() == "tonight":
        return tonight
    evening = parse_date(word)
    if evening is None:
        raise click.UsageError(f"--night {word}: write the evening's date like {tonight}, or tonight.")
    return evening


def _known_names(diary: "Diary", given: "list[tuple[Column, float]]", new_factors: bool) -> dict[str, float]:
    """Return the answers by the names that the diary uses; refuse what it does not know, with what comes near."""
    known = {factor.name.casefold(): factor.name for factor in diary.factors.all()}
    answers = {}
    for column, value in given:
        name = known.get(column.name.casefold(), column.name if new_factors else None)
        if name is None:
            near = difflib.get_close_matches(column.name.casefold(), known, n=1)
            hint = f"Did you mean {known[near[0]]}? " if near else ""
            raise Refused(f"Your diary has no factor {column.name!r}. {hint}To add it, say --new-factors.")
        answers[name] = value
    return answers


def _night(evening: date, outcomes: dict[str, float], factors: dict[str, float], note: str) -> "Night":
    from quietlegs.core.base.errors import QuietlegsError
    from quietlegs.core.diary.night import Night

    try:
        return Night(evening, outcomes, factors, note)
    except QuietlegsError as error:
        raise Refused(str(error)) from error


def _store(
    diary: "Diary", night: "Night", columns: "list[Column]", *, quiet: bool, new_factors: bool
) -> "Night":
    """Store the night, and with it the factors that are new: all of it or nothing."""
    from django.db import transaction

    from quietlegs.web.diary import actions, queries
    from quietlegs.web.diary.checks import FactorRefusedError, NightRefusedError

    try:
        with transaction.atomic():
            known = {factor.name.casefold() for factor in diary.factors.all()}
            for column in columns:
                if new_factors and column.name.casefold() not in known:
                    actions.add_factor(
                        diary=diary, name=column.name, kind=str(column.kind), unit=column.unit or ""
                    )
            if quiet:
                actions.log_quiet_night(diary=diary, evening=night.evening)
            logged = actions.log_night(diary=diary, night=night)
            return queries.core_night(logged.night)
    except (NightRefusedError, FactorRefusedError) as error:
        raise Refused(str(error)) from error


def _plain(night: "Night") -> dict[str, Any]:
    return {
        "night": night.evening.isoformat(),
        "is_quiet": night.is_quiet,
        "outcomes": dict(night.outcomes),
        "factors": dict(night.factors),
        "note": night.note,
    }


def _said(night: "Night") -> str:
    cramps = night.outcomes.get("cramps")
    if cramps is None:
        return "cramps not known yet"
    return "quiet" if cramps == 0 else f"{cramps:g} cramp{'s' if cramps > 1 else ''}"
