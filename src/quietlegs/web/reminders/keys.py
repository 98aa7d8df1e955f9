"""What must stay secret, in files of the data folder that their owner alone can read (0600).

``push.key`` is the private key that signs push messages (VAPID, RFC 8292), made on first use. ``ways.key`` holds the
passwords and tokens of e-mail, ntfy and Gotify. Neither is in a backup: after one is brought back on another computer,
devices are added and passwords typed again. A file that is damaged is put aside, which comes to the same.
"""

import json
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from quietlegs.web.accounts.secrets import digest
from quietlegs.web.data_folder import data_folder, held, write_private
from quietlegs.web.reminders.models import Way

PUSH_KEY_FILE, WAYS_FILE = "push.key", "ways.key"
LOCK_FILE = "keys.lock"


def push_key() -> ec.EllipticCurvePrivateKey:
    """Return the key that signs push messages, made on first use."""
    path = data_folder() / PUSH_KEY_FILE
    with held(data_folder(), LOCK_FILE, wait=True):  # two that start at once make one key
        key = _read_key(path)
        if key is None:
            fresh = ec.generate_private_key(ec.SECP256R1())
            write_private(
                path,
                fresh.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                ),
            )
            key = fresh
    return key


def _name(way: Way) -> str:
    """Return the name of a secret: all that says where it is sent.

    Not the way's number: after a backup of another computer is brought back, that may be another way's, and a password
    would go to a host that it was never meant for.
    """
    goes_to = (
        way.diary_id,
        way.kind,
        way.address,
        *(way.details.get(part, "") for part in ("host", "port", "user")),
    )
    return digest(json.dumps(goes_to))


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey | None:
    """Return the key in a file; None where there is none, or it is damaged and was put aside."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError:
        return None
    except ValueError:
        path.replace(path.with_name(f"{path.name}.damaged"))
        return None
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def push_public_key() -> str:
    """Return the public half as browsers want it: base64url of the uncompressed point."""
    point = (
        push_key()
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def secret_of(way: Way) -> str:
    """Return the password or token of a way; empty where there is none."""
    return _read().get(_name(way), "")


def keep_secret(way: Way, secret: str) -> None:
    """Keep a way's password or token; empty forgets it."""
    with held(data_folder(), LOCK_FILE, wait=True):
        kept = {**_read(), _name(way): secret}
        write_private(data_folder() / WAYS_FILE, json.dumps({k: v for k, v in kept.items() if v}).encode())


def forget_all_secrets() -> None:
    """Delete every password and token, and the key of push messages: nobody is left to send to."""
    for name in (WAYS_FILE, PUSH_KEY_FILE):
        (data_folder() / name).unlink(missing_ok=True)


def _read() -> dict[str, str]:
    path = data_folder() / WAYS_FILE
    try:
        return dict(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return {}
    except ValueError:
        path.replace(path.with_name(f"{path.name}.damaged"))
        return {}
