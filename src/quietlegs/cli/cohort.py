"""``quietlegs cohort``: many diaries or experiments."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quietlegs.cli.faults import ANSWER_IS_NO, Unreadable
from quietlegs.cli.output import json_option, print_json, tell

if TYPE_CHECKING:
    from quietlegs.cohort.people import Asked
    from quietlegs.cohort.series import Cohort

MOST_SKIPPED_SHOWN = 20


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the results."
)
@click.option("--scheduler", help="Address of a Dask cluster, like tcp://10.0.0.1:8786.")
@click.option("--workers", type=click.IntRange(1, 512), help="Processes on this computer; 1 otherwise.")
@click.option("--outcome", help="The column that is asked about.")
@click.option("--treatment", help="The condition that is tried, where files have more than two.")
@click.option("--reference", help="The condition it is compared with.")
@click.option(
    "--package",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a study package (.zip): protocol, sequences, data without names and dates, results.",
)
@click.option("--fresh", is_flag=True, help="Work everything out anew, also what an earlier run finished.")
@json_option
def command(
    path: Path,
    out: Path,
    scheduler: str | None,
    workers: int | None,
    outcome: str | None,
    treatment: str | None,
    reference: str | None,
    package: Path | None,
    fresh: bool,
    as_json: bool,
) -> None:
    """Pool the diaries or experiments in PATH: a folder of CSV files, one a person, or Parquet with a column person.

    Writes people.parquet, cohort.json and report.html to the folder given with --out. A run that broke off goes on.

    \b
    quietlegs cohort diaries/ --out pooled
    """
    from quietlegs.cohort.inputs import INSTALL, CohortError
    from quietlegs.cohort.people import Asked

    if scheduler and workers:
        raise Unreadable("Give --scheduler or --workers, not both.")
    asked = Asked(outcome, treatment, reference)
    how = {"scheduler": scheduler, "workers": workers, "fresh": fresh}
    try:
        from quietlegs.cohort.outputs import cohort_document, write

        cohort = _worked_out(path, out, asked, shows_progress=not as_json and sys.stderr.isatty(), **how)
        written = list(write(cohort, out))
        if package is not None:
            written.append(_write_package(package, path, asked, cohort_document(cohort)))
    except ImportError as error:
        raise CohortError(f"Cohorts need Arrow. {INSTALL}") from error
    if as_json:
        print_json(cohort_document(cohort))
    else:
        _say(cohort, written)
    if not cohort.people:
        sys.exit(ANSWER_IS_NO)  # everybody was skipped


def _worked_out(path: Path, out: Path, asked: "Asked", *, shows_progress: bool, **how: Any) -> "Cohort":
    from quietlegs.cohort.inputs import count_people, read_strata
    from quietlegs.cohort.outputs import gather
    from quietlegs.cohort.run import run

    with click.progressbar(
        length=count_people(path), label="People", file=sys.stderr, hidden=not shows_progress, show_pos=True
    ) as bar:
        files = run(path, out, asked, on_progress=bar.update, **how)
    return gather(files, read_strata(path))


def _say(cohort: "Cohort", written: list[Path]) -> None:
    for one in cohort.series:
        click.echo(f"{one.name}: {len(one.codes)} people")
    for code, why in cohort.skipped[:MOST_SKIPPED_SHOWN]:
        tell(f"Skipped {code}: {why}")
    if len(cohort.skipped) > MOST_SKIPPED_SHOWN:
        tell(f"... and {len(cohort.skipped) - MOST_SKIPPED_SHOWN} more skipped; cohort.json lists them.")
    for file in written:
        click.echo(str(file))


def _write_package(package: Path, path: Path, asked: "Asked", results: dict) -> Path:
    import secrets

    from quietlegs.cohort.inputs import CohortError, read_trials
    from quietlegs.exchange.study_package import study_package

    trials = read_trials(path, asked)
    if not trials:
        raise CohortError("A study package needs experiments, and there are none. Leave out --package.")
    package.write_bytes(study_package(trials, results, secret=secrets.token_bytes(64)))
    return package
