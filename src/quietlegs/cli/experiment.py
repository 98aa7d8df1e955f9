"""``quietlegs experiment``: N-of-1 trials, designed, sealed, scheduled, planned and analysed."""

import secrets
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quietlegs.cli.experiment_analyse import INPUT, analyse_command, read_trial
from quietlegs.cli.experiment_schedule import schedule_command
from quietlegs.cli.faults import Refused, Unreadable
from quietlegs.cli.output import json_option, print_json, tell

if TYPE_CHECKING:
    from quietlegs.core.experiments.design import Pause
    from quietlegs.core.experiments.nightmaker import NightModel
    from quietlegs.core.experiments.power import Power
    from quietlegs.core.experiments.seal import Sealed
    from quietlegs.core.experiments.two_at_once import SealedTwo

LINGERS = click.Choice(["gone_next_day", "a_few_days", "unknown"])
OUTPUT = click.Path(dir_okay=False, path_type=Path)
linger_option = click.option(
    "--linger", default="gone_next_day", show_default=True, type=LINGERS, help="How long the effect lasts."
)


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
@linger_option
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
    from quietlegs.core.experiments.power import LENGTHS_NIGHTS, power
    from quietlegs.exchange.experiment_json import power_document

    model, baseline = _nights_by_themselves(baseline, nights_file, seed)
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


def _nights_by_themselves(
    baseline: float | None, nights_file: Path | None, seed: int
) -> "tuple[NightModel, float]":
    """Return how the nights go without the remedy, stated or from a file's own nights, and cramps a night."""
    from quietlegs.core.experiments.effect import estimate, nights_model
    from quietlegs.core.experiments.nightmaker import stated_baseline
    from quietlegs.core.experiments.power import EXPERIMENTS

    if nights_file is not None and baseline is None:
        trial, _ = read_trial(nights_file)
        model = nights_model(trial, estimate(trial))
        return model, float(model.level)
    if nights_file is not None or baseline is None:
        raise Unreadable("Give either --baseline CRAMPS_PER_NIGHT or --from FILE.csv, and not both.")
    return stated_baseline(baseline, EXPERIMENTS, seed), baseline


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
@click.option(
    "--and", "other", help="A second remedy, tried at once: nights with neither, each alone, and both."
)
@click.option("--against", default="none", show_default=True, help="What it is compared with.")
@click.option("--outcome", default="cramps", show_default=True, help="The one outcome that decides.")
@click.option("--higher-is-better", is_flag=True, help="More of the outcome is better.")
@linger_option
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
    "--seed",
    type=click.IntRange(0, (1 << 128) - 1),
    help="For a repeatable order; otherwise drawn by this computer.",
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
    other: str | None,
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
    """Design an experiment, draw its order, and seal it in FILE.

    With --and, two remedies are tried at once for the price of one, in blocks of four conditions, and judged once at the end.
    """
    from quietlegs.core.diary.night import OUTCOMES
    from quietlegs.exchange.experiment_json import write_sealed

    if file.exists():
        raise Unreadable(
            f"{file} exists already. Give another name: a sealed experiment is never written over."
        )
    if other is not None and against != "none":
        raise Unreadable("With --and, both remedies are compared with neither. Leave out --against.")
    _refuse_what_is_not_to_be_tried(
        (treatment, other or against),
        answers=_answers(answers),
        is_swallowed=swallowed,
        has_agreement=agreed,
        clinician=clinician,
    )
    sealed = _drawn(
        treatment,
        other,
        against,
        linger,
        seed,
        outcome=outcome,
        nights=nights,
        start=start.date() if start else date.today(),
        lower_is_better=OUTCOMES[outcome].more_is_worse if outcome in OUTCOMES else not higher_is_better,
        pauses=tuple(_pause(text) for text in pauses),
    )
    file.write_bytes(write_sealed(sealed))
    _say_sealed(file, sealed, as_json=as_json)


def _refuse_what_is_not_to_be_tried(names: tuple[str, str], **asked: Any) -> None:
    from quietlegs.core.experiments.safety import NotToBeTriedError
    from quietlegs.exchange.experiment_safety import check_remedy, refuse_unless_open

    for name in names:
        gate = check_remedy(name, **asked)
        try:
            refuse_unless_open(gate)
        except NotToBeTriedError as error:
            raise Refused(str(error)) from error


def _drawn(
    treatment: str, other: str | None, against: str, linger: str, seed: int | None, **common: Any
) -> "Sealed | SealedTwo":
    """Return the design of one remedy or of two, drawn and sealed; without a seed this computer draws one."""
    from quietlegs.core.experiments.design import Linger, design_for
    from quietlegs.core.experiments.seal import SEED_BITS, seal
    from quietlegs.core.experiments.two_at_once import design_two, seal_two

    drawn_by = secrets.randbits(SEED_BITS) if seed is None else seed
    if other is not None:
        return seal_two(design_two(Linger(linger), first=treatment, second=other, **common), drawn_by)
    return seal(design_for(Linger(linger), reference=against, treatment=treatment, **common), drawn_by)


def _say_sealed(file: Path, sealed: "Sealed | SealedTwo", *, as_json: bool) -> None:
    from quietlegs.core.experiments.two_at_once import SealedTwo

    design, last = sealed.schedule.design, sealed.schedule.last
    if isinstance(sealed, SealedTwo):
        shape = {
            "blocks": sealed.schedule.design.blocks,
            "conditions": list(sealed.schedule.design.conditions),
        }
        line = f"{shape['blocks']} blocks of 4 conditions, {design.block_nights} {'night' if design.block_nights == 1 else 'nights'} each"
    else:
        shape = {"pairs": sealed.schedule.design.pairs}
        line = f"{shape['pairs']} pairs of {design.block_nights}-night blocks"
    if as_json:
        print_json(
            {
                "file": str(file),
                "seal": sealed.seal,
                **shape,
                "nights": design.nights,
                "block_nights": design.block_nights,
                "washout_nights": design.washout_nights,
                "first": design.start.isoformat(),
                "last": last.isoformat(),
            }
        )
        return
    click.echo(f"Sealed: {sealed.seal}")
    click.echo(f"{line}, {design.nights} nights, from {design.start} to {last}.")
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


command.add_command(schedule_command)
command.add_command(analyse_command)
