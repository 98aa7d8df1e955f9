"""``quietlegs report``: the doctor's summary."""

from pathlib import Path

import click

from quietlegs.cli.output import json_option, print_json, tell


@click.command()
@click.option(
    "--pdf", "pdf_out", type=click.Path(path_type=Path, dir_okay=False), help="Write the page as PDF."
)
@click.option(
    "--fhir", "fhir_out", type=click.Path(path_type=Path, dir_okay=False), help="Write a FHIR R4 document."
)
@click.option("--text", "as_text", is_flag=True, help="Print the page as plain text.")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@json_option
def command(pdf_out: Path | None, fhir_out: Path | None, as_text: bool, force: bool, as_json: bool) -> None:
    """Make the doctor's page from the diary.

    \b
    quietlegs report --pdf page.pdf
    quietlegs report --pdf page.pdf --fhir summary.json
    quietlegs report --text
    """
    if not (pdf_out or fhir_out or as_text):
        raise click.UsageError("Say what to make: --pdf FILE, --fhir FILE or --text.")
    if as_text and as_json:
        raise click.UsageError("--json and --text cannot both be on stdout. Choose one.")
    from quietlegs.cli.store import open_diary

    diary = open_diary()
    from quietlegs.exchange.fhir import seed_of, write_fhir
    from quietlegs.exchange.files import write_whole
    from quietlegs.exchange.report_files import report_pdf, report_text
    from quietlegs.web.diary import clock
    from quietlegs.web.share import queries

    page = queries.page_of(diary)
    document = queries.document_of(diary, page, clock.tonight(diary))
    files: dict[Path, bytes] = {}
    if pdf_out:
        files[pdf_out] = report_pdf(document, paper=page.paper)
    if fhir_out:
        files[fhir_out] = write_fhir(queries.fhir_facts_of(diary, page), seed=seed_of(queries.secret_of()))
    for path, data in files.items():
        write_whole(path, data, replace=force)
    if as_text:
        click.echo(report_text(document))
    if as_json:
        print_json(
            {
                "files": [{"file": str(path), "bytes": len(data)} for path, data in files.items()],
                "title": document.title,
            }
        )
    else:
        for path in files:
            tell(f"Written to {path}.")
