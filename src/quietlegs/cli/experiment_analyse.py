"""``quietlegs experiment analyse``: what came out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quietlegs.cli.faults import Unreadable
from quietlegs.cli.output import json_option, print_json, tell

if TYPE_CHECKING:
    from quietlegs.core.base.errors import Problem
    from quietlegs.core.diary.night import OutcomeKind
    from quietlegs.core.experiments.analysis import Analysis, Monitoring
    from quietlegs.core.experiments.nights import TrialNights
    from quietlegs.core.experiments.power import Chance

KINDS = click.Choice(["count", "yesno", "scale", "amount"])
INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("analyse")
@click.argument("file", type=INPUT)
@click.option("--outcome", help="The column that decides.")
@click.option("--outcome-kind", type=KINDS, help="How it is measured, where its values do not tell.")
@click.option("--higher-is-better/--lower-is-better", default=None, help="Which direction is benefit.")
@click.option("--treatment", help="The condition that is tried.")
@click.option("--reference", help="The condition it is compared with.")
@click.option(
    "--night", "night_column", default="night", show_default=True, help="What the column of dates is called."
)
@click.option(
    "--condition",
    "condition_column",
    default="condition",
    show_default=True,
    help="What the column of conditions is called.",
)
@click.option("--design", type=click.Choice(["pairs", "blocks", "within"]), help="How the order was drawn.")
@click.option("--randomised/--not-randomised", default=None, help="Whether the order was drawn by lot.")
@click.option(
    "--planned-pairs",
    type=click.IntRange(1, 5000),
    help="Pairs fixed before the start: looks after every pair.",
)
@click.option("--open-end", is_flag=True, help="Decide by the open-ended bet.")
@click.option(
    "--important",
    type=click.FloatRange(0, min_open=True),
    help="Smallest change worth it: a ratio above 1, or a difference.",
)
@click.option("--sealed", "sealed_file", type=INPUT, help="Check the nights against the sealed order.")
@click.option(
    "--factorial", is_flag=True, help="Four conditions: none, one remedy, the other, and one+other."
)
@click.option("--participant", help="Which person, in a StudyU export of several.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of drawn sequences.")
@json_option
def analyse_command(
    file: Path,
    outcome: str | None,
    outcome_kind: str | None,
    higher_is_better: bool | None,
    treatment: str | None,
    reference: str | None,
    night_column: str,
    condition_column: str,
    design: str | None,
    randomised: bool | None,
    planned_pairs: int | None,
    open_end: bool,
    important: float | None,
    sealed_file: Path | None,
    factorial: bool,
    participant: str | None,
    seed: int,
    as_json: bool,
) -> None:
    """Say whether the remedy of the experiment in FILE helps.

    FILE is a CSV with the columns night, condition, block and an outcome, or a StudyU export (.zip or .csv).
    """
    from quietlegs.core.diary.night import OutcomeKind
    from quietlegs.core.experiments.analysis import analyse
    from quietlegs.core.experiments.nights import Randomised
    from quietlegs.core.experiments.sequences import SpaceKind

    kind = OutcomeKind(outcome_kind) if outcome_kind else None
    if factorial:
        _analyse_factorial(file, outcome, kind, sealed_file, seed=seed, as_json=as_json)
        return
    nights, notices = read_trial(
        file,
        outcome=outcome,
        kind=kind,
        lower_is_better=None if higher_is_better is None else not higher_is_better,
        treatment=treatment,
        reference=reference,
        night=night_column,
        condition=condition_column,
        participant=participant,
    )
    by_lot = {True: Randomised.YES, False: Randomised.NO, None: Randomised.UNKNOWN}[randomised]
    if sealed_file is not None:
        by_lot, planned_pairs = Randomised.YES, planned_pairs or _checked_pairs(file, sealed_file, nights)
    analysis = analyse(
        nights,
        space_kind=SpaceKind(design) if design else None,
        randomised=by_lot,
        monitoring=_monitoring(open_end=open_end, planned_pairs=planned_pairs),
        planned_pairs=planned_pairs,
        important=important,
        seed=seed,
    )
    _say_analysis(analysis, notices, seed=seed, as_json=as_json)


def _say_analysis(analysis: "Analysis", notices: "Sequence[Problem]", *, seed: int, as_json: bool) -> None:
    from quietlegs.core.experiments.analysis import Verdict
    from quietlegs.core.experiments.extension import chance_that_extending_settles
    from quietlegs.exchange.experiment_json import analysis_document

    is_open = analysis.verdict is Verdict.CANNOT_SAY_YET
    extension = chance_that_extending_settles(analysis, seed=seed) if is_open else None
    if as_json:
        print_json(analysis_document(analysis, notices=notices, extension=extension))
    else:
        for notice in notices:
            tell(str(notice))
        _print_analysis(analysis, extension)


def _checked_pairs(file: Path, sealed_file: Path, nights: "TrialNights") -> int:
    """Return the pairs that were sealed, after checking that the nights were lived in the sealed order."""
    from quietlegs.core.experiments.seal import check_nights
    from quietlegs.core.experiments.two_at_once import SealedTwo
    from quietlegs.exchange.experiment_json import read_sealed

    sealed = read_sealed(sealed_file.read_bytes())
    if isinstance(sealed, SealedTwo):
        raise Unreadable(f"{sealed_file} is of two remedies at once. Add --factorial.")
    with named_in_problems(file):
        check_nights(sealed, nights)
    _tell_seal(sealed.seal)
    return sealed.schedule.design.pairs


def _tell_seal(seal: str) -> None:
    tell(f"Lived as sealed: {seal}. It should be the number that you were shown at the start.")


def _monitoring(*, open_end: bool, planned_pairs: int | None) -> "Monitoring":
    from quietlegs.core.experiments.analysis import Monitoring

    if open_end and planned_pairs:
        raise Unreadable("Give --planned-pairs or --open-end, not both: they are two ways to look safely.")
    if open_end:
        return Monitoring.OPEN_END
    return Monitoring.PLANNED_LOOKS if planned_pairs else Monitoring.ONCE


def _print_analysis(analysis: "Analysis", extension: "Chance | None") -> None:
    from quietlegs.core.experiments import words
    from quietlegs.exchange.experiment_json import load_wording
    from quietlegs.exchange.experiment_safety import advice_for

    wording = load_wording()
    advice = advice_for(analysis.nights.treatment, analysis.nights.reference)
    click.echo(words.headline(analysis, wording))
    click.echo()
    click.echo(words.sentence(analysis, wording))
    for line in words.cautions(analysis, wording):
        click.echo(f"! {line}")
    click.echo()
    for line in [*words.why(analysis, wording), *words.what_now(analysis, extension, wording, advice)]:
        click.echo(f"- {line}")


def read_trial(
    path: Path,
    *,
    night: str = "night",
    condition: str = "condition",
    participant: str | None = None,
    **choices: object,
) -> "tuple[TrialNights, tuple]":
    """Return the experiment in a file of any kind that is known, and notices of what was inferred."""
    from quietlegs.exchange.experiment_csv import read_experiment_csv
    from quietlegs.exchange.experiment_trial import trial_nights
    from quietlegs.exchange.studyu import is_studyu, read_studyu

    raw = path.read_bytes()
    with named_in_problems(path):
        file = (
            read_studyu(raw, participant=participant)
            if is_studyu(raw)
            else read_experiment_csv(raw, night=night, condition=condition)
        )
        return trial_nights(file, **choices)  # type: ignore[arg-type]


@contextmanager
def named_in_problems(path: Path) -> Iterator[None]:
    """Say the file's name before each line of what is wrong with it."""
    from quietlegs.core.base.errors import QuietlegsError

    try:
        yield
    except QuietlegsError as error:
        lines = str(error).splitlines()
        raise Unreadable("\n".join(f"{path.name}: {line}" for line in lines)) from error


