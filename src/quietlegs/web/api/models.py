"""Tokens: what lets another program in."""

from django.db import models


class Token(models.Model):
    """A token of one program. Its digest alone is kept, so that nobody reads it here."""

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(revoked_at=None),
                name="token_name_once_among_those_in_use",
            ),
        ]

    def __str__(self) -> str:
        return f"token {self.pk}"
