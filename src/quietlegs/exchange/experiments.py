"""Experiments for those who use Quietlegs as a library: plan and seal one, read one, analyse it."""

from datetime import date
from pathlib import Path
from typing import Any

from quietlegs.core.experiments.analysis import Analysis, analyse
from quietlegs.core.experiments.design import Linger, design_for
from quietlegs.core.experiments.nights import TrialNights
from quietlegs.core.experiments.seal import Sealed, seal
from quietlegs.exchange.experiment_csv import read_experiment_csv
from quietlegs.exchange.experiment_trial import trial_nights
from quietlegs.exchange.studyu import is_studyu, read_studyu


def plan_experiment(
    *,
    treatment: str,
    reference: str = "none",
    outcome: str = "cramps",
    nights: int,
    start: date,
    seed: int,
    linger: str = "gone_next_day",
    lower_is_better: bool = True,
) -> Sealed:
    """Return a drawn and sealed experiment. The same seed draws the same order.

    Args:
        treatment, reference: what is tried, and what it is compared with.
        outcome: the one outcome that decides.
        nights: how many at most; at least 12 nightly, 84 for an effect that lingers.
        start: the evening of the first night.
        seed: 0 to 2^128 - 1; take ``secrets.randbits(128)``.
        linger: ``gone_next_day``, ``a_few_days`` or ``unknown``; decides the blocks.
        lower_is_better: the declared direction of benefit.

    Raises:
        DesignError: when fewer than 6 pairs fit, or the conditions are named alike.

    >>> sealed = plan_experiment(treatment="stretch", nights=12, start=date(2026, 3, 1), seed=2026)
    >>> sealed.schedule.nights[0].condition, len(sealed.seal)
    ('stretch', 64)
    """
    design = design_for(
        Linger(linger),
        reference=reference,
        treatment=treatment,
        outcome=outcome,
        nights=nights,
        start=start,
        lower_is_better=lower_is_better,
    )
    return seal(design, seed)


def load_experiment(path: str | Path, *, participant: str | None = None, **choices: Any) -> TrialNights:
    """Return the nights of an experiment in a CSV file or a StudyU export.

    ``choices`` are those of :func:`quietlegs.exchange.experiment_trial.trial_nights`: outcome, kind, reference, treatment,
    lower_is_better. Raises ExperimentFileError with every problem and its line.
    """
    raw = Path(path).read_bytes()
    file = read_studyu(raw, participant=participant) if is_studyu(raw) else read_experiment_csv(raw)
    return trial_nights(file, **choices)[0]


def analyse_experiment(nights: TrialNights, **how: Any) -> Analysis:
    """Return whether the remedy helps, how sure that is, and what may have spoilt it.

    ``how`` is that of :func:`quietlegs.core.experiments.analysis.analyse`.
    """
    return analyse(nights, **how)
