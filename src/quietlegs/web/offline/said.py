"""What a device says, as values: when it was said, and what. Read from the HTTP interface, taken by ``actions``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One entry. ``at`` is when it was made and ``sent_at`` when it was sent, both by the device's own clock.

    ``device`` is an id that the browser made for itself, ``device_name`` what this computer calls it.
    """

    id: UUID
    at: datetime
    sent_at: datetime | None = None
    device: UUID | None = None
    device_name: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Began(Said):
    """A cramp or restless legs began. The entry's id is the episode's too."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutEpisode(Said):
    """About the episode ``of``. With ``began`` the entry holds all that is needed to record it, should it come first."""

    of: UUID
    kind: str = "cramp"
    began: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Over(AboutEpisode):
    """It is over; ``tried`` are the steps in order, the last of them the one that was on."""

    tried: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSaid(AboutEpisode):
    """Where it was: "left-calf"."""

    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSaid(Said):
    """How a night was, as its form was filled in. What was left open says nothing."""

    evening: date
    quiet: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    places: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialDone(Said):
    """Whether a trial's night was done as planned; None leaves it open."""

    trial: int
    evening: date
    done: bool | None
