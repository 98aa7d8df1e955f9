"""What the API takes and gives."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, StrictBool, StrictStr

from quietlegs.core.diary.night import (
    MAX_CRAMPS_HEARD,
    MAX_EPISODE_MINUTES,
    MAX_KICKS,
    MAX_NAME_CHARACTERS,
    MAX_NOTE_CHARACTERS,
    MAX_TIMES_AWAKE,
    MAX_UNIT_CHARACTERS,
)

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Word = Annotated[str, Field(strict=True, max_length=MAX_NAME_CHARACTERS)]
Score = Annotated[float, Field(strict=True, ge=0, le=10, multiple_of=1)]  # JSON has one kind of number
Clock = Annotated[str, Field(strict=True, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Muscle = Literal["calf", "sole", "back-of-thigh", "shin", "foot", "front-of-thigh", "other"]
Side = Literal["left", "right", "both"]
EpisodeKind = Literal["cramp", "restless"]


class Strict(Schema):
    """Input in which an unknown name is a mistake that is told, not swallowed."""

    model_config = ConfigDict(extra="forbid")


class NightIn(Strict):
    """What is known of a night. A name that is missing was not answered."""

    id: UUID | None = Field(None, description="Made by the client. The same id again changes nothing.")
    night: date | None = Field(None, description="The date of its evening.", examples=["2026-03-01"])
    outcomes: dict[str, Number] = Field({}, examples=[{"cramps": 2, "severity": 7}])
    factors: dict[str, Number | StrictBool] = Field({}, examples=[{"stretch": True, "water": 750}])
    note: Annotated[str, Field(strict=True, max_length=MAX_NOTE_CHARACTERS)] = ""
    places: list[Word] = Field([], max_length=20, examples=[["left-calf"]])
    sore: StrictBool | None = None


class EventChange(Strict):
    """What is to change of an event; what is left out stays."""

    kind: EpisodeKind = "cramp"
    minutes: Annotated[float, Field(strict=True, ge=0, le=MAX_EPISODE_MINUTES)] | None = None
    severity: Score | None = None
    muscle: Muscle | None = None
    side: Side | None = None
    relief: list[Word] = Field([], max_length=20)


class EventIn(EventChange):
    """A cramp or a bout of restless legs, at its time."""

    id: UUID | None = Field(None, description="Made by the client. The same id again changes nothing.")
    started_at: AwareDatetime = Field(
        description="With the offset of the wall clock.", examples=["2026-03-02T03:07:00+01:00"]
    )


class ObservationIn(Strict):
    """What a second person saw of a night. Each observer has one entry a night; the later one stands."""

    id: UUID | None = Field(None, description="Made by the client. The same id again changes nothing.")
    night: date = Field(description="The date of its evening.", examples=["2026-03-01"])
    observer: Word = Field(min_length=1, examples=["Ana"])
    kicks: Annotated[int, Field(strict=True, ge=0, le=MAX_KICKS)] | None = None
    cramps_heard: Annotated[int, Field(strict=True, ge=0, le=MAX_CRAMPS_HEARD)] | None = None
    woke_at: list[Clock] = Field([], max_length=MAX_TIMES_AWAKE, examples=[["02:30"]])
    note: Annotated[str, Field(strict=True, max_length=MAX_NOTE_CHARACTERS)] = ""


class FactorIn(Strict):
    """A factor to watch."""

    name: Word = Field(examples=["water"])
    kind: Literal["yesno", "count", "amount", "scale"] = "yesno"
    unit: Annotated[str, Field(strict=True, max_length=MAX_UNIT_CHARACTERS)] | None = Field(
        None, examples=["ml"]
    )


class EntryIn(Strict):
    """What a device wrote while it had no connection. Times are those of its own clock."""

    at: AwareDatetime = Field(
        description="When it was said, with the offset of the wall clock.",
        examples=["2026-03-02T03:07:00+01:00"],
    )
    sent_at: AwareDatetime | None = Field(
        None, description="When it was sent, by the same clock: so a clock that goes wrong is noticed."
    )
    device: UUID | None = Field(None, description="An id that the device made for itself.")
    time_zone: Word = ""


class BeganIn(EntryIn):
    """A cramp or restless legs began. The id of the entry is the id of the event too."""

    what: EpisodeKind


class AboutEventIn(EntryIn):
    """About an event. With ``began`` it is recorded should this come before its beginning."""

    of: UUID
    kind: EpisodeKind = "cramp"
    began: AwareDatetime | None = None


class OverIn(AboutEventIn):
    """It is over. Of several ends the earliest stands."""

    what: Literal["over"]
    tried: list[Word] = Field([], max_length=20)


class PlaceIn(AboutEventIn):
    """Where it was."""

    what: Literal["place"]
    place: Word = Field(examples=["left-calf"])


class NightSaidIn(EntryIn):
    """How a night was, by the names of the fields on its page. What is left out was left open."""

    what: Literal["night"]
    evening: date = Field(examples=["2026-03-01"])
    quiet: StrictBool = False
    answers: dict[Word, Annotated[str, Field(strict=True, max_length=MAX_NOTE_CHARACTERS)]] = Field(
        {}, max_length=1000, examples=[{"cramps": "2", "severity": "7"}]
    )
    places: list[Word] = Field([], max_length=20)


class DoneIn(EntryIn):
    """Whether a trial's night was done as planned; null leaves it open."""

    what: Literal["done"]
    trial: Annotated[int, Field(strict=True, ge=1, le=2**31)]
    evening: date
    done: StrictBool | None


AnyEntryIn = Annotated[BeganIn | OverIn | PlaceIn | NightSaidIn | DoneIn, Field(discriminator="what")]


class EntryOut(Schema):
    """The receipt of an entry. ``differs`` says that another answer of the same night was not the same."""

    id: UUID
    evening: date | None
    differs: bool


class EventOut(Schema):
    """An event as it is stored."""

    id: UUID
    night: date
    started_at: AwareDatetime
    kind: str
    minutes: float | None
    severity: int | None
    muscle: str | None
    side: str | None
    relief: list[str]


class NightOut(Schema):
    """A night as it is stored. Yes/no factors are 1 and 0."""

    night: date
    outcomes: dict[str, float]
    factors: dict[str, float]
    note: str
    places: list[str]
    sore: bool | None


class ObservationOut(Schema):
    """What a second person saw, as it is stored."""

    id: UUID
    night: date
    observer: str
    kicks: int | None
    cramps_heard: int | None
    woke_at: list[str]
    note: str


class ObservationsOut(Schema):
    """Observations in order of date."""

    observations: list[ObservationOut]


class FactorOut(Schema):
    """A factor of the diary."""

    name: str
    kind: str
    unit: str | None


class NightsOut(Schema):
    """Nights in order of date."""

    nights: list[NightOut]


class EventsOut(Schema):
    """Events in order of time."""

    events: list[EventOut]


class FactorsOut(Schema):
    """The diary's factors, in the person's order."""

    factors: list[FactorOut]


class ProblemOut(Schema):
    """One thing to mend: ``where`` is the field, where there is one."""

    where: str | None = None
    what: str
    mend: str = ""


class Problems(Schema):
    """Why a request was refused. Nothing was changed."""

    problems: list[ProblemOut]


class Fault(Schema):
    """Why a request was not answered."""

    detail: StrictStr
