"""From a file to an experiment: which outcome, how it is measured, and which two conditions are compared."""

import numpy as np

from quietlegs.core.base.errors import Problem
from quietlegs.core.diary.night import OUTCOMES, OutcomeKind
from quietlegs.core.experiments.design import is_no_remedy
from quietlegs.core.experiments.nights import Floats, TrialNights
from quietlegs.exchange.experiment_csv import ExperimentFile, refused


def kind_of(name: str, values: Floats) -> OutcomeKind:
    """Return how an outcome is measured: as known, or read from its numbers (whole from 0 upwards are counts)."""
    if name in OUTCOMES:
        return OUTCOMES[name].kind
    known = values[~np.isnan(values)]
    whole = bool(np.all((known >= 0) & (known == np.floor(known))))
    return OutcomeKind.COUNT if whole else OutcomeKind.AMOUNT


def reference_of(conditions: tuple[str, ...]) -> str | None:
    """Return the label that plainly means "without the remedy", or None when no single label does."""
    plain = [
        label
        for label in conditions
        if is_no_remedy(label) or label.casefold() in ("0", "a") or label.casefold().startswith("no ")
    ]
    return plain[0] if len(plain) == 1 else None


def trial_nights(
    file: ExperimentFile,
    *,
    outcome: str | None = None,
    kind: OutcomeKind | None = None,
    reference: str | None = None,
    treatment: str | None = None,
    lower_is_better: bool | None = None,
) -> tuple[TrialNights, tuple[Problem, ...]]:
    """Return the nights of two of the file's conditions, and notices of what was inferred.

    Raises:
        ExperimentFileError: when the outcome or the two conditions cannot be told.
    """
    notices = list(file.notices)
    name = outcome or file.default_outcome
    if name not in file.columns:
        raise refused(
            f"There is no column of numbers named {name}.",
            f"The file has {', '.join(file.columns) or 'none'}. Say which with --outcome NAME.",
        )
    values = file.columns[name]
    kind = kind or kind_of(name, values)
    _check_values(name, values, kind)
    with_label, against = _two_conditions(file, reference, treatment, notices)
    lower = OUTCOMES[name].more_is_worse if name in OUTCOMES else True
    if lower_is_better is None and name not in OUTCOMES:
        notices.append(
            Problem(f"Lower {name} is taken to be better.", "Say --higher-is-better if it is not.")
        )
    keep = np.isin(file.condition, [file.conditions.index(with_label), file.conditions.index(against)])
    return (
        TrialNights(
            evenings=file.evenings[keep],
            treated=(file.condition == file.conditions.index(with_label))[keep],
            block=file.block[keep],
            outcome=values[keep],
            is_washout=file.is_washout[keep],
            adhered=file.adhered[keep],
            reference=against,
            treatment=with_label,
            outcome_name=name,
            kind=kind,
            lower_is_better=lower if lower_is_better is None else lower_is_better,
        ),
        tuple(notices),
    )


def _check_values(name: str, values: Floats, kind: OutcomeKind) -> None:
    known = values[~np.isnan(values)]
    if name in OUTCOMES and not np.all((known >= OUTCOMES[name].low) & (known <= OUTCOMES[name].high)):
        bounds = OUTCOMES[name]
        raise refused(
            f"{name} holds numbers outside {bounds.low:g} to {bounds.high:g}.",
            "Correct or empty those cells.",
        )
    if kind is OutcomeKind.YES_NO and not np.all(np.isin(known, (0.0, 1.0))):
        raise refused(
            f"{name} is to be yes or no, and holds other numbers.", "Choose another --outcome-kind."
        )
    if kind is OutcomeKind.COUNT and not np.all((known >= 0) & (known == np.floor(known))):
        raise refused(
            f"{name} is to be a count, and holds numbers that are not 0, 1, 2, …",
            "Choose --outcome-kind amount.",
        )


