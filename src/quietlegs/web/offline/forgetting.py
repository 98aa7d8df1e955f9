"""What a deleted night held is forgotten everywhere, once it cannot be brought back any more."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from quietlegs.web.diary import actions, history, import_batches
from quietlegs.web.diary.models import NightChange
from quietlegs.web.offline.models import Entry


@transaction.atomic
def forget(*, now: datetime) -> None:
    """Forget what changes, imports and devices hold of nights that were deleted, in the file on the disk too.

    Their receipts stay: nothing is taken twice.
    """
    forgotten = history.forget_what_was(now=now) + import_batches.forget_what_was(now=now)
    changed_since = NightChange.objects.filter(
        diary=OuterRef("diary"), evening=OuterRef("evening"), changed_at__gte=now - history.DELETED_LASTS
    )
    of_nights = Entry.objects.exclude(evening=None).exclude(
        what=Entry.What.DONE
    )  # a trial's night has its own row
    gone = of_nights.filter(
        ~history.has_night(), ~Exists(changed_since), received_at__lt=now - history.DELETED_LASTS
    )
    forgotten += gone.exclude(said={}, differs={}).update(said={}, differs={})
    if forgotten:
        transaction.on_commit(actions.scrub)
