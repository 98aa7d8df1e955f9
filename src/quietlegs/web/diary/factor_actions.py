"""Changes to what a person watches. Pages and commands find these in ``actions``."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.diary.night import OUTCOMES, check_name, check_unit
from quietlegs.web.diary.checks import FactorRefusedError
from quietlegs.web.diary.models import Diary, Factor

# They name columns of a diary file.
RESERVED = frozenset({"night", "note", "places", "sore", "episodes", "observations", *OUTCOMES})


@transaction.atomic
def add_factor(
    *,
    diary: Diary,
    name: str,
    kind: str = Factor.Kind.YES_NO,
    unit: str = "",
    library_id: str = "",
    carry_forward: bool = False,
) -> Factor:
    """Watch one more factor, after the others. One that was archived under this name comes back as it was.

    Raises:
        FactorRefusedError: when the name is empty, too long or taken, or the kind is not known.
    """
    name, unit = " ".join(name.split()), " ".join((unit or "").split())
    _check(name=name, kind=kind, unit=unit)
    same = next((f for f in diary.factors.all() if f.name.casefold() == name.casefold()), None)
    if same and same.archived_at is None:
        raise FactorRefusedError(
            _("You already watch “%(name)s”. Give this one another name.") % {"name": same.name}
        )
    if same and same.kind != kind:
        raise FactorRefusedError(
            _(
                "“%(name)s” is in your archive, and is noted as %(kind)s. Bring it back, or choose another name."
            )
            % {"name": same.name, "kind": same.get_kind_display()}
        )
    if same:
        return bring_back_factor(diary=diary, factor=same)
    last = diary.factors.aggregate(last=Max("position"))["last"]
    factor = Factor.objects.create(
        diary=diary,
        name=name,
        kind=kind,
        unit=unit,
        library_id=library_id,
        carry_forward=carry_forward,
        position=0 if last is None else last + 1,
    )
    _touch(diary)
    return factor


@transaction.atomic
def change_factor(*, diary: Diary, factor: Factor, name: str, unit: str, carry_forward: bool) -> Factor:
    """Rename a factor, or change its unit's name or whether its last answer is carried forward.

    The kind stays: a new kind would give old answers a meaning they never had.
    """
    name, unit = " ".join(name.split()), " ".join(unit.split())
    _check(name=name, kind=factor.kind, unit=unit)
    if any(f.name.casefold() == name.casefold() for f in diary.factors.exclude(pk=factor.pk)):
        raise FactorRefusedError(
            _("You already have “%(name)s”. Give this one another name.") % {"name": name}
        )
    factor.name, factor.unit, factor.carry_forward = name, unit, carry_forward
    factor.save()
    _touch(diary)
    return factor


@transaction.atomic
def archive_factor(*, diary: Diary, factor: Factor, now: datetime | None = None) -> Factor:
    """Ask no more about a factor. What is known of it stays."""
    if factor.archived_at is None:
        factor.archived_at = now or timezone.now()
        factor.save(update_fields=["archived_at"])
        _touch(diary)
    return factor


@transaction.atomic
def bring_back_factor(*, diary: Diary, factor: Factor) -> Factor:
    """Ask about an archived factor again."""
    if factor.archived_at is not None:
        factor.archived_at = None
        factor.save(update_fields=["archived_at"])
        _touch(diary)
    return factor


def _check(*, name: str, kind: str, unit: str) -> None:
    try:
        check_name(name)
        if unit:
            check_unit(unit)
    except QuietlegsError as error:
        raise FactorRefusedError(error.said) from error
    if name.casefold() in RESERVED:
        raise FactorRefusedError(
            _("“%(name)s” is noted for every night already. Give this factor another name.") % {"name": name}
        )
    if kind not in Factor.Kind.values:
        raise FactorRefusedError(
            _("“%(kind)s” is not a kind of factor. Use one of: %(kinds)s.")
            % {"kind": kind, "kinds": ", ".join(Factor.Kind.values)}
        )


def _touch(diary: Diary) -> None:
    Diary.objects.filter(pk=diary.pk).update(version=F("version") + 1)
