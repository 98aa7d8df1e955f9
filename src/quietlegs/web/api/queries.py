"""Reads: which tokens there are, and whose a token is."""

from datetime import date

from quietlegs.web.accounts import secrets
from quietlegs.web.api.models import Token


def tokens_in_use() -> list[Token]:
    """Return the tokens that open the door, newest first."""
    return list(Token.objects.filter(revoked_at=None))


def token_of(secret: str, *, today: date) -> Token | None:
    """Return the token that a program sent, or None; notes the day of its use, once a day."""
    token = Token.objects.filter(digest=secrets.digest(secret), revoked_at=None).first()
    if token and token.used_on != today:
        Token.objects.filter(pk=token.pk).update(used_on=today)
    return token
