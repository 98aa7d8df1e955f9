"""``quietlegs check``: red flags, what it may be, medicines."""

import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quietlegs.cli.faults import ANSWER_IS_NO, Unreadable

if TYPE_CHECKING:
    from quietlegs.core.assessment.asking import Screen, Step
    from quietlegs.core.assessment.check import Check
    from quietlegs.core.assessment.guidance import Guidance
    from quietlegs.core.assessment.person import Person
    from quietlegs.core.assessment.triage import Triage
    from quietlegs.exchange.checks import AnswerSheet

WIDTH = 88


@click.command()
@click.argument("answers", required=False, type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def command(answers: Path | None, as_json: bool) -> None:
    """Say whether it is dangerous and what it may be, from the file ANSWERS; without one, ask here.

    \b
    quietlegs check                    asks in the terminal
    quietlegs check answers.yaml       reads a file
    quietlegs check answers.yaml --json
    """
    from quietlegs.core.assessment.check_document import check_document
    from quietlegs.exchange.checks import dump_json, load_guidance, run_check
    from quietlegs.exchange.medicine_base import load_medicines

    sheet = _read(answers) if answers else _ask()
    for problem in sheet.problems:
        click.echo(f"Not used: {problem}", err=True)
    result = run_check(sheet)
    if as_json:
        click.echo(dump_json(check_document(load_guidance(), result, load_medicines())))
    else:
        _print(load_guidance(), result)
    if sheet.problems:
        sys.exit(ANSWER_IS_NO)


def _read(path: Path) -> "AnswerSheet":
    from quietlegs.exchange.checks import parse_answers, read_answers

    if str(path) == "-":
        return parse_answers(click.get_text_stream("stdin").read(), "the answers")
    return read_answers(path)


def _ask() -> "AnswerSheet":
    """Ask in the terminal, the most serious first, until triage is settled."""
    from quietlegs.core.assessment.asking import (
        StepKind,
        answer_question,
        answers_of_screen,
        next_step,
        screens_for,
        with_age,
    )
    from quietlegs.core.assessment.person import tokens_of
    from quietlegs.core.assessment.triage import flags_passed_over, triage
    from quietlegs.exchange.checks import AnswerSheet, load_guidance

    if not sys.stdin.isatty():
        raise Unreadable("There is nobody to ask here. Give a file: quietlegs check ANSWERS.yaml")
    guidance = load_guidance()
    person = _ask_person(guidance)
    tokens = tokens_of(guidance.tokens, person)
    screens = screens_for(guidance.screens, person, tokens)
    passed_over = flags_passed_over(guidance.flags, tokens)
    answers: dict[str, bool | None] = {}
    done: set[str] = set()
    while True:
        judged = triage(guidance.flags, with_age(answers, person), tokens)
        step = next_step(screens, judged, done)
        if step.kind is StepKind.RESULT:
            return AnswerSheet(person, _ask_what_it_is_like(guidance, person, answers, judged))
        if step.screen:
            answers.update(answers_of_screen(step.screen, _ask_screen(step.screen, step), answers))
            done.add(step.screen.id)
        elif step.part:
            answer = _ask_one(guidance.questions[step.part])
            answers = answer_question(guidance.questions, step.part, answer, answers, passed_over)


def _ask_what_it_is_like(
    guidance: "Guidance", person: "Person", answers: dict[str, bool | None], judged: "Triage"
) -> dict[str, bool | None]:
    """Ask what it is like, unless help is due today or it is about a child."""
    from quietlegs.core.assessment.guidance import answers_of_complaints
    from quietlegs.core.assessment.triage_flags import Disposition

    if judged.is_child or judged.at_least.urgency >= Disposition.SAME_DAY.urgency:
        return answers
    chosen = _choose(guidance.complaints_title, [one.text for one in guidance.complaints])
    ticked = {one.id for place, one in enumerate(guidance.complaints) if place in chosen}
    return {**answers_of_complaints(guidance.complaints, ticked), **answers}


def _ask_person(guidance: "Guidance") -> "Person":
    from quietlegs.core.assessment.person import OLDEST, PREGNANCY, Person, Sex, may_be_pregnant

    age = click.prompt("Age in years", type=click.IntRange(0, OLDEST), err=True)
    sex = click.prompt("Sex (f, m, or Enter)", default="", show_default=False, err=True).strip().lower()[:1]
    person = Person(age_years=age, sex={"f": Sex.FEMALE, "m": Sex.MALE}.get(sex))
    offered = [token for token in guidance.tokens if token.id != PREGNANCY or may_be_pregnant(person)]
    chosen = _choose(guidance.tokens_title, [token.text for token in offered])
    said = {token.id: place in chosen for place, token in enumerate(offered)}
    typed = click.prompt(
        "Your medicines, with commas between them (or Enter)", default="", show_default=False, err=True
    )
    medicines = tuple(one.strip() for one in typed.split(",") if one.strip())
    return Person(
        age_years=age,
        sex=person.sex,
        pregnant=said.get(PREGNANCY),
        conditions=(),
        medicines=medicines,
        said=said,
    )


def _ask_screen(screen: "Screen", step: "Step") -> set[str]:
    chosen = _choose(f"({step.number} of {step.of}) {screen.title}", [line.text for line in screen.lines])
    return {line.id for place, line in enumerate(screen.lines) if place in chosen}


def _choose(title: str, lines: list[str]) -> set[int]:
    click.echo("", err=True)
    click.secho(title, bold=True, err=True)
    for number, line in enumerate(lines, start=1):
        click.echo(textwrap.fill(f"{number}. {line}", WIDTH, subsequent_indent="   "), err=True)
    while True:
        typed = click.prompt(
            "Numbers that are true or that you are not sure of (Enter for none)",
            default="",
            show_default=False,
            err=True,
        )
        words = typed.replace(",", " ").split()
        if all(word.isdigit() and 1 <= int(word) <= len(lines) for word in words):
            return {int(word) - 1 for word in words}
        click.echo(f"Type numbers from 1 to {len(lines)}, or nothing.", err=True)


def _ask_one(question: str) -> bool | None:
    from quietlegs.exchange.answer_words import read_answer

    click.echo("", err=True)
    while True:
        typed = click.prompt(f"{question} (yes, no, not sure)", err=True)
        known, answer = read_answer(typed)
        if known:
            return answer
        click.echo("Type yes, no or not sure.", err=True)


def _print(guidance: "Guidance", result: "Check") -> None:
    from quietlegs.core.assessment.triage_flags import Disposition

    triage = result.triage
    level = guidance.levels.levels[triage.at_least]
    if triage.at_least is not Disposition.SELF_CARE:
        click.secho(f"{level.label}. {level.headline}", bold=True)
        _say(level.advice)
    if triage.disposition is None:
        click.secho("Some serious questions are still open.", bold=True)
        for part in triage.ask[:8]:
            _say(f"{guidance.questions[part]}  [{part}]", "- ")
    elif triage.at_least is Disposition.SELF_CARE:
        click.secho(f"{level.label}. {level.headline}", bold=True)
        _say(level.advice)
    _print_flags(guidance, result)
    for contradiction in result.contradictions:
        _say(f"{contradiction.say} {guidance.contradictions.again}", "? ")
    _print_likely(guidance, result)
    _print_medicines(result)
    if result.safety_net:
        click.secho("\nCome back, or see a doctor, if", bold=True)
        for sentence in result.safety_net:
            _say(sentence, "- ")
    _say(guidance.levels.guidance)


def _print_flags(guidance: "Guidance", result: "Check") -> None:
    from quietlegs.core.assessment.check_document import advice_for

    for fired in result.triage.fired:
        click.echo()
        for part in fired.because:
            _say(f"{'Not sure' if fired.is_unsure else 'Yes'}: {guidance.questions[part]}", "! ")
        _say(f"{fired.flag.reason} {advice_for(guidance, fired)}", "  ")
        if not fired.is_unsure:
            _say(f"When: {fired.tier.timeframe}", "  ")


def _print_likely(guidance: "Guidance", result: "Check") -> None:
    from quietlegs.core.assessment.check_document import reason_sentences

    if not result.likely or not result.triage.disposition:
        return
    click.secho("\nWhat it may be", bold=True)
    for one in (one for one in result.likely[:3] if one.reasons_for):
        _say(f"{one.condition.name}: {guidance.table.word_for(one.probability)}", "- ")
        for word, reasons in (("For", one.reasons_for), ("Against", one.reasons_against)):
            if reasons:
                said = "; ".join(reason_sentences(guidance, reasons)[:4])
                _say(f"{word}: {said}", "  ")
    for seen in result.should_be_seen:
        _say(f"{guidance.levels.but_advice} {seen.name}: {seen.next_step}", "! ")
    for why in result.why:
        _say(f"{why.condition.name}: " + (" ".join(cause.say for cause in why.causes) or why.sentence))
    _say(guidance.table.never_certain)


def _print_medicines(result: "Check") -> None:
    from quietlegs.core.assessment.medicines import effect_sentence
    from quietlegs.exchange.medicine_base import load_medicines

    if result.review is None or not result.review.lines:
        return
    click.secho("\nYour medicines", bold=True)
    for one in result.review.medicines:
        _say(f"{one.medicine.name}: {effect_sentence(load_medicines(), one)}. {one.advice or ''}", "- ")
    for line in result.review.not_recognised:
        _say(f"{line.given}: not recognised.", "- ")


def _say(text: str, mark: str = "") -> None:
    click.echo(textwrap.fill(text.strip(), WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark)))
