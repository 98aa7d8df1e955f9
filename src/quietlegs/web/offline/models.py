"""What devices wrote while they had no connection: each entry as it was said, kept as the receipt of it.

The diary holds what stands; an entry holds what one device said. So nothing that was said is lost when two devices
say different things, and an entry that is sent again is known.
"""

from django.db import models

from quietlegs.web.diary.models import Diary

DEVICE_LENGTH = 80


class Entry(models.Model):
    """One thing said on a device. ``said`` holds the answers of a night, by name; other kinds keep what they need.

    ``of`` is the id of the episode it is about. ``made_at`` is when it was said, by a clock that agrees with this
    computer's. ``differs`` tells, for a night, each answer that did not agree with another one: see ``night_entries``.
    """

    class What(models.TextChoices):
        """Kinds of entries; the words are those of the HTTP interface."""

        CRAMP = "cramp"
        RESTLESS = "restless"
        OVER = "over"
        PLACE = "place"
        NIGHT = "night"
        DONE = "done"

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="entries")
    client_id = models.UUIDField()
    what = models.CharField(max_length=10, choices=What)
    of = models.UUIDField(null=True, blank=True)
    trial = models.PositiveBigIntegerField(null=True, blank=True)
    evening = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    utc_offset_minutes = models.SmallIntegerField(default=0)
    device = models.UUIDField(
        null=True, blank=True
    )  # made by the browser: two devices without a name are two still
    device_name = models.CharField(max_length=DEVICE_LENGTH, blank=True)
    said = models.JSONField(default=dict)
    differs = models.JSONField(default=dict)
    received_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True, blank=True)  # when the person has seen what differs

    class Meta:
        ordering = [
            "made_at",
            "client_id",
        ]  # the order in which things were said, the same whatever came first
        constraints = [
            models.UniqueConstraint(fields=["diary", "client_id"], name="entry_client_id_once_in_a_diary"),
            models.CheckConstraint(
                condition=models.Q(what__in=["cramp", "restless", "over", "place", "night", "done"]),
                name="entry_kind_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["diary", "evening"], name="entry_of_a_night"),
            models.Index(fields=["diary", "of"], name="entry_of_an_episode"),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"
