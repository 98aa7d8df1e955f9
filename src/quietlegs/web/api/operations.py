"""The HTTP interface for scripts, phones and other programs: ``/api/v1/``, described at ``/api/v1/openapi.json``.

Nights and events bear ids that the client makes. The same id again changes nothing and answers 200, so a program
that heard no answer may simply send once more.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Router, Status

from quietlegs.core.base.nights import split_instant
from quietlegs.core.diary.night import Episode as CoreEpisode
from quietlegs.core.diary.night import Night as CoreNight
from quietlegs.core.diary.night import Observation as CoreObservation
from quietlegs.exchange.cells import parse_date
from quietlegs.web.api import schemas, shapes
from quietlegs.web.diary import actions, queries
from quietlegs.web.diary.access import own_diary
from quietlegs.web.diary.models import Diary, Episode, Night, NightChange, Observation

SOURCE = "api"
REFUSED = {
    400: schemas.Problems,
    401: schemas.Fault,
    403: schemas.Fault,
    413: schemas.Fault,
    415: schemas.Fault,
    422: schemas.Problems,
    507: schemas.Fault,
}
UNREAD = {401: schemas.Fault, 422: schemas.Problems}
NIGHT_KEY = Path(
    ..., description="The date of the night's evening, or the id it was logged with.", max_length=40
)

router = Router()


@router.get("/nights", response={200: schemas.NightsOut, **UNREAD}, operation_id="list_nights")
def list_nights(request: HttpRequest, since: date | None = None, until: date | None = None) -> Any:
    """Return the nights from ``since`` to ``until``, both included; without them all."""
    read = queries.read_diary(own_diary(request), since=since, until=until)
    return {"nights": [shapes.night_out(night) for night in read.nights]}


@router.post(
    "/nights", response={200: schemas.NightOut, 201: schemas.NightOut, **REFUSED}, operation_id="log_night"
)
def log_night(request: HttpRequest, given: schemas.NightIn) -> Any:
    """Store what is given of a night and keep what is known already."""
    diary = own_diary(request)
    if given.night is None:
        return _refuse("night", "The night has no date.", "Give the evening's date, like 2026-03-01.")
    logged = actions.log_night(
        diary=diary, night=_night_in(given, given.night), client_id=given.id, source=SOURCE
    )
    return Status(200 if logged.is_repeat else 201, _stored(diary, given.night))


@router.get(
    "/nights/{key}", response={200: schemas.NightOut, 404: schemas.Fault, **UNREAD}, operation_id="read_night"
)
def read_night(request: HttpRequest, key: str = NIGHT_KEY) -> Any:
    """Return one night."""
    diary = own_diary(request)
    return _stored(diary, _evening_of(diary, key))


@router.put(
    "/nights/{key}",
    response={200: schemas.NightOut, 201: schemas.NightOut, 404: schemas.Fault, **REFUSED},
    operation_id="put_night",
)
def put_night(request: HttpRequest, given: schemas.NightIn, key: str = NIGHT_KEY) -> Any:
    """Make a night exactly what is given: what is left out is not known any more. Events stay."""
    diary = own_diary(request)
    evening, client_id = parse_date(key), given.id
    if evening is None:
        client_id = _uuid(key)
        evening = given.night
    if evening is None:
        return _refuse("night", "The night has no date.", "Give the evening's date, like 2026-03-01.")
    if given.night not in (None, evening) or given.id not in (None, client_id):
        return _refuse("night", "The address names one night and the body another.", "Give the same one.")
    logged = actions.change_night(
        diary=diary, night=_night_in(given, evening), client_id=client_id, source=SOURCE
    )
    return Status(200 if logged.is_repeat else 201, _stored(diary, logged.change.evening))


@router.delete(
    "/nights/{key}",
    response={204: None, 404: schemas.Fault, **UNREAD, 403: schemas.Fault},
    operation_id="delete_night",
)
def delete_night(request: HttpRequest, key: str = NIGHT_KEY) -> Any:
    """Delete a night; it is unknown again."""
    diary = own_diary(request)
    if actions.delete_night(diary=diary, evening=_evening_of(diary, key)) is None:
        raise Http404
    return Status(204, None)


@router.get("/events", response={200: schemas.EventsOut, **UNREAD}, operation_id="list_events")
def list_events(request: HttpRequest, since: date | None = None, until: date | None = None) -> Any:
    """Return the events of the nights from ``since`` to ``until``, both included; without them all."""
    events = Episode.objects.filter(diary=own_diary(request)).select_related("night")
    if since:
        events = events.filter(night__evening__gte=since)
    if until:
        events = events.filter(night__evening__lte=until)
    return {"events": [shapes.event_out(event) for event in events]}


@router.post(
    "/events", response={200: schemas.EventOut, 201: schemas.EventOut, **REFUSED}, operation_id="record_event"
)
def record_event(request: HttpRequest, given: schemas.EventIn) -> Any:
    """Record a cramp, or a bout of restless legs, at its time."""
    return _record(request, given, given.id)


@router.put(
    "/events/{id}",
    response={200: schemas.EventOut, 201: schemas.EventOut, **REFUSED},
    operation_id="put_event",
)
def put_event(request: HttpRequest, id: UUID, given: schemas.EventIn) -> Any:
    """Record an event under the client's id. To change it later, use PATCH."""
    if given.id not in (None, id):
        return _refuse("id", "The address has one id and the body another.", "Give the same one.")
    return _record(request, given, id)


@router.get(
    "/events/{id}", response={200: schemas.EventOut, 404: schemas.Fault, **UNREAD}, operation_id="read_event"
)
def read_event(request: HttpRequest, id: UUID) -> Any:
    """Return one event."""
    return shapes.event_out(_event(own_diary(request), id))


