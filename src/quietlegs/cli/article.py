"""``quietlegs article``: a page checked claim by claim."""

import json
import sys
from pathlib import Path

import click

from quietlegs.cli.faults import Unreadable


@click.command()
@click.argument("file", type=click.Path(allow_dash=True, path_type=Path))
@click.option(
    "--html", "html_out", type=click.Path(dir_okay=False, path_type=Path), help="Write the page with marks."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def command(file: Path, html_out: Path | None, as_json: bool) -> None:
    """Check a page claim by claim: what holds, what does not, what could hurt, what sells.

    FILE is a text, Markdown, HTML or PDF file; - reads standard input. Nothing is fetched.

    \b
    quietlegs article page.html
    quietlegs article page.txt --html marked.html
    pbpaste | quietlegs article - --json
    """
    from quietlegs.exchange import claim_files, sentence_model
    from quietlegs.exchange.article_html import marked_page
    from quietlegs.exchange.article_json import article_json
    from quietlegs.exchange.article_text import read_article

    article = read_article(_read(file))
    checked = claim_files.check(article.text)
    if not claim_files.language_of(article.text):
        click.echo(
            "This page does not seem to be English or Spanish. We judge these only: expect little of it.",
            err=True,
        )
    elif claim_files.is_in_several_languages(article.text, checked.language):
        click.echo(
            f"This page is in more than one language. It is judged in one of them ({checked.language}).",
            err=True,
        )
    if not sentence_model.is_installed():
        click.echo("Matching by words alone: the sentence model is not installed (make model).", err=True)
    elif not claim_files.is_compared_by_meaning(checked.language):
        click.echo("Evidence is found by words alone: the sentence model knows English only.", err=True)
    if html_out:
        try:
            html_out.write_text(marked_page(checked), encoding="utf-8")
        except OSError as error:
            raise Unreadable(
                f"{html_out} cannot be written ({error.strerror}). Choose another place."
            ) from error
        click.echo(f"The page with marks is in {html_out}.", err=True)
    document = article_json(checked, is_as_given=article.is_as_given)
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        _tell(document)


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(f"{file} cannot be read ({error.strerror}). Check its name.") from error


def _tell(document: dict[str, object]) -> None:
    from quietlegs.exchange.claim_files import wording

    verdicts, grades = wording("verdicts"), wording("grades")
    card, claims = document["summary"], document["claims"]
    assert isinstance(card, dict) and isinstance(claims, list)
    click.echo(f"{document['title']}\n")
    click.echo(f"{grades[str(card['grade'])]}")
    counts = ", ".join(f"{card[name]} {name.replace('_', ' ')}" for name in verdicts if card[name])
    click.echo(
        f"{card['claims']} claim{'' if card['claims'] == 1 else 's'}: {counts or 'none'}. {_reading(card)}\n"
    )
    for hazard in _rows(document, "hazards"):
        click.secho(f"! COULD HURT   {_short(hazard['text'])}\n               {hazard['why']}", fg="red")
    for promotion in _rows(document, "promotions"):
        click.echo(
            f"$ SELLS        {_short(promotion['text'])}\n               {promotion['what']}. {promotion['why']}"
        )
    told = {hazard["start"] for hazard in _rows(document, "hazards")}
    for claim in claims:
        if claim["start"] in told:
            continue
        click.echo(f"  {str(claim['verdict']).upper().replace('_', ' '):<13}{_short(claim['text'])}")
        if claim["why"] and claim["verdict"] != "supported":
            click.echo(f"               {claim['why']}")
    missing = _rows(document, "missing_safety")
    if missing:
        click.echo("\nWhat it should tell and does not:")
        for one in missing:
            click.echo(f"  - {one['sentence']}")
    click.echo("\nWe miss things. A part without a mark can still be wrong or unsafe.")


def _reading(card: dict[str, object]) -> str:
    if card["reading_ease"]:
        return f"Reading: {str(card['reading_ease']).replace('_', ' ')} (INFLESZ)."
    return f"Reading age: about {card['reading_age']}."


def _rows(document: dict[str, object], name: str) -> list[dict[str, object]]:
    rows = document[name]
    assert isinstance(rows, list)
    return rows


def _short(text: object) -> str:
    plain = " ".join(str(text).split())
    return plain if len(plain) <= 110 else f"{plain[:107]}..."
