"""The store: what a diary holds, and what the database itself refuses.

A column that is null was not answered; 0 was answered, and there was none. Nights are named by the date of their
evening. Instants are UTC. Bounds are those of ``quietlegs.core.diary.night.OUTCOMES``, kept by the database too, so
that no way in can store what the statistics cannot read.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from quietlegs.core.base.nights import DEFAULT_CUTOFF_HOUR
from quietlegs.core.diary.night import (
    MAX_AMOUNT,
    MAX_CRAMPS_HEARD,
    MAX_EPISODE_MINUTES,
    MAX_KICKS,
    MAX_NAME_CHARACTERS,
    MAX_UNIT_CHARACTERS,
    OUTCOMES,
)

BY_HAND = "hand"  # the person wrote it in this app; no import may replace it unless they say so
SOURCE_LENGTH = 40


def _within(name: str, low: float, high: float) -> Q:
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": low, f"{name}__lte": high})


class Muscle(models.TextChoices):
    """Where in the leg, by plain words."""

    CALF = "calf", _("calf")
    SOLE = "sole", _("heel or sole")
    BACK_OF_THIGH = "back-of-thigh", _("back of thigh")
    SHIN = "shin", _("shin")
    FOOT = "foot", _("foot or toes")
    FRONT_OF_THIGH = "front-of-thigh", _("front of thigh")
    OTHER = "other", _("somewhere else")


class Side(models.TextChoices):
    """Which leg."""

    LEFT = "left", _("left")
    RIGHT = "right", _("right")
    BOTH = "both", _("both")


class Diary(models.Model):
    """One person's diary. A household starts with one, made on first use.

    ``time_zone`` is an IANA name; empty means the computer's own. ``version`` grows with every change, so that an
    answer worked out from the diary may be kept until the diary changes.
    """

    name = models.CharField(max_length=MAX_NAME_CHARACTERS, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    cutoff_hour = models.PositiveSmallIntegerField(default=DEFAULT_CUTOFF_HOUR)
    is_demo = models.BooleanField(default=False)
    version = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cutoff_hour__lte=23), name="diary_cutoff_hour_is_an_hour"),
        ]

    def __str__(self) -> str:
        return f"diary {self.pk}"


class Night(models.Model):
    """One night of one diary. Every outcome may be unknown.

    ``source`` says who wrote the night first. ``value_sources`` names the source of each outcome that did not come
    from the person's own hand, so that an import can be told from an answer.
    """

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="nights")
    evening = models.DateField()
    cramps = models.PositiveSmallIntegerField(null=True, blank=True)
    severity = models.FloatField(null=True, blank=True)
    cramp_minutes = models.FloatField(null=True, blank=True)
    woken = models.PositiveSmallIntegerField(null=True, blank=True)
    restless = models.FloatField(null=True, blank=True)
    sleep_hours = models.FloatField(null=True, blank=True)
    awakenings = models.PositiveSmallIntegerField(null=True, blank=True)
    sleep_quality = models.FloatField(null=True, blank=True)
    pain = models.FloatField(null=True, blank=True)
    fatigue = models.FloatField(null=True, blank=True)
    fog = models.FloatField(null=True, blank=True)
    worry = models.FloatField(null=True, blank=True)
    places = models.JSONField(default=list, blank=True)  # "left-calf", ...; empty = not said
    sore = models.BooleanField(null=True, blank=True)
    note = models.TextField(blank=True)
    client_id = models.UUIDField(null=True, blank=True)
    source = models.CharField(max_length=SOURCE_LENGTH, default=BY_HAND)
    value_sources = models.JSONField(default=dict, blank=True)
    utc_offset_minutes = models.SmallIntegerField(default=0)  # of the wall clock when it was logged
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["evening"]
        constraints = [
            models.UniqueConstraint(fields=["diary", "evening"], name="night_stands_once_in_a_diary"),
            models.UniqueConstraint(fields=["diary", "client_id"], name="night_client_id_once_in_a_diary"),
            *(
                models.CheckConstraint(
                    condition=_within(known.name, known.low, known.high),
                    name=f"night_{known.name}_within_bounds",
                )
                for known in OUTCOMES.values()
            ),
        ]

    def __str__(self) -> str:
        return f"night {self.pk}"


class Episode(models.Model):
    """One cramp, or one bout of restless legs, in a night. ``minutes`` is null while it lasts, or not known."""

    class Kind(models.TextChoices):
        """What it was."""

        CRAMP = "cramp", _("cramp")
        RESTLESS = "restless", _("restless legs")

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="episodes")
    night = models.ForeignKey(Night, on_delete=models.CASCADE, related_name="episodes")
    client_id = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CRAMP)
    started_at = models.DateTimeField()
    utc_offset_minutes = models.SmallIntegerField(default=0)
    minutes = models.FloatField(null=True, blank=True)
    severity = models.PositiveSmallIntegerField(null=True, blank=True)
    muscle = models.CharField(max_length=20, choices=Muscle, blank=True)
    side = models.CharField(max_length=5, choices=Side, blank=True)
    relief = models.JSONField(default=list, blank=True)  # what was tried, in order
    source = models.CharField(max_length=SOURCE_LENGTH, default=BY_HAND)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["diary", "client_id"], name="episode_client_id_once_in_a_diary"),
            models.CheckConstraint(condition=_within("severity", 0, 10), name="episode_severity_0_to_10"),
            models.CheckConstraint(
                condition=_within("minutes", 0, MAX_EPISODE_MINUTES), name="episode_minutes_0_to_720"
            ),
            models.CheckConstraint(
                condition=Q(utc_offset_minutes__gte=-18 * 60, utc_offset_minutes__lte=18 * 60),
                name="episode_offset_is_a_clock",
            ),
        ]

    def __str__(self) -> str:
        return f"episode {self.pk}"


class Observation(models.Model):
    """What a second person saw of a night. It hangs on the evening, not on the night: it makes no night known."""

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="observations")
    evening = models.DateField()
    observer = models.CharField(max_length=MAX_NAME_CHARACTERS)
    client_id = models.UUIDField(default=uuid.uuid4)
    kicks = models.PositiveSmallIntegerField(null=True, blank=True)
    cramps_heard = models.PositiveSmallIntegerField(null=True, blank=True)
    woke_at = models.JSONField(default=list, blank=True)  # "02:30", ...: times of the clock on the wall
    note = models.TextField(blank=True)
    source = models.CharField(max_length=SOURCE_LENGTH, default=BY_HAND)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["evening", "id"]
        constraints = [
            models.UniqueConstraint("diary", "evening", Lower("observer"), name="observer_once_a_night"),
            models.UniqueConstraint(
                fields=["diary", "client_id"], name="observation_client_id_once_in_a_diary"
            ),
            models.CheckConstraint(condition=~Q(observer=""), name="observation_has_an_observer"),
            models.CheckConstraint(
                condition=_within("kicks", 0, MAX_KICKS), name="observation_kicks_within_bounds"
            ),
            models.CheckConstraint(
                condition=_within("cramps_heard", 0, MAX_CRAMPS_HEARD),
                name="observation_cramps_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"observation {self.pk}"


class Factor(models.Model):
    """What a person watches. Archived factors keep their values and are no longer asked.

    ``carry_forward``: the form starts with the answer of the night before, as for a tablet taken every day.
    """

    class Kind(models.TextChoices):
        """How it is measured; the words are those of ``FactorKind``."""

        YES_NO = "yesno", _("yes or no")
        COUNT = "count", _("a count")
        AMOUNT = "amount", _("an amount")
        SCALE = "scale", _("a scale from 0 to 10")

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="factors")
    name = models.CharField(max_length=MAX_NAME_CHARACTERS)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.YES_NO)
    unit = models.CharField(max_length=MAX_UNIT_CHARACTERS, blank=True)
    library_id = models.CharField(max_length=MAX_NAME_CHARACTERS, blank=True)
    carry_forward = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint("diary", Lower("name"), name="factor_name_once_in_a_diary"),
            models.CheckConstraint(condition=~Q(name=""), name="factor_has_a_name"),
            models.CheckConstraint(
                condition=Q(kind__in=["yesno", "count", "amount", "scale"]), name="factor_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"factor {self.pk}"


class FactorValue(models.Model):
    """What is known of one factor on one night. No row: not known. Yes is 1 and no is 0."""

    night = models.ForeignKey(Night, on_delete=models.CASCADE, related_name="factor_values")
    factor = models.ForeignKey(Factor, on_delete=models.CASCADE, related_name="values")
    value = models.FloatField()
    source = models.CharField(max_length=SOURCE_LENGTH, default=BY_HAND)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["night", "factor"], name="factor_value_once_a_night"),
            models.CheckConstraint(
                condition=Q(value__gte=-MAX_AMOUNT, value__lte=MAX_AMOUNT),
                name="factor_value_is_an_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"factor value {self.pk}"


class NightChange(models.Model):
    """What a night was before a change, so that one tap undoes it. ``before`` is null where there was no night.

    ``client_id`` is the receipt of the change: the same one again changes nothing.
    """

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="changes")
    evening = models.DateField()
    before = models.JSONField(null=True)
    client_id = models.UUIDField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["diary", "evening"], name="change_of_a_night")]
        constraints = [
            models.UniqueConstraint(fields=["diary", "client_id"], name="change_client_id_once_in_a_diary"),
        ]

    def __str__(self) -> str:
        return f"change {self.pk}"


class ObservationChange(models.Model):
    """What one observer had said of a night before it changed; ``before`` is null where they had said nothing.

    ``client_id`` is the receipt of the change: the same one again changes nothing, also after a later change.
    """

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="observation_changes")
    evening = models.DateField()
    observer = models.CharField(max_length=MAX_NAME_CHARACTERS)
    before = models.JSONField(null=True)
    client_id = models.UUIDField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["diary", "client_id"], name="observation_change_once_in_a_diary"),
        ]

    def __str__(self) -> str:
        return f"observation change {self.pk}"


class ImportBatch(models.Model):
    """One import, with every value it wrote and what stood there before, so that it can be taken back.

    ``effects`` is written and read by ``import_batches`` alone.
    """

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="imports")
    source = models.CharField(max_length=SOURCE_LENGTH)
    file_name = models.CharField(max_length=200, blank=True)
    new_nights = models.PositiveIntegerField(default=0)
    changed_nights = models.PositiveIntegerField(default=0)
    effects = models.JSONField(default=dict)
    imported_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"import {self.pk}"
