"""``quietlegs export``: everything, in open formats."""

from pathlib import Path

import click

from quietlegs.cli.output import json_option, print_json, tell

FORMATS = ("csv", "json")


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
    quietlegs export - --to csv | head
    """
    from quietlegs.cli.store import open_diary
    from quietlegs.exchange.diary_csv import write_diary_csv
    from quietlegs.exchange.diary_json import write_diary_json
    from quietlegs.exchange.files import write_whole

    format = format or path.suffix.lstrip(".").casefold()
    if format not in FORMATS:
        raise click.UsageError(f"{path} does not say which format. Add --to csv or --to json.")
    diary = open_diary()
    from quietlegs.web.diary import queries

    core = queries.read_diary(diary)
    written = write_diary_csv(core) if format == "csv" else write_diary_json(core)
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
            f"{len(core.nights)} nights and {len(core.factors)} factors written to {'stdout' if to_stdout else path}."
        )
