"""A certificate authority of this computer alone, and the certificate by which phones know its app.

The authority's key never leaves the data folder. It is bound to private addresses and names of home networks, so that
whoever steals it could still not pretend to be a bank. Phones trust the authority once; the app's own certificate is
renewed beneath it, at a start, as often as needed.
"""

import ipaddress
import ssl
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.web.data_folder import write_private
from quietlegs.web.phone.addresses import PRIVATE_ENDINGS, PRIVATE_NETWORKS

FOLDER = "phone"  # within the data folder
AUTHORITY, SERVER = "authority", "server"  # each a .key and a .crt
AUTHORITY_LASTS = timedelta(
    days=3652
)  # ten years: every renewal would have to be installed on each phone again
SERVER_LASTS = timedelta(days=397)  # phones refuse longer ones
CLOCKS_DIFFER = timedelta(days=1)  # a phone's clock may be behind
RENEW_BEFORE_END = timedelta(days=60)
CLIENT_SECONDS = 10  # how long a client may take to agree on the encryption

EndKey = ec.EllipticCurvePrivateKey


class CertificateError(QuietlegsError):
    """The certificates cannot be read or made; the message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate with its private key."""

    key: EndKey
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class Certificates:
    """What the app shows to phones.

    ``is_new_authority`` says that phones which trusted an earlier one have to install this one.
    """

    authority: x509.Certificate
    server: x509.Certificate
    server_certificate_file: Path
    server_key_file: Path
    is_new_authority: bool

    @property
    def fingerprint(self) -> str:
        """The authority's SHA-256 as phones show it: ``AB CD ...``, 32 pairs."""
        return self.authority.fingerprint(hashes.SHA256()).hex(" ").upper()

    def tls_context(self) -> ssl.SSLContext:
        """Return how connections are encrypted: TLS 1.2 or newer."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.server_certificate_file, self.server_key_file)
        return context


def ready_certificates(
    data: Path, *, addresses: Sequence[str], names: Sequence[str], owner: str, now: datetime
) -> Certificates:
    """Return certificates that fit these addresses and names, made or renewed where that is needed.

    Args:
        data: the data folder.
        addresses: private IP addresses under which phones reach the app.
        names: names likewise; only those with an ending of home networks are used.
        owner: the computer's name, by which a person finds the authority on the phone.
        now: the time, aware.

    Raises:
        CertificateError: when a file is damaged or cannot be written.
    """
    folder = data / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        authority = _read(folder, AUTHORITY)
        is_new = authority is None or _ends_soon(authority.certificate, now)
        if authority is None or is_new:
            authority = _make_authority(owner, now)
            _write(folder, AUTHORITY, authority)
        wanted = _alternative_names(addresses, names)
        server = _read(folder, SERVER)
        if server is None or not _still_fits(server, authority, wanted, now):
            server = _make_server(authority, wanted, now)
            _write(folder, SERVER, server)
    except OSError as error:
        raise CertificateError(
            f"The certificates in {folder} cannot be read or written ({error.strerror}). "
            "Check who owns that folder and whether the disk is full."
        ) from error
    return Certificates(
        authority.certificate,
        server.certificate,
        folder / f"{SERVER}.crt",
        folder / f"{SERVER}.key",
        is_new,
    )


def _alternative_names(addresses: Sequence[str], names: Sequence[str]) -> x509.SubjectAlternativeName:
    known = [name for name in dict.fromkeys([*names, "localhost"]) if _is_home_name(name)]
    ips = dict.fromkeys([*addresses, "127.0.0.1", "::1"])
    return x509.SubjectAlternativeName(
        [*map(x509.DNSName, known), *(x509.IPAddress(ipaddress.ip_address(ip)) for ip in ips)]
    )


def _is_home_name(name: str) -> bool:
    return any(name == ending or name.endswith(f".{ending}") for ending in PRIVATE_ENDINGS)


def _ends_soon(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_after_utc - now < RENEW_BEFORE_END


def _still_fits(server: Pair, authority: Pair, wanted: x509.SubjectAlternativeName, now: datetime) -> bool:
    try:
        server.certificate.verify_directly_issued_by(authority.certificate)
        has = server.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return has == wanted and not _ends_soon(server.certificate, now)


def _make_authority(owner: str, now: datetime) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    # The day tells two authorities of one computer apart in a phone's list.
    name = _name(f"Quietlegs on {owner} ({now:%Y-%m-%d})")
    allowed = x509.NameConstraints(
        permitted_subtrees=[
            *map(x509.DNSName, PRIVATE_ENDINGS),
            *map(x509.IPAddress, PRIVATE_NETWORKS),
        ],
        excluded_subtrees=None,
    )
    certificate = (
        _begin(name, name, key, now, now + AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(allowed, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Pair(key, certificate)


def _make_server(authority: Pair, names: x509.SubjectAlternativeName, now: datetime) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    end = min(now - CLOCKS_DIFFER + SERVER_LASTS, authority.certificate.not_valid_after_utc)
    identifier = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    certificate = (
        _begin(_name("Quietlegs"), authority.certificate.subject, key, now, end)
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False
        )
        .sign(authority.key, hashes.SHA256())
    )
    return Pair(key, certificate)


def _begin(
    subject: x509.Name, issuer: x509.Name, key: EndKey, now: datetime, end: datetime
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - CLOCKS_DIFFER,
        not_valid_after=end,
    )


def _name(common: str) -> x509.Name:
    shown = textwrap.shorten(common, 64, placeholder="...")  # X.509 allows 64 characters
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, shown)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _read(folder: Path, name: str) -> Pair | None:
    """Return a certificate with its key, or None when there is none yet.

    Raises:
        CertificateError: when one of the files is damaged. It is not replaced unasked: phones trust it.
    """
    key_file, certificate_file = folder / f"{name}.key", folder / f"{name}.crt"
    if not (key_file.exists() and certificate_file.exists()):
        return None
    try:
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    except (ValueError, TypeError) as error:
        raise CertificateError(_damaged(key_file, certificate_file)) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise CertificateError(_damaged(key_file, certificate_file))
    return Pair(key, certificate)


def _damaged(key_file: Path, certificate_file: Path) -> str:
    return (
        f"{key_file} and {certificate_file.name} do not belong together, or are damaged. Delete both, then start again: "
        "new ones are made, and each phone has to install trust once more."
    )


def _write(folder: Path, name: str, pair: Pair) -> None:
    key = pair.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # The certificate goes first, and a key without its certificate counts as none: a power cut leaves nothing half.
    (folder / f"{name}.key").unlink(missing_ok=True)
    write_private(folder / f"{name}.crt", pair.certificate.public_bytes(serialization.Encoding.PEM))
    write_private(folder / f"{name}.key", key)
