"""The seal: a promise, made before the first night, of exactly what will be done and in which order.

The seal is the SHA-256 of the design, the seed and the drawn order, written as canonical JSON. It is shown at the
start; design and seed are opened at the end. Anyone with any SHA-256 program can then check that nothing was
changed. The seed has 128 bits, so that the order cannot be found by trying seeds against the seal.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.experiments.design import Design, Frame, Pause, PlannedNight, Schedule, draw
from quietlegs.core.experiments.nights import TrialNights

SEED_BITS = 128
SEAL_VERSION = 1


class BrokenSealError(QuietlegsError):
    """The experiment is not the one that was sealed."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed experiment: the schedule, the seed that drew it, and the seal that was shown."""

    schedule: Schedule
    seed: int
    seal: str

    @property
    def text(self) -> str:
        """The text that was sealed."""
        return canonical(self.schedule.design, self.seed)


def canonical(design: Design, seed: int) -> str:
    """Return the text that is sealed: JSON with sorted keys, no spaces, dates in ISO form, ASCII only."""
    return canonical_json(
        {
            **frame_fields(design, seed),
            "pairs": design.pairs,
            "reference": design.reference,
            "sequence": "".join("TR" if first else "RT" for first in draw(design, seed).treated_first),
            "treatment": design.treatment,
            "version": SEAL_VERSION,
        }
    )


def check_seed(seed: int) -> None:
    """Raise ValueError for a seed that is not 0 to 2^128 - 1."""
    if not 0 <= seed < 1 << SEED_BITS:
        raise ValueError(f"seed has {seed.bit_length()} bits; it must be 0 to 2^{SEED_BITS} - 1")


def frame_fields(design: Frame, seed: int) -> dict[str, object]:
    """Return what is sealed of every design."""
    return {
        "block_nights": design.block_nights,
        "lower_is_better": design.lower_is_better,
        "outcome": design.outcome,
        "pauses": [[pause.first.isoformat(), pause.last.isoformat()] for pause in design.pauses],
        "seed": str(seed),  # JSON readers elsewhere round numbers of 128 bits
        "start": design.start.isoformat(),
        "washout_nights": design.washout_nights,
    }


def read_frame(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a sealed text says of every design, by the names of :class:`design.Frame`."""
    return {
        "outcome": fields["outcome"],
        "start": date.fromisoformat(fields["start"]),
        "lower_is_better": fields["lower_is_better"],
        "block_nights": fields["block_nights"],
        "washout_nights": fields["washout_nights"],
        "pauses": tuple(
            Pause(date.fromisoformat(first), date.fromisoformat(last)) for first, last in fields["pauses"]
        ),
    }


def canonical_json(fields: Mapping[str, object]) -> str:
    """Return JSON of which there is one writing only: sorted keys, no spaces, ASCII."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def seal_of(text: str) -> str:
    """Return the seal of a canonical text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def seal(design: Design, seed: int) -> Sealed:
    """Draw and seal a design.

    Args:
        design: what was chosen.
        seed: 0 to 2^128 - 1, from the operating system's own randomness.
    """
    check_seed(seed)
    return Sealed(draw(design, seed), seed, seal_of(canonical(design, seed)))


def open_sealed(text: str, shown_seal: str) -> Sealed:
    """Return the experiment in a sealed text, after checking it against the seal that was shown.

    Raises:
        BrokenSealError: when the text was changed after the start, in whatever part.
    """
    fields = checked_fields(text, shown_seal)
    design = Design(
        reference=fields["reference"],
        treatment=fields["treatment"],
        pairs=fields["pairs"],
        **read_frame(fields),
    )
    return Sealed(draw(design, int(fields["seed"])), int(fields["seed"]), shown_seal)


def checked_fields(text: str, shown_seal: str) -> dict[str, Any]:
    """Return what a sealed text says, after checking it against the seal that was shown.

    Raises:
        BrokenSealError: when the text was changed after the start, in whatever part.
    """
    if seal_of(text) != shown_seal:
        raise BrokenSealError(
            message(
                "The order of this experiment was changed after it started: it does not fit the seal {seal}… that was shown then. Its result cannot be trusted, so it is not worked out. Restore the experiment from a backup made before the change, or start a new one.",
                seal=shown_seal[:12],
            )
        )
    fields: dict[str, Any] = json.loads(text)
    return fields


def check_nights(sealed: Sealed, nights: TrialNights) -> None:
    """Check that nights were lived in the sealed order.

    Raises:
        BrokenSealError: when a night has another condition than was drawn, with its date.
    """
    lived = [nights.treatment if treated else nights.reference for treated in nights.treated]
    check_planned(sealed.schedule.nights, [nights.evening(i) for i in range(len(nights))], lived)


def check_planned(drawn: Sequence[PlannedNight], evenings: Sequence[date], lived: Sequence[str]) -> None:
    """Check the conditions of nights against those drawn for them.

    Raises:
        BrokenSealError: when a night has another condition than was drawn, or was never planned.
    """
    planned = {night.evening: night.condition.casefold() for night in drawn}
    for evening, condition in zip(evenings, lived, strict=True):
        has = condition.casefold()
        if evening in planned and planned[evening] != has:
            raise BrokenSealError(
                message(
                    "The order was changed: the night of {evening} has “{has}”, and “{planned}” was drawn for it. Put the drawn condition back, and say in the column adhered that it was not done.",
                    evening=evening,
                    has=has,
                    planned=planned[evening],
                )
            )
        if evening not in planned:
            raise BrokenSealError(
                message(
                    "The night of {evening} does not belong to this experiment. Remove it from the file.",
                    evening=evening,
                )
            )
