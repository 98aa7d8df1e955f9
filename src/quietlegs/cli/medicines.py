"""``quietlegs medicines``: what these medicines may do to legs at night."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quietlegs.cli.faults import ANSWER_IS_NO, Unreadable
from quietlegs.cli.output import json_option, print_json, tell

if TYPE_CHECKING:
    from quietlegs.core.assessment.medicines import MedicineReview

OLDEST = 120
LARGEST_FILE = 200_000  # bytes; a list of medicines is a few thousand


@click.command()
@click.argument("names", nargs=-1, metavar="NAME...")
@click.option("--age", type=click.IntRange(0, OLDEST), help="Age in years.")
@click.option("--pregnant", is_flag=True, help="Pregnant.")
@click.option(
    "--condition", "conditions", multiple=True, help="An illness, such as “kidney disease”. Repeat it."
)
@click.option("--with", "food", multiple=True, help="A food or drink, such as grapefruit. Repeat it.")
@json_option
def command(
    names: tuple[str, ...],
    age: int | None,
    pregnant: bool,
    conditions: tuple[str, ...],
    food: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say what medicines may do to legs at night, and which do not go together.

    NAME is a medicine as you would write it, a file with a list, or - for a list on standard input.

    \b
    quietlegs medicines "bendroflumethiazide 2.5mg od" Ventolin
    quietlegs medicines my-list.txt --age 72 --condition "kidney disease"
    pbpaste | quietlegs medicines -
    quietlegs medicines                 asks for your list
    """
    from quietlegs.core.assessment.medicines import conditions_from, food_from, review
    from quietlegs.exchange.medicine_base import load_medicines, load_recogniser
    from quietlegs.exchange.medicine_json import medicines_document

    table = load_medicines()
    for said, known in ((conditions, conditions_from), (food, food_from)):
        for one in said:
            if not known(table, [one]):
                tell(f"Not used: “{one}” is not known here. It changes nothing below.")
    result = review(
        load_recogniser(),
        _lines(names),
        conditions=conditions,
        food_and_drink=food,
        age_years=age,
        pregnant=pregnant or None,
    )
    if as_json:
        print_json(medicines_document(table, result))
    else:
        _print(result)
    if result.not_recognised:
        sys.exit(ANSWER_IS_NO)


def _lines(names: tuple[str, ...]) -> list[str]:
    if not names:
        if not sys.stdin.isatty():
            return [_stdin()]
        tell("Your medicines, one to a line. An empty line ends the list.")
        typed: list[str] = []
        while line := click.prompt("", default="", show_default=False, prompt_suffix="> ", err=True).strip():
            typed.append(line)
        return typed
    return [_stdin() if name == "-" else _read_file(name) if _is_file(name) else name for name in names]


def _stdin() -> str:
    return sys.stdin.buffer.read(LARGEST_FILE).decode("utf-8", errors="replace")


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        return False


def _read_file(name: str) -> str:
    try:
        path = Path(name)
        if path.stat().st_size > LARGEST_FILE:
            raise Unreadable(f"{name} is too large for a list of medicines. Keep the list alone in the file.")
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{name} cannot be read. Save it as plain text (UTF-8) and try again.") from error


def _print(result: "MedicineReview") -> None:
    from quietlegs.exchange.medicine_base import load_medicines

    table = load_medicines()
    for rule in result.urgent:
        click.secho(f"! {rule.sentence}", bold=True)
    for fired in result.interactions:
        label = table.severity_labels[fired.interaction.severity]
        click.secho(f"\n{' + '.join(' / '.join(side) for side in fired.met_by)}: {label}", bold=True)
        click.echo(f"  {fired.interaction.sentence}{_mark(fired.interaction.checked)}")
    for one in result.medicines:
        click.secho(f"\n{one.medicine.name}", bold=True, nl=False)
        click.echo(f" ({one.medicine.drug_class}), from “{one.line.given}”")
        for effect in one.effects:
            words = f"{table.effect_words[effect.effect]} ({table.strength_words[effect.strength]})"
            click.echo(f"  - {words}{_mark(effect.checked)}")
        click.echo(f"  {one.advice}" if one.advice else "  We have read no page about this one and legs.")
    _print_rest(result)


def _print_rest(result: "MedicineReview") -> None:
    for line in result.unclear:
        tell(f"\nDo you take this now? {line.given}. The words can be read both ways, so it counts as taken.")
    for line in result.not_taken:
        tell(f"\nNot taken now: {line.given}")
    for line in result.not_recognised:
        said = f"\nNot recognised: {line.given}"
        if line.did_you_mean:
            said += f". Did you mean {' or '.join(line.did_you_mean)}?"
        elif line.class_named:
            said += f". Which one? {line.hint}"
        elif line.not_held:
            said += f". We know the name {line.not_held}, but hold nothing about it."
        tell(said)
    for advice in result.advice:
        click.echo(f"\n{advice.sentence}")


def _mark(checked: bool) -> str:
    return "" if checked else " [not yet verified]"
