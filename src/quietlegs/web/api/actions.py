"""Writes: make a token, revoke it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.web.accounts import secrets
from quietlegs.web.api.models import Token

NAME_LENGTH = 80


class TokenRefusedError(QuietlegsError):
    """A token cannot be made or revoked; the message says why and how to mend it."""


@transaction.atomic
def make_token(*, name: str, now: datetime) -> str:
    """Make a token and return it. It is shown this once.

    Raises:
        TokenRefusedError: when the name is empty, too long or taken.
    """
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH or "\0" in name:
        raise TokenRefusedError(_("Give the token a name of at most 80 letters, like the program's."))
    if Token.objects.filter(name=name, revoked_at=None).exists():
        raise TokenRefusedError(
            _("There is a token “%(name)s”. Revoke it first, or choose another name.") % {"name": name}
        )
    token = secrets.new_token()
    Token.objects.create(name=name, digest=secrets.digest(token), made_at=now)
    return token


@transaction.atomic
def revoke_token(*, name: str, now: datetime) -> None:
    """End a token at once.

    Raises:
        TokenRefusedError: when no token in use has that name.
    """
    if not Token.objects.filter(name=name, revoked_at=None).update(revoked_at=now):
        raise TokenRefusedError(_("There is no token “%(name)s” in use.") % {"name": name})
