"""Codes a person can type and tokens a device keeps; only their digests are stored."""

import hashlib
import secrets

from django.utils.crypto import salted_hmac

# No 0/O, 1/I/L: they are read wrong from a screen. 8 characters of these 31 are 39 bits, for ten minutes and ten tries.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
TOKEN_BYTES = 32


def new_code() -> str:
    """Return a new pairing code, as it is shown: ``ABCD-EFGH``."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def plain_code(typed: str) -> str:
    """Return a code as typed without spaces, dashes or small letters."""
    return "".join(letter for letter in typed.upper() if letter in CODE_LETTERS)


def new_token() -> str:
    """Return a token for a device's cookie, or for a link that a calendar reads."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(secret: str) -> str:
    """Return what is stored of a code or token. Both are random and long enough that one SHA-256 protects them."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_for(what: str) -> str:
    """Return a token that is always the same for this, and that nobody can make without this computer's secret."""
    return salted_hmac("quietlegs.token", what, algorithm="sha256").hexdigest()