def _analyse_factorial(
    path: Path,
    outcome: str | None,
    kind: "OutcomeKind | None",
    sealed_file: Path | None,
    *,
    seed: int,
    as_json: bool,
) -> None:
    from quietlegs.core.experiments.factorial import analyse_two
    from quietlegs.core.experiments.two_at_once import SealedTwo, check_two
    from quietlegs.exchange.experiment_csv import read_experiment_csv
    from quietlegs.exchange.experiment_json import analysis_document, read_sealed
    from quietlegs.exchange.experiment_trial import factorial_nights

    raw = path.read_bytes()
    with named_in_problems(path):
        nights, second, name = factorial_nights(read_experiment_csv(raw), outcome=outcome, kind=kind)
    if sealed_file is not None:
        sealed = read_sealed(sealed_file.read_bytes())
        if not isinstance(sealed, SealedTwo):
            raise Unreadable(f"{sealed_file} is of one remedy. Leave out --factorial.")
        with named_in_problems(path):
            check_two(sealed, nights, second)
        _tell_seal(sealed.seal)
    with named_in_problems(path):
        both = analyse_two(nights, second, name, seed=seed)
    if as_json:
        remedies = [analysis_document(one) for one in (both.first, both.second)]
        print_json({"factorial": True, "error_for_both": 0.05, "remedies": remedies})
        return
    for one in (both.first, both.second):
        _print_analysis(one, None)
        click.echo()
