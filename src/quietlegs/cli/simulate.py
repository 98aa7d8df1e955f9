"""``quietlegs simulate``: a realistic diary with known truth, for checking any method."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quietlegs.cli.faults import Unreadable
from quietlegs.cli.output import json_option, print_json

if TYPE_CHECKING:
    from quietlegs.core.inference import Scenario, SimulatedDiary

MOST_NIGHTS = 36_500  # a hundred years


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--nights", required=True, type=click.IntRange(2, MOST_NIGHTS), help="Nights from first to last."
)
@click.option(
    "--seed", required=True, type=click.IntRange(0, 2**32 - 1), help="The same seed gives the same diary."
)
@click.option(
    "--truth", type=click.Path(dir_okay=False, path_type=Path), help="Write what was put in, as JSON."
)
@click.option("--factors", default=8, show_default=True, type=click.IntRange(0, 300), help="Factors logged.")
@click.option(
    "--matter", default=2, show_default=True, type=click.IntRange(0, 300), help="Factors with an effect."
)
@click.option("--lagged", is_flag=True, help="Some effects work a day later.")
@click.option(
    "--mechanism",
    type=click.Choice(["latent", "episodes", "clusters", "threshold"]),
    default="latent",
    show_default=True,
    help="How cramps come about; only the first is the engine's own model.",
)
@click.option(
    "--logging",
    type=click.Choice(["at_random", "bad_nights", "blamed_factor"]),
    default="at_random",
    show_default=True,
    help="Which nights get written down.",
)
@click.option(
    "--noted",
    type=click.Choice(["cramps", "yesno", "score_10", "score_4", "hours", "rough_hours"]),
    default="cramps",
    show_default=True,
    help="What is noted of a night: a number, yes or no, a score, or hours.",
)
@click.option("--missing-nights", default=0.15, show_default=True, type=click.FloatRange(0, 0.95))
@click.option("--missing-answers", default=0.0, show_default=True, type=click.FloatRange(0, 0.95))
@click.option("--cramps-per-week", type=click.FloatRange(0.01, 70), help="Otherwise drawn for each diary.")
@click.option(
    "--season", default=0.0, show_default=True, type=click.FloatRange(0, 2), help="Size of a yearly wave."
)
@click.option("--heavy-tails", is_flag=True, help="A few nights that are far worse than the rest.")
@json_option
def command(out: Path, nights: int, seed: int, truth: Path | None, as_json: bool, **choices: object) -> None:
    """Write a simulated diary to OUT, a CSV file, and the truth beside it.

    \b
    quietlegs simulate --nights 365 --seed 1 diary.csv --truth truth.json
    quietlegs triggers diary.csv
    """
    from quietlegs.core.inference import simulate_diary
    from quietlegs.exchange.diary_csv import write_diary_csv

    simulated = simulate_diary(seed, _scenario(nights, choices))
    text = write_diary_csv(simulated.diary())
    _write(out, text if isinstance(text, bytes) else text.encode())
    told = _truth(simulated)
    if truth is not None:
        _write(truth, (json.dumps(told, indent=2, allow_nan=False) + "\n").encode())
    if as_json:
        print_json(told)
    else:
        logged = len(simulated.diary().nights)
        click.echo(f"{logged} of {nights} nights written to {out}. They are made up.", err=True)


def _scenario(nights: int, choices: dict[str, object]) -> "Scenario":
    from quietlegs.core.inference import Logging, Mechanism, Noted, Scenario

    given = {name: value for name, value in choices.items() if value is not None}
    given["mechanism"] = Mechanism(given["mechanism"])
    given["logging"] = Logging(given["logging"])
    given["noted"] = Noted(given["noted"])
    return replace(Scenario(nights=nights), **given)  # type: ignore[arg-type]


def _truth(simulated: "SimulatedDiary") -> dict[str, object]:
    """Return what was put in: every factor's effect per unit and over its full swing, and the true level."""
    truth, table = simulated.truth, simulated.table
    counted = truth.scenario.noted.value == "cramps"
    effect = {"cramps": "log_ratio", "hours": "difference", "rough_hours": "difference"}.get(
        truth.scenario.noted.value, "log_odds_ratio"
    )
    scales = {name: scale for name, _, _, scale in truth.effects}
    return {
        "seed": truth.seed,
        "nights": table.span,
        "first": table.first.isoformat(),
        "mechanism": truth.scenario.mechanism.value,
        "logging": truth.scenario.logging.value,
        "outcome": table.outcomes[0].name,
        "outcome_kind": table.outcomes[0].kind.value,
        "factors": [
            {
                "factor": factor.name,
                "kind": factor.kind.value,
                "unit": factor.unit,
                "lag": lag,
                effect: truth.effect(factor.name, lag) / scales.get(factor.name, 1.0),
                f"{effect}_full_swing": truth.effect(factor.name, lag),
            }
            for factor in table.factors
            for lag in ((0, 1) if truth.scenario.lagged else (0,))
        ],
        "rate" if counted else "level": [round(float(rate), 6) for rate in truth.rate],
        table.outcomes[0].name: [int(v) if v == int(v) else round(float(v), 6) for v in truth.complete],
    }


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Unreadable(f"{path} cannot be written ({error.strerror}). Choose another place.") from error
