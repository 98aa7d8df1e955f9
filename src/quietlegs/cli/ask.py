"""``quietlegs ask``: an answer from the evidence base."""

import json

import click

from quietlegs.cli.faults import Refused

LONGEST_QUESTION = 500


@click.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def command(question: tuple[str, ...], as_json: bool) -> None:
    """Answer a question from the evidence, with how sure it is and its sources.

    \b
    quietlegs ask "do bananas help leg cramps"
    quietlegs ask why do my legs jump at night
    """
    from quietlegs.exchange import claim_files, knowledge_base, sentence_model
    from quietlegs.exchange.article_json import answer_json

    asked = " ".join(question).strip()
    if not asked or len(asked) > LONGEST_QUESTION:
        raise click.UsageError(f"Ask in 1 to {LONGEST_QUESTION} characters.")
    language = claim_files.language_of(asked)
    if not language:
        click.echo(
            "This does not seem to be English or Spanish. We only understand questions in these.", err=True
        )
    if not sentence_model.is_installed():
        click.echo("Matching by words alone: the sentence model is not installed (make model).", err=True)
    elif language and not claim_files.is_compared_by_meaning(language):
        click.echo("Evidence is found by words alone: the sentence model knows English only.", err=True)
    with knowledge_base.speaking(language or knowledge_base.ENGLISH):
        answer = claim_files.ask(asked)
        urgent = claim_files.urgent_card(answer)
        document = answer_json(answer, urgent=urgent, see_doctor_if=claim_files.see_doctor_if(answer))
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=1, default=str))
    else:
        _tell(document)
    if not (answer.found or answer.not_ours or urgent):
        raise Refused("Our evidence does not speak of this. Ask a pharmacist or a doctor.")


def _tell(document: dict[str, object]) -> None:
    urgent = document["urgent"]
    if isinstance(urgent, dict):
        click.secho(
            f"! {urgent['timeframe']}: {urgent['advice']}\n  {urgent['reason']}\n", fg="red", bold=True
        )
    if document["answer"]:
        click.echo(f"{document['answer']}\n")
    if document["certainty"]:
        click.echo(
            f"How sure: {str(document['certainty']).replace('-', ' ')}. {document['certainty_reason']}"
        )
    _list("In numbers", document["numbers"])
    if document["safety"]:
        click.echo(f"\nTake care: {document['safety']}")
    if document["evidence"]:
        _list("See a doctor", document["see_doctor_if"])
        evidence = document["evidence"]
        assert isinstance(evidence, list)
        _list("Sources", [f"{s['cite']} {s['address'] or ''}".strip() for s in evidence[0]["sources"]])


def _list(title: str, lines: object) -> None:
    assert isinstance(lines, list)
    if lines:
        click.echo(f"\n{title}:")
        for line in lines:
            click.echo(f"  - {line}")
