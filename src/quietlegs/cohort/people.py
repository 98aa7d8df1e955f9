"""One part of a cohort: the results of a few dozen people, from bytes to numbers. Pure, so that it may run anywhere."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

import numpy as np

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import Message
from quietlegs.core.diary.night import OUTCOMES, OutcomeKind
from quietlegs.core.diary.table import night_table
from quietlegs.core.experiments.effect import estimate
from quietlegs.core.experiments.nights import TrialNights
from quietlegs.core.experiments.randomisation import randomisation_test
from quietlegs.core.experiments.sequences import sequence_space
from quietlegs.core.inference import GRID, LatentFit, Settings, fit_latent, from_table
from quietlegs.exchange.diary_csv import read_diary_csv
from quietlegs.exchange.experiment_csv import read_experiment_csv
from quietlegs.exchange.experiment_trial import trial_nights
from quietlegs.exchange.trackers.tables import header_of

DIARY_EFFECT_SD = 1.5  # weak, and divided out again


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of every person: the outcome and, for experiments, the two conditions (None: as the file has it)."""

    outcome: str | None = None
    treatment: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One person as given: a code, and the bytes of their CSV."""

    code: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One result of one person, or the reason why there is none (``problem``).

    ``series`` says what it is of: "stretch against none" or a factor's name. ``grid`` holds 101 log-likelihoods.
    """

    person: str
    series: str
    source: str
    outcome: str
    kind: str
    lower_is_better: bool
    nights: int
    mean: float
    sd: float
    p: float | None
    grid: tuple[float, ...]
    problem: str | None = None

    def plain(self) -> dict[str, object]:
        """Return the row as plain values, for a table."""
        return asdict(self)


def work_out(people: Iterable[Person], asked: Asked) -> list[Row]:
    """Return the rows of a part. What is wrong with one person is a row too, and stops nobody else."""
    rows: list[Row] = []
    for person in people:
        try:
            rows += _of_person(person, asked)
        except QuietlegsError as error:
            rows.append(_refused(person.code, _in_general(error.said)))
        except Exception as error:
            # A fault of ours in one diary must not lose the other 9,999. Its kind is told, never the diary.
            rows.append(_refused(person.code, f"It could not be worked out ({type(error).__name__})."))
    return rows


def _refused(code: str, why: str) -> Row:
    return Row(code, "", "", "", "", True, 0, float("nan"), float("nan"), None, (), why)


def _in_general(said: str) -> str:
    """Return what is wrong without the diary's own words: a reason goes into the report of the whole cohort."""
    return re.sub(r"\{[^{}]*\}", "…", said.text) if isinstance(said, Message) else str(said)


def brought_down(code: str) -> Row:
    """Return the row of a person whose diary ended the process that worked on it."""
    return _refused(code, "It brought down the worker.")


def _of_person(person: Person, asked: Asked) -> list[Row]:
    if "condition" in header_of(person.raw):
        return [_of_experiment(person, asked)]
    return _of_diary(person, asked)


def _of_experiment(person: Person, asked: Asked) -> Row:
    nights, _ = trial_nights(
        read_experiment_csv(person.raw),
        outcome=asked.outcome,
        treatment=asked.treatment,
        reference=asked.reference,
    )
    return experiment_row(person.code, nights)


def experiment_row(code: str, nights: TrialNights) -> Row:
    """Return the result of one experiment."""
    effect = estimate(nights)
    space = sequence_space(nights)
    test = None if space.looks_alternating else randomisation_test(space)
    mean, sd = effect.data_only
    return Row(
        person=code,
        series=f"{nights.treatment} against {nights.reference}".casefold(),
        source="experiment",
        outcome=nights.outcome_name,
        kind=nights.kind.value,
        lower_is_better=nights.lower_is_better,
        nights=int(nights.counted.sum()),
        mean=mean,
        sd=sd,
        p=test.p if test else None,
        grid=tuple(float(v) for v in effect.likelihood_grid(nights)),
    )


def _of_diary(person: Person, asked: Asked) -> list[Row]:
    file = read_diary_csv(person.raw)
    if file.problems:
        told = (
            replace(one, what=_in_general(one.what), mend=_in_general(one.mend)) for one in file.problems[:3]
        )
        return [_refused(person.code, "; ".join(str(problem) for problem in told))]
    table = night_table(file.diary)
    if table is None:
        return [_refused(person.code, "The diary has no nights.")]
    name = asked.outcome or "cramps"
    fit = fit_latent(from_table(table, name, lags=(0,)), Settings(effect_sd=DIARY_EFFECT_SD))
    nights = int(fit.data.logged.sum())
    kind = OUTCOMES[name].kind if name in OUTCOMES else OutcomeKind.COUNT
    worse = OUTCOMES[name].more_is_worse if name in OUTCOMES else True
    rows = []
    for j, label in enumerate(fit.data.labels):
        grid, mean, sd = _marginal(fit, j)
        rows.append(
            Row(person.code, label.factor, "diary", name, kind.value, worse, nights, mean, sd, None, grid)
        )
    return rows or [_refused(person.code, "The diary has no factor that changes.")]


def _marginal(fit: LatentFit, j: int) -> tuple[tuple[float, ...], float, float]:
    """Return one factor's log-likelihood grid, mean and standard deviation, with its own prior divided out."""
    means, variances = fit.mode_means[:, j], fit.mode_covariances[:, j, j]
    terms = np.log(fit.weights)[:, None] - 0.5 * np.log(variances)[:, None]
    terms = terms - 0.5 * (GRID - means[:, None]) ** 2 / variances[:, None]
    top = terms.max(0)
    value = top + np.log(np.exp(terms - top).sum(0)) + 0.5 * (GRID / DIARY_EFFECT_SD) ** 2
    precision = max(float(fit.sd[j]) ** -2 - DIARY_EFFECT_SD**-2, 1e-6)
    mean = float(fit.mean[j]) * float(fit.sd[j]) ** -2 / precision
    return tuple(float(v) for v in np.float32(value - value.max())), mean, precision**-0.5
