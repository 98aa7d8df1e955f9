"""What is read from a diary, as core values. Each answer takes a fixed number of queries, however long the diary."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import F, Max, Q

from quietlegs.core.diary import table
from quietlegs.core.diary.night import OUTCOMES, FactorKind, diary_of
from quietlegs.core.diary.night import Diary as CoreDiary
from quietlegs.core.diary.night import Episode as CoreEpisode
from quietlegs.core.diary.night import Factor as CoreFactor
from quietlegs.core.diary.night import Night as CoreNight
from quietlegs.core.diary.night import Observation as CoreObservation
from quietlegs.web.diary.models import Diary, Episode, Factor, FactorValue, Night, Observation

CARRIED_NIGHTS = 7
_COLUMNS = ("id", "evening", "note", "places", "sore", *OUTCOMES)


def core_factor(factor: Factor) -> CoreFactor:
    """Return a factor as the statistics know it."""
    return CoreFactor(name=factor.name, kind=FactorKind(factor.kind), unit=factor.unit or None)


def core_episode(episode: Episode) -> CoreEpisode:
    """Return an episode as a core value."""
    return CoreEpisode(
        started_at=episode.started_at,
        utc_offset_minutes=episode.utc_offset_minutes,
        kind=episode.kind,
        minutes=episode.minutes,
        severity=episode.severity,
        muscle=episode.muscle or None,
        side=episode.side or None,
        relief=tuple(episode.relief),
    )


def core_night(night: Night) -> CoreNight:
    """Return one night with its answers and episodes."""
    return CoreNight(
        evening=night.evening,
        outcomes={name: float(v) for name in OUTCOMES if (v := getattr(night, name)) is not None},
        factors={v.factor.name: v.value for v in night.factor_values.all()},
        note=night.note,
        episodes=tuple(core_episode(episode) for episode in night.episodes.all()),
        places=tuple(night.places),
        sore=night.sore,
    )


def core_observation(seen: Observation) -> CoreObservation:
    """Return what a second person saw as a core value."""
    return CoreObservation(seen.observer, seen.kicks, seen.cramps_heard, tuple(seen.woke_at), seen.note)


def observations(diary: Diary, evening: date) -> list[Observation]:
    """Return what others saw of one night, in the order in which they said it. One query."""
    return list(Observation.objects.filter(diary=diary, evening=evening))


def observers(diary: Diary) -> list[str]:
    """Return the names of those who said what they saw, who wrote last first. One query."""
    names = Observation.objects.filter(diary=diary).values("observer").annotate(last=Max("updated_at"))
    return list(names.order_by("-last").values_list("observer", flat=True))


def read_whole_diary(diary: Diary) -> CoreDiary:
    """Return a diary with what others saw, as the open formats carry it. Five queries.

    A night of which only another person spoke is among them, and is unknown. The statistics read ``read_diary``.
    """
    read = read_diary(diary)
    seen: dict[date, list[CoreObservation]] = defaultdict(list)
    for one in Observation.objects.filter(diary=diary):
        seen[one.evening].append(core_observation(one))
    nights = {night.evening: night for night in read.nights}
    return diary_of(
        [
            *(replace(night, seen=tuple(seen.get(evening, ()))) for evening, night in nights.items()),
            *(CoreNight(evening, seen=tuple(of)) for evening, of in seen.items() if evening not in nights),
        ],
        read.factors,
    )


def read_diary(diary: Diary, *, since: date | None = None, until: date | None = None) -> CoreDiary:
    """Return a diary, or its nights from ``since`` to ``until`` (both included), in order of date. Four queries.

    Factors come in the person's order, archived ones too: their answers still tell something.
    """
    factors = list(diary.factors.all())
    names = {factor.pk: factor.name for factor in factors}
    nights = Night.objects.filter(diary=diary)
    values = FactorValue.objects.filter(night__diary=diary)
    episodes = Episode.objects.filter(diary=diary)
    if since:
        nights = nights.filter(evening__gte=since)
        values, episodes = (rows.filter(night__evening__gte=since) for rows in (values, episodes))
    if until:
        nights = nights.filter(evening__lte=until)
        values, episodes = (rows.filter(night__evening__lte=until) for rows in (values, episodes))
    cramped: dict[int, list[CoreEpisode]] = defaultdict(list)
    for episode in episodes:
        cramped[episode.night_id].append(core_episode(episode))
    known: dict[int, dict[str, float]] = defaultdict(dict)
    for night, factor, value in values.values_list("night_id", "factor_id", "value").iterator(
        chunk_size=10_000
    ):
        known[night][names[factor]] = value
    rows = nights.order_by("evening").values_list(*_COLUMNS).iterator(chunk_size=2_000)
    return CoreDiary(
        nights=tuple(
            CoreNight(
                evening=evening,
                note=note,
                outcomes={n: float(v) for n, v in zip(OUTCOMES, outcomes, strict=True) if v is not None},
                factors=known.get(pk, {}),
                episodes=tuple(cramped.get(pk, ())),
                places=tuple(places),
                sore=sore,
            )
            for pk, evening, note, places, sore, *outcomes in rows
        ),
        factors=tuple(core_factor(factor) for factor in factors),
    )


def night_table(diary: Diary) -> table.NightTable | None:
    """Return the night table that the statistics read; None for an empty diary. Four queries."""
    return table.night_table(read_diary(diary))


def read_episodes(diary: Diary) -> tuple[CoreEpisode, ...]:
    """Return all episodes in order of time. One query."""
    return tuple(core_episode(episode) for episode in Episode.objects.filter(diary=diary))


def diary_version(diary: Diary) -> int:
    """Return a number that grows with every change of the diary: answers worked out from it keep until then."""
    return Diary.objects.values_list("version", flat=True).get(pk=diary.pk)


def find_night(diary: Diary, evening: date) -> Night | None:
    """Return one night with its episodes and answers, or None when it is unknown. Three queries at most."""
    return (
        Night.objects.filter(diary=diary, evening=evening)
        .prefetch_related("episodes", "factor_values__factor")
        .first()
    )


def nights_between(diary: Diary, first: date, last: date) -> dict[date, Night]:
    """Return the known nights from ``first`` to ``last`` (both included) by evening. One query."""
    return {n.evening: n for n in Night.objects.filter(diary=diary, evening__gte=first, evening__lte=last)}


def nights_of(diary: Diary, evenings: Iterable[date]) -> dict[date, Night]:
    """Return the stored nights of some evenings, with their answers and episodes. Three queries."""
    found = Night.objects.filter(diary=diary, evening__in=evenings).prefetch_related(
        "factor_values__factor", "episodes"
    )
    return {night.evening: night for night in found}


def last_nights(diary: Diary, *, until: date, count: int) -> list[tuple[date, Night | None]]:
    """Return the last ``count`` evenings up to ``until``, oldest first; None for a night that is unknown."""
    first = until - timedelta(days=count - 1)
    known = nights_between(diary, first, until)
    return [(day, known.get(day)) for day in (first + timedelta(days=i) for i in range(count))]


def watched_factors(diary: Diary) -> list[Factor]:
    """Return the factors that the forms ask about, in the person's order."""
    return list(diary.factors.filter(archived_at=None))


