"""Who may reach what. Every view asks here; what is not the person's own is not there (404)."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from quietlegs.web.diary.models import Diary, Episode, Factor


def household_diary() -> Diary:
    """Return the household's diary, made on first use. For commands and pages of an app with one diary."""
    return Diary.objects.order_by("pk").first() or Diary.objects.create()


def own_diary(request: HttpRequest) -> Diary:
    """Return the diary of the person who asks."""
    return household_diary()


def own_factor(diary: Diary, factor_id: int) -> Factor:
    """Return a factor of this diary; 404 for any other."""
    return get_object_or_404(Factor, diary=diary, pk=factor_id)


def own_episode(diary: Diary, episode_id: int) -> Episode:
    """Return an episode of this diary; 404 for any other."""
    return get_object_or_404(Episode.objects.select_related("night"), diary=diary, pk=episode_id)


def evening_or_404(text: str) -> date:
    """Return the evening that an address names; 404 when it names no day."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def uuid_or_none(text: str | None) -> UUID | None:
    """Return the id that a form carries, or None when it is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
