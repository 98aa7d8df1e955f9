"""``quietlegs experiment``: N-of-1 trials, designed, sealed, scheduled, planned and analysed."""

import secrets
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quietlegs.cli.faults import Refused, Unreadable
from quietlegs.cli.output import json_option, print_json, tell

if TYPE_CHECKING:
    from quietlegs.core.experiments.analysis import Analysis
    from quietlegs.core.experiments.design import Pause
    from quietlegs.core.experiments.nights import TrialNights
    from quietlegs.core.experiments.power import Chance, Power
    from quietlegs.core.experiments.seal import Sealed

KINDS = click.Choice(["count", "yesno", "scale", "amount"])
LINGERS = click.Choice(["gone_next_day", "a_few_days", "unknown"])
INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Try a remedy on yourself, fairly.

    \b
    quietlegs experiment power --baseline 0.5 --ratio 0.6        how many nights it takes
    quietlegs experiment new --try stretch --nights 56 trial.json
    quietlegs experiment schedule trial.json                     what is on tonight
    quietlegs experiment analyse nights.csv                      what came out
    """


@command.command("power")
@click.option(
    "--baseline", type=click.FloatRange(0, 100, min_open=True), help="Cramps a night without the remedy."
)
@click.option(
    "--ratio",
    default=0.6,
    show_default=True,
    type=click.FloatRange(0.01, 100),
    help="Hoped for: 0.6 is 4 in 10 fewer.",
)
@click.option(
    "--linger", default="gone_next_day", show_default=True, type=LINGERS, help="How long the effect lasts."
)
@click.option(
    "--nights", "lengths", multiple=True, type=click.IntRange(12, 2000), help="A length to try; may repeat."
)
@click.option(
    "--adherence",
    default=0.9,
    show_default=True,
    type=click.FloatRange(0.05, 1),
    help="Share done as planned.",
)
@click.option(
    "--missing",
    default=0.05,
    show_default=True,
    type=click.FloatRange(0, 0.9),
    help="Share of nights not logged.",
)
@click.option(
    "--from", "nights_file", type=INPUT, help="Take the baseline from an experiment file's own nights."
)
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of the made-up nights."
)
@json_option
def power_command(
    baseline: float | None,
    ratio: float,
    linger: str,
    lengths: tuple[int, ...],
    adherence: float,
    missing: float,
    nights_file: Path | None,
    seed: int,
    as_json: bool,
) -> None:
    """Say how likely a clear answer is, against the number of nights."""
    import numpy as np

    from quietlegs.core.experiments.design import Linger
    from quietlegs.core.experiments.effect import estimate, nights_model
    from quietlegs.core.experiments.nightmaker import stated_baseline
    from quietlegs.core.experiments.power import EXPERIMENTS, LENGTHS_NIGHTS, power
    from quietlegs.exchange.experiment_json import power_document

    if (baseline is None) == (nights_file is None):
        raise Unreadable("Give either --baseline CRAMPS_PER_NIGHT or --from FILE.csv, and not both.")
    if nights_file is not None:
        trial, _ = _read_trial(nights_file)
        model = nights_model(trial, estimate(trial))
        baseline = float(model.level)
    else:
        assert baseline is not None
        model = stated_baseline(baseline, EXPERIMENTS, seed)
    with click.progressbar(
        length=len(lengths or LENGTHS_NIGHTS),
        label="Making up experiments",
        file=sys.stderr,
        hidden=as_json or not sys.stderr.isatty(),
    ) as bar:
        found = power(
            model,
            float(np.log(ratio)),
            linger=Linger(linger),
            lengths_nights=lengths or LENGTHS_NIGHTS,
            adherence=adherence,
            missing=missing,
            seed=seed,
            on_progress=lambda _done, _of: bar.update(1),
        )
    if not found.chances:
        raise Unreadable(
            f"At least 6 pairs are needed: {12 * found.block_nights} nights. Give a larger --nights."
        )
    if as_json:
        print_json(power_document(found, baseline=baseline, effect=ratio))
    else:
        _print_power(found)


def _print_power(found: "Power") -> None:
    from quietlegs.core.experiments import words
    from quietlegs.exchange.experiment_json import load_wording

    wording = load_wording()
    for chance in found.chances:
        bar = "#" * round(chance.chance * 20)
        click.echo(f"{chance.nights:5d} nights  {bar:<20}  {words.chance_sentence(chance, wording)}")
    click.echo()
    for line in words.recommendation(found, wording):
        click.echo(line)


@command.command("new")
@click.argument("file", type=OUTPUT)
@click.option("--try", "treatment", required=True, help="The remedy, in a word or two.")
@click.option("--against", default="none", show_default=True, help="What it is compared with.")
@click.option("--outcome", default="cramps", show_default=True, help="The one outcome that decides.")
@click.option("--higher-is-better", is_flag=True, help="More of the outcome is better.")
@click.option(
    "--linger", default="gone_next_day", show_default=True, type=LINGERS, help="How long the effect lasts."
)
@click.option(
    "--nights",
    default=56,
    show_default=True,
    type=click.IntRange(12, 2000),
    help="Nights, pauses not counted.",
)
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="First evening; today otherwise.")
@click.option("--pause", "pauses", multiple=True, help="A rest, as 2026-12-20..2026-12-27; may repeat.")
@click.option(
    "--seed", type=click.IntRange(0), help="For a repeatable order; otherwise drawn by this computer."
)
@click.option("--swallowed", is_flag=True, help="It is something to swallow.")
@click.option("--agreed", is_flag=True, help="A pharmacist, midwife or doctor has agreed.")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    help="To a question that is asked, as kidney-disease=no; may repeat.",
)
@click.option(
    "--clinician",
    default="",
    help="Name of the doctor or pharmacist who leads a trial of a prescribed medicine.",
)
@json_option
def new_command(
    file: Path,
    treatment: str,
    against: str,
    outcome: str,
    higher_is_better: bool,
    linger: str,
    nights: int,
    start: datetime | None,
    pauses: tuple[str, ...],
    seed: int | None,
    swallowed: bool,
    agreed: bool,
    answers: tuple[str, ...],
    clinician: str,
    as_json: bool,
) -> None:
    """Design an experiment, draw its order, and seal it in FILE."""
    from quietlegs.core.diary.night import OUTCOMES
    from quietlegs.core.experiments.design import Linger, design_for
    from quietlegs.core.experiments.safety import NotToBeTriedError
    from quietlegs.core.experiments.seal import SEED_BITS, seal
    from quietlegs.exchange.experiment_json import write_sealed
    from quietlegs.exchange.experiment_safety import check_remedy, refuse_unless_open

    if file.exists():
        raise Unreadable(
            f"{file} exists already. Give another name: a sealed experiment is never written over."
        )
    answered = _answers(answers)
    for name in (treatment, against):
        gate = check_remedy(
            name, answers=answered, is_swallowed=swallowed, has_agreement=agreed, clinician=clinician
        )
        try:
            refuse_unless_open(gate)
        except NotToBeTriedError as error:
            raise Refused(str(error)) from error
    lower = OUTCOMES[outcome].more_is_worse if outcome in OUTCOMES else not higher_is_better
    design = design_for(
        Linger(linger),
        reference=against,
        treatment=treatment,
        outcome=outcome,
        nights=nights,
        start=start.date() if start else date.today(),
        lower_is_better=lower,
        pauses=tuple(_pause(text) for text in pauses),
    )
    sealed = seal(design, secrets.randbits(SEED_BITS) if seed is None else seed)
    file.write_bytes(write_sealed(sealed))
    summary = {
        "file": str(file),
        "seal": sealed.seal,
        "pairs": design.pairs,
        "nights": design.nights,
        "block_nights": design.block_nights,
        "washout_nights": design.washout_nights,
        "first": design.start.isoformat(),
        "last": sealed.schedule.last.isoformat(),
    }
    if as_json:
        print_json(summary)
        return
    click.echo(f"Sealed: {sealed.seal}")
    click.echo(
        f"{design.pairs} pairs of {design.block_nights}-night blocks, {design.nights} nights, "
        f"from {design.start} to {sealed.schedule.last}."
    )
    tell(f"The order is in {file}, encoded. See each evening with: quietlegs experiment schedule {file}")


def _answers(given: tuple[str, ...]) -> dict[str, bool]:
    answered = {}
    for text in given:
        name, _, value = text.partition("=")
        if value.casefold() not in ("yes", "no"):
            raise Unreadable(f"--answer {text}: write it like kidney-disease=no.")
        answered[name] = value.casefold() == "yes"
    return answered


def _pause(text: str) -> "Pause":
    from quietlegs.core.experiments.design import Pause

    try:
        first, last = (date.fromisoformat(part) for part in text.split(".."))
    except ValueError as error:
        raise Unreadable(f"--pause {text}: write two dates, like 2026-12-20..2026-12-27.") from error
    return Pause(first, last)


@command.command("schedule")
@click.argument("file", type=INPUT)
@click.option("--night", type=click.DateTime(["%Y-%m-%d"]), help="An evening; today otherwise.")
@click.option(
    "--csv", "csv_file", type=OUTPUT, help="Write the nights up to that evening as a CSV to fill in."
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


def _write_template(path: Path, sealed: "Sealed", until: date) -> None:
    import csv

    from quietlegs.exchange.cells import guard

    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["night", "condition", "block", sealed.schedule.design.outcome, "washout", "adhered"])
        for n in sealed.schedule.nights:
            if n.evening <= until:
                washout = "yes" if n.is_washout else "no"
                writer.writerow([n.evening.isoformat(), guard(n.condition), n.block, "", washout, ""])


@command.command("analyse")
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
    participant: str | None,
    seed: int,
    as_json: bool,
) -> None:
    """Say whether the remedy of the experiment in FILE helps.

    FILE is a CSV with the columns night, condition, block and an outcome, or a StudyU export (.zip or .csv).
    """
    from quietlegs.core.diary.night import OutcomeKind
    from quietlegs.core.experiments.analysis import Monitoring, Verdict, analyse
    from quietlegs.core.experiments.extension import chance_that_extending_settles
    from quietlegs.core.experiments.nights import Randomised
    from quietlegs.core.experiments.seal import check_nights
    from quietlegs.core.experiments.sequences import SpaceKind
    from quietlegs.exchange.experiment_json import analysis_document, read_sealed

    nights, notices = _read_trial(
        file,
        outcome=outcome,
        kind=OutcomeKind(outcome_kind) if outcome_kind else None,
        lower_is_better=None if higher_is_better is None else not higher_is_better,
        treatment=treatment,
        reference=reference,
        night=night_column,
        condition=condition_column,
        participant=participant,
    )
    by_lot = {True: Randomised.YES, False: Randomised.NO, None: Randomised.UNKNOWN}[randomised]
    if sealed_file is not None:
        sealed = read_sealed(sealed_file.read_bytes())
        check_nights(sealed, nights)
        by_lot, planned_pairs = Randomised.YES, planned_pairs or sealed.schedule.design.pairs
    if open_end and planned_pairs:
        raise Unreadable("Give --planned-pairs or --open-end, not both: they are two ways to look safely.")
    analysis = analyse(
        nights,
        space_kind=SpaceKind(design) if design else None,
        randomised=by_lot,
        monitoring=Monitoring.OPEN_END
        if open_end
        else Monitoring.PLANNED_LOOKS
        if planned_pairs
        else Monitoring.ONCE,
        planned_pairs=planned_pairs,
        important=important,
        seed=seed,
    )
    extension = (
        chance_that_extending_settles(analysis, seed=seed)
        if analysis.verdict is Verdict.CANNOT_SAY_YET
        else None
    )
    if as_json:
        print_json(analysis_document(analysis, notices=notices, extension=extension))
    else:
        for notice in notices:
            tell(str(notice))
        _print_analysis(analysis, extension)


def _read_trial(
    path: Path,
    *,
    night: str = "night",
    condition: str = "condition",
    participant: str | None = None,
    **choices: object,
) -> "tuple[TrialNights, tuple]":
    from quietlegs.exchange.experiment_csv import read_experiment_csv, trial_nights
    from quietlegs.exchange.studyu import is_studyu, read_studyu

    raw = path.read_bytes()
    file = (
        read_studyu(raw, participant=participant)
        if is_studyu(raw)
        else read_experiment_csv(raw, night=night, condition=condition)
    )
    return trial_nights(file, **choices)  # type: ignore[arg-type]


def _print_analysis(analysis: "Analysis", extension: "Chance | None") -> None:
    from quietlegs.core.experiments import words
    from quietlegs.exchange.experiment_json import load_wording

    wording = load_wording()
    click.echo(words.headline(analysis, wording))
    click.echo()
    click.echo(words.sentence(analysis, wording))
    for line in words.cautions(analysis, wording):
        click.echo(f"! {line}")
    click.echo()
    for line in [*words.why(analysis, wording), *words.what_now(analysis, extension, wording)]:
        click.echo(f"- {line}")
