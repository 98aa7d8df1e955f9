"""Writes: begin a check, answer, go back, keep the result, choose a country, delete."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from quietlegs.core.assessment.check import Check
from quietlegs.core.assessment.check_document import check_document
from quietlegs.exchange.checks import load_guidance
from quietlegs.exchange.medicine_base import load_medicines
from quietlegs.web.check.models import REOPENED, CheckRun, CheckSettings
from quietlegs.web.check.queries import as_it_was_kept
from quietlegs.web.diary.models import Diary


@transaction.atomic
def begin_check(
    *, diary: Diary, age_years: int, sex: str, medicines: list[str] | None, now: datetime
) -> CheckRun:
    """Begin a check. One that was left open is put away: its answers may be old.

    One that had come to a result before it was opened again is set back to that result, which is never lost.
    """
    for left in CheckRun.objects.select_for_update().filter(diary=diary, finished_at=None):
        if left.result is None:
            left.delete()
        else:
            kept = as_it_was_kept(left)
            kept.result.pop(REOPENED, None)
            kept.save(update_fields=["steps", "result", "finished_at"])
    return CheckRun.objects.create(
        diary=diary, started_at=now, age_years=age_years, sex=sex, medicines=medicines
    )


@transaction.atomic
def add_step(
    *, run: CheckRun, kind: str, step_id: str, gave: Mapping[str, object], **more: object
) -> CheckRun:
    """Keep one step. The same step again takes the place of the earlier one, so that a form sent twice counts once.

    There are as many different steps as pages, so a check cannot grow for ever.
    """
    fresh = CheckRun.objects.select_for_update().get(pk=run.pk)
    others = [step for step in fresh.steps if (step["kind"], step["id"]) != (kind, step_id)]
    fresh.steps = [*others, {"kind": kind, "id": step_id, "gave": dict(gave), **more}]
    fresh.save(update_fields=["steps"])
    return fresh


@transaction.atomic
def go_back(*, run: CheckRun) -> dict[str, object] | None:
    """Undo the last step and return it; None at the first. A check that was finished is open again.

    What it came to stays with it, and counts until the check comes to a result anew: an emergency is not lifted by
    going back.
    """
    fresh = CheckRun.objects.select_for_update().get(pk=run.pk)
    if not fresh.steps:
        return None
    if fresh.finished_at is not None:
        fresh.result |= {REOPENED: {"finished_at": fresh.finished_at.isoformat(), "steps": [*fresh.steps]}}
    undone: dict[str, object] = fresh.steps.pop()
    fresh.finished_at = None
    fresh.save(update_fields=["steps", "result", "finished_at"])
    return undone


@transaction.atomic
def keep_result(*, run: CheckRun, result: Check, now: datetime) -> CheckRun:
    """Keep what a check came to, with the state of the data that it was made by."""
    guidance = load_guidance()
    run.result = check_document(guidance, result, load_medicines())
    run.knowledge = guidance.version
    run.finished_at = run.finished_at or now
    run.save(update_fields=["result", "knowledge", "finished_at"])
    return run


@transaction.atomic
def choose_country(*, diary: Diary, code: str) -> None:
    """Remember the country, so that its emergency number is shown. Empty: none."""
    CheckSettings.objects.update_or_create(diary=diary, defaults={"country": code})


@transaction.atomic
def delete_check(*, run: CheckRun) -> None:
    """Delete a check for good."""
    run.delete()