def _two_conditions(
    file: ExperimentFile, reference: str | None, treatment: str | None, notices: list[Problem]
) -> tuple[str, str]:
    by_name = {label.casefold(): label for label in file.conditions}
    for given in (reference, treatment):
        if given is not None and given.strip().casefold() not in by_name:
            raise refused(
                f"No night has the condition {given}.", f"The file has {', '.join(file.conditions)}."
            )
    if len(file.evenings) == 1:
        raise refused(
            "The file has one night.", "An experiment compares nights of two conditions. Add the others."
        )
    if len(file.conditions) < 2:
        raise refused(
            f"Every night has the same condition, {file.conditions[0]}.",
            "An experiment compares two. Are the two perhaps named alike? Give them names that differ.",
        )
    against = by_name[reference.strip().casefold()] if reference else reference_of(file.conditions)
    if against is None and treatment is None:
        against = sorted(file.conditions)[0]
        notices.append(
            Problem(f"{against} is taken as what the other is compared with.", "Say --reference NAME if not.")
        )
    if treatment is not None:
        chosen = by_name[treatment.strip().casefold()]
        against = against if against not in (None, chosen) else None
        rest = [label for label in file.conditions if label != chosen]
        against = against or (rest[0] if len(rest) == 1 else None)
    else:
        rest = [label for label in file.conditions if label != against]
        chosen = rest[0] if len(rest) == 1 else ""
    if not chosen or against is None:
        raise refused(
            f"The file has {len(file.conditions)} conditions: {', '.join(file.conditions)}.",
            "Two remedies at once? Add --factorial. Or say which two to compare with --treatment NAME --reference NAME."
            if any("+" in label for label in file.conditions)
            else "Say which two to compare with --treatment NAME --reference NAME.",
        )
    if chosen == against:
        raise refused(f"{chosen} cannot be compared with itself.", "Name two conditions.")
    return chosen, against


def factorial_nights(
    file: ExperimentFile,
    *,
    outcome: str | None = None,
    kind: OutcomeKind | None = None,
    lower_is_better: bool | None = None,
) -> tuple[TrialNights, np.ndarray, str]:
    """Return the nights of a factorial of two: treated by the first remedy, a mask of the second, and its name.

    The file's four conditions are a reference, two remedies, and both joined by "+", such as ``bath+walk``.

    Raises:
        ExperimentFileError: when the conditions are others.
    """
    by_name = {label.casefold().replace(" ", ""): label for label in file.conditions}
    both = [name for name in by_name if name.count("+") == 1]
    parts = both[0].split("+") if len(both) == 1 else []
    rest = [name for name in by_name if name not in (*parts, *both)]
    if len(by_name) != 4 or len(rest) != 1 or not all(part in by_name for part in parts):
        raise refused(
            f"The conditions are {', '.join(file.conditions)}.",
            "A factorial of two needs four: none, one remedy, the other, and both written as one+other.",
        )
    if not file.has_blocks:
        raise refused("The file names no blocks.", "Give each round of four conditions its block number.")
    first, second = (by_name[part] for part in parts)
    pair, _ = trial_nights(
        file,
        outcome=outcome,
        kind=kind,
        treatment=first,
        reference=by_name[rest[0]],
        lower_is_better=lower_is_better,
    )
    has = {by_name[name]: (parts[0] in name.split("+"), parts[1] in name.split("+")) for name in by_name}
    with_first = np.array([has[file.conditions[c]][0] for c in file.condition])
    with_second = np.array([has[file.conditions[c]][1] for c in file.condition])
    nights = TrialNights(
        evenings=file.evenings,
        treated=with_first,
        block=file.block,
        outcome=file.columns[pair.outcome_name],
        is_washout=file.is_washout,
        adhered=file.adhered,
        reference=pair.reference,
        treatment=first,
        outcome_name=pair.outcome_name,
        kind=pair.kind,
        lower_is_better=pair.lower_is_better,
    )
    return nights, with_second, second
