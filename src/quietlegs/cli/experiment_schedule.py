"""``quietlegs experiment schedule``: what is on tonight, and a table to fill in."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quietlegs.cli.experiment_analyse import INPUT
from quietlegs.cli.faults import Unreadable
from quietlegs.cli.output import json_option, print_json

if TYPE_CHECKING:
    from quietlegs.core.experiments.seal import Sealed
    from quietlegs.core.experiments.two_at_once import SealedTwo


@click.command("schedule")
@click.argument("file", type=INPUT)
@click.option("--night", type=click.DateTime(["%Y-%m-%d"]), help="An evening; today otherwise.")
@click.option(
    "--csv",
    "csv_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the nights up to that evening as a CSV to fill in.",
)
@click.option("--unseal", is_flag=True, help="Show the whole order. It then no longer surprises you.")
@json_option
def schedule_command(
    file: Path, night: datetime | None, csv_file: Path | None, unseal: bool, as_json: bool
) -> None:
    """Say what is planned for tonight in the sealed experiment FILE."""
    from quietlegs.exchange.experiment_json import read_sealed

    sealed = read_sealed(file.read_bytes())
    evening = night.date() if night else date.today()
    shown = [n for n in sealed.schedule.nights if unseal or n.evening <= evening]
    if csv_file is not None:
        _write_template(csv_file, sealed, evening if not unseal else sealed.schedule.last)
    tonight = sealed.schedule.on(evening)
    if as_json:
        print_json(
            {
                "seal": sealed.seal,
                "evening": evening.isoformat(),
                "condition": tonight.condition if tonight else None,
                "block": tonight.block if tonight else None,
                "washout": tonight.is_washout if tonight else None,
                "nights": [
                    {
                        "night": n.evening.isoformat(),
                        "condition": n.condition,
                        "block": n.block,
                        "washout": n.is_washout,
                    }
                    for n in shown
                ],
            }
        )
        return
    if tonight is None:
        click.echo(
            f"Nothing is planned for {evening}: the experiment runs from {sealed.schedule.design.start} to {sealed.schedule.last}."
        )
    else:
        click.echo(f"{evening}: {tonight.condition}  (night {tonight.position} of block {tonight.block})")
    if unseal:
        for n in shown:
            click.echo(
                f"{n.evening}  block {n.block:3d}  {n.condition}{'  (washout)' if n.is_washout else ''}"
            )


def _write_template(path: Path, sealed: "Sealed | SealedTwo", until: date) -> None:
    """Write the nights up to an evening; in a file that is there already, only those that it lacks, and nothing is lost."""
    import csv

    from quietlegs.exchange.cells import guard

    columns = ["night", "condition", "block", sealed.schedule.design.outcome, "washout", "adhered"]
    noted = _noted(path, columns) if path.exists() else None
    with path.open("a", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        if noted is not None and not path.read_bytes().endswith(b"\n"):
            out.write("\r\n")
        if noted is None:
            writer.writerow(columns)
        for n in sealed.schedule.nights:
            if n.evening <= until and n.evening.isoformat() not in (noted or ()):
                washout = "yes" if n.is_washout else "no"
                writer.writerow([n.evening.isoformat(), guard(n.condition), n.block, "", washout, ""])


def _noted(path: Path, columns: list[str]) -> set[str]:
    """Return the nights that a file of this experiment holds."""
    import csv

    rows = csv.DictReader(path.read_bytes().decode("utf-8-sig", errors="replace").splitlines())
    if rows.fieldnames != columns:
        raise Unreadable(
            f"{path} is there already, and its columns are not {', '.join(columns)}. Give another name, so that nothing in it is lost."
        )
    return {row["night"] for row in rows}