def factors_last_used_first(diary: Diary, before: date) -> list[Factor]:
    """Return the factors that the forms ask about: what was used last comes first, then the person's order. One query.

    A factor was used on an evening with any answer above 0. ``before``: only evenings before this one count, so that
    a page does not change its order by being saved.
    """
    used = Q(values__value__gt=0, values__night__evening__lt=before)
    return list(
        diary.factors.filter(archived_at=None)
        .annotate(used_on=Max("values__night__evening", filter=used))
        .order_by(F("used_on").desc(nulls_last=True), "position", "id")
    )


def carried_forward(diary: Diary, before: date) -> dict[int, float]:
    """Return the last known answer before an evening, by factor id, for factors that are carried forward.

    After a gap of more than ``CARRIED_NIGHTS`` nothing is carried: what was so then need not be so now.
    """
    since = before - timedelta(days=CARRIED_NIGHTS)
    previous = (
        Night.objects.filter(diary=diary, evening__lt=before, evening__gte=since, factor_values__isnull=False)
        .order_by("-evening")
        .first()
    )
    if previous is None:
        return {}
    values: Iterable[tuple[int, float]] = previous.factor_values.filter(
        factor__carry_forward=True, factor__archived_at=None
    ).values_list("factor_id", "value")
    return dict(values)


def running_episode(diary: Diary) -> Episode | None:
    """Return the cramp that began last and has no end yet, or None."""
    return (
        Episode.objects.filter(diary=diary, minutes=None, kind=Episode.Kind.CRAMP)
        .order_by("-started_at")
        .first()
    )


def first_evening(diary: Diary) -> date | None:
    """Return the evening of the first known night, or None."""
    first: date | None = (
        Night.objects.filter(diary=diary).order_by("evening").values_list("evening", flat=True).first()
    )
    return first
