"""What a phone wrote while it had no connection: each entry under an id of its own, taken once however often it comes."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Body, Router, Status

from quietlegs.web.accounts.access import own_device
from quietlegs.web.api import schemas
from quietlegs.web.diary.access import own_diary
from quietlegs.web.offline import said
from quietlegs.web.offline.actions import take

REFUSED = {
    400: schemas.Problems,
    401: schemas.Fault,
    403: schemas.Fault,
    413: schemas.Fault,
    415: schemas.Fault,
    422: schemas.Problems,
    507: schemas.Fault,
}
KINDS: dict[type[schemas.EntryIn], type[said.Said]] = {
    schemas.BeganIn: said.Began,
    schemas.OverIn: said.Over,
    schemas.PlaceIn: said.PlaceSaid,
    schemas.NightSaidIn: said.NightSaid,
    schemas.DoneIn: said.TrialDone,
}
ENTRY: Any = Body(...)
router = Router()


@router.put(
    "/entries/{id}",
    response={200: schemas.EntryOut, 201: schemas.EntryOut, **REFUSED},
    operation_id="put_entry",
)
def put_entry(request: HttpRequest, id: UUID, given: schemas.AnyEntryIn = ENTRY) -> Any:
    """Take one entry. The same id again changes nothing and answers 200, so an entry may be sent until it is answered."""
    try:
        taken = take(diary=own_diary(request), said=_said(request, id, given))
    except OverflowError:
        problem = {"where": "at", "what": _("That instant is not possible."), "mend": _("Check the year.")}
        return Status(422, {"problems": [problem]})
    entry = taken.entry
    receipt = {"id": entry.client_id, "evening": entry.evening, "differs": bool(entry.differs)}
    return Status(200 if taken.is_repeat else 201, receipt)


def _said(request: HttpRequest, id: UUID, given: schemas.EntryIn) -> said.Said:
    kind = KINDS[type(given)]
    values = given.dict()
    if kind is said.Began:
        values["kind"] = values["what"]
    known = {field.name for field in fields(kind)}
    return kind(
        id=id,
        device_name=_device_name(request),
        **{name: value for name, value in values.items() if name in known},
    )


def _device_name(request: HttpRequest) -> str:
    device = own_device(request)
    return device.name if device else ""