@router.patch(
    "/events/{id}",
    response={200: schemas.EventOut, 404: schemas.Fault, **REFUSED},
    operation_id="change_event",
)
def change_event(request: HttpRequest, id: UUID, given: schemas.EventChange) -> Any:
    """Change what is known of an event; what is left out stays."""
    diary = own_diary(request)
    event = _event(diary, id)
    values = given.dict(exclude_unset=True)
    if values.get("severity") is not None:
        values["severity"] = int(values["severity"])
    for name in ("muscle", "side"):
        if name in values:
            values[name] = values[name] or ""
    return shapes.event_out(actions.change_episode(diary=diary, episode=event, **values) if values else event)


@router.delete(
    "/events/{id}",
    response={204: None, 404: schemas.Fault, **UNREAD, 403: schemas.Fault},
    operation_id="delete_event",
)
def delete_event(request: HttpRequest, id: UUID) -> Any:
    """Delete an event that was none."""
    diary = own_diary(request)
    actions.delete_episode(diary=diary, episode=_event(diary, id))
    return Status(204, None)


@router.get(
    "/observations", response={200: schemas.ObservationsOut, **UNREAD}, operation_id="list_observations"
)
def list_observations(request: HttpRequest, since: date | None = None, until: date | None = None) -> Any:
    """Return what others saw of the nights from ``since`` to ``until``, both included; without them all."""
    found = Observation.objects.filter(diary=own_diary(request))
    if since:
        found = found.filter(evening__gte=since)
    if until:
        found = found.filter(evening__lte=until)
    return {"observations": [shapes.observation_out(one) for one in found]}


@router.post(
    "/observations",
    response={200: schemas.ObservationOut, 201: schemas.ObservationOut, 404: schemas.Fault, **REFUSED},
    operation_id="note_observation",
)
def note_observation(request: HttpRequest, given: schemas.ObservationIn) -> Any:
    """Note what a second person saw of a night, beside the diary's own answers.

    An id that came before changes nothing: the answer is what stands now, or 404 when that was deleted since.
    """
    seen = CoreObservation(
        given.observer.strip(), given.kicks, given.cramps_heard, tuple(given.woke_at), given.note
    )
    stored, is_new = actions.note_observation(
        diary=own_diary(request), evening=given.night, seen=seen, client_id=given.id, source=SOURCE
    )
    if stored is None:
        raise Http404
    return Status(201 if is_new else 200, shapes.observation_out(stored))


@router.delete(
    "/observations/{id}",
    response={204: None, 404: schemas.Fault, **UNREAD, 403: schemas.Fault},
    operation_id="delete_observation",
)
def delete_observation(request: HttpRequest, id: UUID) -> Any:
    """Delete what a second person saw."""
    found = Observation.objects.filter(diary=own_diary(request), client_id=id).first()
    if found is None:
        raise Http404
    actions.delete_observation(observation=found)
    return Status(204, None)


@router.get("/factors", response={200: schemas.FactorsOut, **UNREAD}, operation_id="list_factors")
def list_factors(request: HttpRequest) -> Any:
    """Return the diary's factors."""
    factors = queries.watched_factors(own_diary(request))
    return {"factors": [shapes.factor_out(queries.core_factor(factor)) for factor in factors]}


@router.post("/factors", response={201: schemas.FactorOut, **REFUSED}, operation_id="add_factor")
def add_factor(request: HttpRequest, given: schemas.FactorIn) -> Any:
    """Watch one more factor."""
    factor = actions.add_factor(
        diary=own_diary(request), name=given.name, kind=given.kind, unit=given.unit or ""
    )
    return Status(201, shapes.factor_out(queries.core_factor(factor)))


def _record(request: HttpRequest, given: schemas.EventIn, client_id: UUID | None) -> Any:
    diary = own_diary(request)
    is_repeat = client_id is not None and Episode.objects.filter(diary=diary, client_id=client_id).exists()
    try:
        started_at, offset = split_instant(given.started_at)
    except OverflowError:
        return _refuse("started_at", "That instant is not possible.", "Check the year.")
    episode = CoreEpisode(
        started_at=started_at,
        utc_offset_minutes=offset,
        kind=given.kind,
        minutes=given.minutes,
        severity=None if given.severity is None else int(given.severity),
        muscle=given.muscle,
        side=given.side,
        relief=tuple(given.relief),
    )
    stored = actions.record_episode(diary=diary, episode=episode, client_id=client_id, source=SOURCE)
    return Status(200 if is_repeat else 201, shapes.event_out(stored))


def _night_in(given: schemas.NightIn, evening: date) -> CoreNight:
    return CoreNight(
        evening=evening,
        outcomes=given.outcomes,
        factors={name: float(value) for name, value in given.factors.items()},
        note=given.note,
        places=tuple(given.places),
        sore=given.sore,
    )


def _evening_of(diary: Diary, key: str) -> date:
    """Return the evening that a key names: by itself, or as the id of a night that was logged; 404 for no night."""
    evening = parse_date(key)
    if evening is not None:
        return evening
    change = NightChange.objects.filter(diary=diary, client_id=_uuid(key)).first()
    if change is None:
        raise Http404
    return change.evening


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _stored(diary: Diary, evening: date) -> dict[str, Any]:
    night: Night | None = queries.find_night(diary, evening)
    if night is None:
        raise Http404
    return shapes.night_out(queries.core_night(night))


def _event(diary: Diary, id: UUID) -> Episode:
    event = Episode.objects.select_related("night").filter(diary=diary, client_id=id).first()
    if event is None:
        raise Http404
    return event


def _refuse(where: str, what: str, mend: str) -> Status:
    return Status(422, {"problems": [{"where": where, "what": what, "mend": mend}]})
