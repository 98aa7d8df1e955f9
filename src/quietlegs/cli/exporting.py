"""``quietlegs export``: everything, in open formats."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from quietlegs.cli.output import counted, json_option, print_json, tell

if TYPE_CHECKING:
    from quietlegs.core.diary.night import Diary as CoreDiary
    from quietlegs.web.diary.models import Diary

FORMATS = ("csv", "json", "fhir", "datapackage")
ENDINGS = {"csv": "csv", "json": "json", "zip": "datapackage"}


@click.command()
@click.argument("path", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False))
@click.option(
    "--to", "format", type=click.Choice(FORMATS), help="The format. Otherwise the name's ending says."
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@json_option
def command(path: Path, format: str | None, force: bool, as_json: bool) -> None:
    """Write the whole diary to a file; "-" is stdout. Importing it gives the same diary.

    \b
    quietlegs export diary.csv
    quietlegs export diary.json
    quietlegs export diary.zip                    a Frictionless data package
    quietlegs export diary-fhir.json --to fhir    a FHIR R4 document
    quietlegs export - --to csv | head

    These hold the diary: its nights and factors. Trials on yourself are not in them: "quietlegs backup" keeps everything, and
    the page of an ended trial gives its opened order and its nights as files.
    """
    from quietlegs.cli.store import open_diary
    from quietlegs.exchange.files import write_whole

    format = format or ENDINGS.get(path.suffix.lstrip(".").casefold(), "")
    if format not in FORMATS:
        raise click.UsageError(f"{path} does not say which format. Add --to {' or '.join(FORMATS)}.")
    diary = open_diary()
    from quietlegs.web.diary import queries

    core = queries.read_diary(diary)
    written = _written(format, diary, core)
    to_stdout = str(path) == "-"
    if to_stdout and as_json:
        raise click.UsageError("--json and the diary itself cannot both be on stdout. Give a file name.")
    if to_stdout:
        click.get_binary_stream("stdout").write(written)
    else:
        write_whole(path, written, replace=force)
    if as_json:
        print_json({"file": str(path), "format": format, "nights": len(core.nights), "bytes": len(written)})
    else:
        tell(
            f"{counted(len(core.nights), 'night')} and {counted(len(core.factors), 'factor')} written to {'stdout' if to_stdout else path}."
        )


def _written(format: str, diary: "Diary", core: "CoreDiary") -> bytes:
    """Return the diary in a format."""
    if format == "csv":
        from quietlegs.exchange.diary_csv import write_diary_csv

        return write_diary_csv(core)
    if format == "json":
        from quietlegs.exchange.diary_json import write_diary_json

        return write_diary_json(core)
    if format == "datapackage":
        from quietlegs.exchange.datapackage import write_datapackage
        from quietlegs.web.diary import clock

        return write_datapackage(core, made_on=clock.tonight(diary))
    from quietlegs.exchange.fhir import seed_of, write_fhir
    from quietlegs.web.share import queries

    facts = queries.fhir_facts_of(diary, queries.page_of(diary))
    return write_fhir(facts, seed=seed_of(queries.secret_of()))
