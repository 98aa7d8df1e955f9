"""What is stored, as the interface shows it: plain mappings that ``schemas`` describes."""

from typing import Any

from quietlegs.core.diary.night import Factor
from quietlegs.core.diary.night import Night as CoreNight
from quietlegs.web.diary import queries
from quietlegs.web.diary.models import Episode, Observation


def night_out(night: CoreNight) -> dict[str, Any]:
    """Return a night as the interface shows it."""
    return {
        "night": night.evening,
        "outcomes": night.outcomes,
        "factors": night.factors,
        "note": night.note,
        "places": list(night.places),
        "sore": night.sore,
    }


def event_out(event: Episode) -> dict[str, Any]:
    """Return an episode as the interface shows it, its time that of the place where it was."""
    core = queries.core_episode(event)
    return {
        "id": event.client_id,
        "night": event.night.evening,
        "started_at": core.local,
        "kind": core.kind,
        "minutes": core.minutes,
        "severity": core.severity,
        "muscle": core.muscle,
        "side": core.side,
        "relief": list(core.relief),
    }


def observation_out(seen: Observation) -> dict[str, Any]:
    """Return what a second observer saw, as the interface shows it."""
    return {
        "id": seen.client_id,
        "night": seen.evening,
        "observer": seen.observer,
        "kicks": seen.kicks,
        "cramps_heard": seen.cramps_heard,
        "woke_at": seen.woke_at,
        "note": seen.note,
    }


def factor_out(factor: Factor) -> dict[str, Any]:
    """Return a factor as the interface shows it."""
    return {"name": factor.name, "kind": factor.kind.value, "unit": factor.unit}
