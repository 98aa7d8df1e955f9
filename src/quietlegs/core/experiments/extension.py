"""What a further run would bring: the chance that extending settles an open question."""

import numpy as np

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.analysis import Analysis
from quietlegs.core.experiments.design import MAX_PAIRS, MIN_PAIRS, Linger
from quietlegs.core.experiments.effect import nights_model
from quietlegs.core.experiments.nights import blocks_of
from quietlegs.core.experiments.power import EXPERIMENTS, Chance, power


def chance_that_extending_settles(
    analysis: Analysis, *, nights: int | None = None, seed: int = 0
) -> Chance | None:
    """Return the chance that a further sealed run gives a clear answer, given what these nights say of the effect.

    The further run stands by itself, with an error of its own: going on until it is clear would spend the error twice.
    Effects are drawn from this experiment's posterior, so that an effect that may be small is not counted on.

    Args:
        analysis: an experiment that cannot say yet.
        nights: length of the further run; by default as long again.
        seed: of the made-up nights.

    Returns:
        None when the nights could not carry a model.
    """
    effect = analysis.effect
    if effect is None:
        return None
    generator = np.random.Generator(np.random.PCG64(seed))
    drawn = generator.normal(effect.inner_mean, effect.inner_sd, EXPERIMENTS)
    if analysis.nights.kind is OutcomeKind.SCALE:
        drawn = drawn * (effect.to_value(0.5) / 0.5)  # from logits to points, at the middle
    lengths = np.diff(np.append(blocks_of(analysis.nights).start, len(analysis.nights)))
    linger = Linger.A_FEW_DAYS if np.median(lengths) >= 3 else Linger.GONE_NEXT_DAY
    block = 7 if linger is Linger.A_FEW_DAYS else 1
    wanted = nights or len(analysis.nights)
    pairs = min(max(wanted // (2 * block), MIN_PAIRS), MAX_PAIRS)
    found = power(
        nights_model(analysis.nights, effect),
        drawn,
        linger=linger,
        lengths_nights=(2 * block * pairs,),
        lower_is_better=analysis.nights.lower_is_better,
        adherence=1.0,  # what was found is already diluted by nights not done
        half_life_nights=0.0,
        seed=seed,
    )
    return found.chances[0]
