"""Let a Chromium on Linux trust a certificate authority, as a person does in its settings.

Chromium asks NSS, which it brings along; so this does what NSS's own ``certutil -A -t C`` does, without that program.
Run in a process of its own: ``python -m tests.browser.trusting HOME AUTHORITY.crt CHROMIUM``.
"""

import ctypes
import sys
from pathlib import Path

VALID_CA, TRUSTED_CA = 1 << 3, 1 << 4  # certdb.h


class Item(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_int), ("data", ctypes.c_char_p), ("length", ctypes.c_uint)]


class Trust(ctypes.Structure):
    _fields_ = [("tls", ctypes.c_uint), ("email", ctypes.c_uint), ("code", ctypes.c_uint)]


def load_nss(chromium: Path) -> ctypes.CDLL:
    """Return the NSS that Chromium loads when it starts: the system's, or the one that lies beside it."""
    try:
        return ctypes.CDLL("libnss3.so")
    except OSError:
        return ctypes.CDLL(str(chromium.resolve().parent / "libnss3.so"))


def trust(home: Path, certificate: bytes, chromium: Path) -> None:
    nss = load_nss(chromium)
    for name in ("PK11_GetInternalKeySlot", "CERT_NewTempCertificate", "CERT_GetDefaultCertDB"):
        getattr(nss, name).restype = ctypes.c_void_p
    folder = home / ".pki" / "nssdb"
    folder.mkdir(parents=True)
    assert nss.NSS_InitReadWrite(f"sql:{folder}".encode()) == 0
    slot = ctypes.c_void_p(nss.PK11_GetInternalKeySlot())
    assert nss.PK11_InitPin(slot, None, b"") == 0
    database = ctypes.c_void_p(nss.CERT_GetDefaultCertDB())
    item = Item(0, certificate, len(certificate))
    read = ctypes.c_void_p(nss.CERT_NewTempCertificate(database, ctypes.byref(item), None, 0, 1))
    assert read
    assert nss.PK11_ImportCert(slot, read, ctypes.c_ulong(0), b"quietlegs", 0) == 0
    flags = Trust(VALID_CA | TRUSTED_CA, 0, 0)
    assert nss.CERT_ChangeCertTrust(database, read, ctypes.byref(flags)) == 0


if __name__ == "__main__":
    trust(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes(), Path(sys.argv[3]))
