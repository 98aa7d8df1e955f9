"""Who may reach which check: one's own, and no other (404)."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from quietlegs.web.check.models import CheckRun
from quietlegs.web.diary.access import own_diary
from quietlegs.web.diary.models import Diary

__all__ = ["latest_result", "open_run", "own_diary", "own_run"]


def own_run(request: HttpRequest, run_id: int) -> CheckRun:
    """Return a check of this person; 404 for any other."""
    return get_object_or_404(CheckRun, diary=own_diary(request), pk=run_id)


def open_run(diary: Diary) -> CheckRun | None:
    """Return the check that has not reached a result, if there is one."""
    return CheckRun.objects.filter(diary=diary, finished_at=None).first()


def latest_result(diary: Diary) -> CheckRun | None:
    """Return the newest check with a result."""
    return CheckRun.objects.filter(diary=diary).exclude(finished_at=None).first()
