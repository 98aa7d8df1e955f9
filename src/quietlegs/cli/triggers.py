"""``quietlegs triggers``: what changes my nights."""

import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quietlegs.cli.faults import Unreadable
from quietlegs.cli.output import json_option, print_json

if TYPE_CHECKING:
    from quietlegs.core.diary.table import NightTable
    from quietlegs.core.triggers import Findings
    from quietlegs.exchange.findings_lines import Lines

PLOTS = (".svg", ".png", ".html", ".pdf")


@click.command()
@click.argument("diary", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--outcome", default="cramps", show_default=True, help="The column that is asked about.")
@click.option(
    "--outcome-kind",
    type=click.Choice(["count", "yesno", "scale", "amount"]),
    help="How it is measured, where its values do not tell.",
)
@click.option(
    "--lag",
    "lags",
    multiple=True,
    type=click.IntRange(0, 7),
    help="Days before the night; may be given more than once. Otherwise chosen by the number of nights.",
)
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw it: .svg, .png, .html or .pdf."
)
@click.option(
    "--priors/--no-priors",
    default=True,
    show_default=True,
    help="Use what studies found about a factor, where the evidence base has it.",
)
@click.option(
    "--check-laplace",
    is_flag=True,
    help="Check the short cut of the calculation by sampling, and say how it did.",
)
@json_option
def command(
    diary: Path | None,
    outcome: str,
    outcome_kind: str | None,
    lags: tuple[int, ...],
    plot: Path | None,
    priors: bool,
    check_laplace: bool,
    as_json: bool,
) -> None:
    """Say what changes the nights of DIARY, a file; without one, of the diary in the app.

    \b
    quietlegs triggers diary.csv                         a table and sentences
    quietlegs triggers diary.csv --plot nights.svg       draw it too
    quietlegs triggers diary.csv --outcome restless      ask about restlessness
    quietlegs triggers diary.csv --no-priors             by these nights alone
    quietlegs triggers diary.csv --json                  for a program
    """
    from quietlegs.core.diary.night import OutcomeKind
    from quietlegs.core.triggers import Settings, find_triggers, seal
    from quietlegs.exchange.findings_json import findings_json
    from quietlegs.exchange.findings_known import load_known
    from quietlegs.exchange.findings_words import load_causes

    if plot is not None and plot.suffix.lower() not in PLOTS:
        raise Unreadable(
            f"{plot.name}: no picture ends like that. Give a name that ends in {', '.join(PLOTS)}."
        )
    if len(set(lags)) < len(lags):
        raise Unreadable("--lag: a lag is given twice. Give each once.")
    table, sealed, library = _table(diary)
    findings = find_triggers(
        table,
        outcome=outcome,
        outcome_kind=OutcomeKind(outcome_kind) if outcome_kind else None,
        known=load_known(library, outcome) if priors else None,
        diagram=load_causes(),
        settings=Settings(lags=tuple(lags) or None, check_laplace=check_laplace),
    )
    findings = seal(findings, sealed)
    if plot is not None:
        _draw(findings, plot)
    if as_json:
        print_json(findings_json(findings))
    else:
        _print(findings)


def _table(path: Path | None) -> tuple["NightTable", frozenset[str], dict[str, str]]:
    """Return the nights to analyse, the remedies of running trials, of which nothing may be told yet, and library ids."""
    from quietlegs.core.diary.table import night_table

    sealed: frozenset[str] = frozenset()
    if path is None:
        from quietlegs.cli.store import open_diary

        diary = open_diary()
        from quietlegs.web.diary import queries
        from quietlegs.web.insights.queries import library_ids, remedies_on_trial

        table, sealed, where = queries.night_table(diary), remedies_on_trial(diary), "The diary in the app"
        library = library_ids(diary) if table is not None else {}
    else:
        from quietlegs.exchange.diaries import load_diary

        table, where = night_table(load_diary(path)), path.name
        library = {factor.name: "" for factor in table.factors} if table is not None else {}
    if table is None:
        raise Unreadable(f"{where}: there is no night in it yet. Log a night first, or name a diary file.")
    return table, sealed, library


def _draw(findings: "Findings", path: Path) -> None:
    from quietlegs.exchange.figures import html_file, pdf_file, png_file, svg_file
    from quietlegs.exchange.findings_lines import lay_out, page_of

    lines = lay_out(findings)
    kind = path.suffix.lower()
    made: str | bytes
    if kind in (".svg", ".png"):
        made = svg_file(lines.picture()) if kind == ".svg" else png_file(lines.picture())
    else:
        made = html_file(page_of(lines)) if kind == ".html" else pdf_file(page_of(lines))
    try:
        path.write_bytes(made.encode() if isinstance(made, str) else made)
    except OSError as error:
        raise Unreadable(f"{path} cannot be written ({error.strerror}). Choose another place.") from error
    click.echo(f"Drawn: {path}", err=True)


def _print(findings: "Findings") -> None:
    from quietlegs.exchange.findings_lines import (
        honest_list,
        lay_out,
        lead,
        nights_told,
        studies_used,
        table_head,
        table_row,
    )

    lines = lay_out(findings)
    width = max(60, min(110, shutil.get_terminal_size((100, 24)).columns))
    _say(nights_told(lines), width)
    _say(lead(lines), width)
    if lines.lines and findings.gate is None:
        click.echo(_table_text([table_head(lines), *(table_row(line, lines) for line in lines.lines)]) + "\n")
        _say(honest_list(lines), width)
        if studies_used(lines):
            _say(studies_used(lines), width)
    for line in lines.lines if findings.gate is None else ():
        click.secho(f"{line.label}: {line.verdict}", bold=True)
        _say(line.sentence, width, indent="  ")
    _print_health(lines, width)


def _print_health(lines: "Lines", width: int) -> None:
    marks = {"warning": "!", "notice": "-", "good": "+"}
    click.secho(lines.teller.wording.title("health"), bold=True)
    for remark in lines.teller.findings.health:
        text = f"{marks[remark.level.value]} {lines.teller.health(remark)}"
        click.echo(textwrap.fill(text, width, initial_indent="  ", subsequent_indent="    "))


def _table_text(rows: list[tuple[str, ...]]) -> str:
    """Return rows as aligned text; a column that is empty throughout is left out."""
    kept = [i for i in range(len(rows[0])) if any(row[i] for row in rows[1:])]
    widths = [min(34, max(len(row[i]) for row in rows)) for i in kept]
    written = [
        "  ".join(_fitted(row[i], width) for i, width in zip(kept, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([written[0], "  ".join("-" * width for width in widths), *written[1:]])


def _fitted(text: str, width: int) -> str:
    return (text if len(text) <= width else text[: width - 1] + "…").ljust(width)


def _say(text: str, width: int, indent: str = "") -> None:
    click.echo(textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent) + "\n")
