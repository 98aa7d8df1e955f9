"""``quietlegs export``: everything, in open formats."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from quietlegs.cli.faults import ANSWER_IS_NO
from quietlegs.cli.output import counted, json_option, print_json, tell

if TYPE_CHECKING:
    from quietlegs.core.diary.night import Diary as CoreDiary
    from quietlegs.web.diary.models import Diary

FORMATS = ("csv", "json", "fhir", "datapackage", "research", "ics")
CONSENT = """This file is made to be given to others, for research.
In it: each night's answers, an age band, the sex, factors under their usual names or a number.
Not in it: your name, notes, what you wrote of cramps, the real dates, and values that are rare.
Somebody who knows your nights well may still know them again. Once given, it cannot be taken back.
If you want to make it, run the same command with --consent."""
ENDINGS = {"csv": "csv", "json": "json", "zip": "datapackage", "ics": "ics"}


@click.command()
@click.argument("path", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False))
@click.option(
    "--to", "format", type=click.Choice(FORMATS), help="The format. Otherwise the name's ending says."
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@click.option(
    "--consent", is_flag=True, help="For --to research: you read what is in it, and want to give it."
)
@json_option
def command(path: Path, format: str | None, force: bool, consent: bool, as_json: bool) -> None:
    """Write the whole diary to a file; "-" is stdout. Importing it gives the same diary.

    \b
    quietlegs export diary.csv
    quietlegs export diary.json
    quietlegs export diary.zip                    a Frictionless data package
    quietlegs export diary-fhir.json --to fhir    a FHIR R4 document
    quietlegs export plan.ics                     the plan of this week for a calendar
    quietlegs export give.zip --to research       de-identified nights, to give away
    quietlegs export - --to csv | head

    These hold the diary: its nights and factors. Trials on yourself are in the JSON, their order sealed as it is in the app, and
    "quietlegs backup" keeps everything.
    """
    from quietlegs.cli.store import open_diary
    from quietlegs.exchange.files import write_whole

    format = format or ENDINGS.get(path.suffix.lstrip(".").casefold(), "")
    if format not in FORMATS:
        raise click.UsageError(f"{path} does not say which format. Add --to {' or '.join(FORMATS)}.")
    if format == "research" and not consent:
        tell(CONSENT)
        raise click.exceptions.Exit(ANSWER_IS_NO)
    diary = open_diary()
    from quietlegs.web.diary import queries

    core = queries.read_whole_diary(diary)
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
        return
    what = f"{counted(len(core.nights), 'night')} and {counted(len(core.factors), 'factor')}"
    if format == "ics":
        what = "This week's plan is"
    elif format == "research":
        what = "The file for research is"
    tell(f"{what} written to {'stdout' if to_stdout else path}.")


def _written(format: str, diary: "Diary", core: "CoreDiary") -> bytes:
    """Return the diary in a format."""
    if format == "csv":
        from quietlegs.exchange.diary_csv import write_diary_csv

        return write_diary_csv(core)
    if format == "json":
        from quietlegs.exchange.diary_json import write_diary_json
        from quietlegs.web.diary.trial_records import records_of

        return write_diary_json(core, records_of(diary))
    if format == "datapackage":
        from quietlegs.exchange.datapackage import write_datapackage
        from quietlegs.web.diary import clock

        return write_datapackage(core, made_on=clock.tonight(diary))
    if format == "research":
        from quietlegs.web.share.research import research_file

        return research_file(diary)
    if format == "ics":
        from quietlegs.web.plan.calendars import plan_calendar

        return plan_calendar(diary)
    from quietlegs.exchange.fhir import seed_of, write_fhir
    from quietlegs.web.share import queries

    facts = queries.fhir_facts_of(diary, queries.page_of(diary))
    return write_fhir(facts, seed=seed_of(queries.secret_of()))
