"""The certificates of this computer: trusted for long, bound to the home network, renewed by themselves."""

import contextlib
import ipaddress
import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from quietlegs.web.phone.certificates import CertificateError, Certificates, ready_certificates

NOW = datetime.now(UTC).replace(microsecond=0)
HOME, OTHER_HOME = "192.168.1.20", "10.0.0.7"


def ready(data: Path, *addresses: str, now: datetime = NOW) -> Certificates:
    return ready_certificates(
        data, addresses=addresses or (HOME,), names=["anna-laptop.local"], owner="anna-laptop", now=now
    )


def connect(certificates: Certificates, server_context: ssl.SSLContext, host: str, **client: object) -> str:
    """Connect over a real pair of sockets as one who trusts the authority; return the version of TLS."""
    context = ssl.create_default_context(
        cadata=certificates.authority.public_bytes(serialization.Encoding.PEM).decode()
    )
    for name, value in client.items():
        setattr(context, name, value)
    ours, theirs = socket.socketpair()

    def answer() -> None:
        with theirs, contextlib.suppress(OSError):  # the client says why
            server_context.wrap_socket(theirs, server_side=True).close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        with ours, context.wrap_socket(ours, server_hostname=host) as connection:
            return connection.version() or ""
    finally:
        thread.join()


@pytest.mark.parametrize("host", [HOME, "anna-laptop.local", "localhost", "127.0.0.1"])
def test_whoever_trusts_the_authority_trusts_the_app_under_each_of_its_names(
    tmp_path: Path, host: str
) -> None:
    certificates = ready(tmp_path)
    assert connect(certificates, certificates.tls_context(), host) in ("TLSv1.2", "TLSv1.3")


def test_nobody_else_is_trusted_under_another_address(tmp_path: Path) -> None:
    certificates = ready(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(certificates, certificates.tls_context(), OTHER_HOME)


@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning"
)  # the old versions are deprecated: that is the point
def test_old_encryption_is_refused(tmp_path: Path) -> None:
    certificates = ready(tmp_path)
    old = {
        "minimum_version": ssl.TLSVersion.TLSv1,
        "maximum_version": ssl.TLSVersion.TLSv1_1,
    }
    with pytest.raises(ssl.SSLError):
        connect(certificates, certificates.tls_context(), HOME, **old)


@pytest.mark.parametrize("claimed", ["bank.example", "8.8.8.8"])
def test_a_stolen_authority_cannot_pretend_to_be_a_bank(tmp_path: Path, claimed: str) -> None:
    certificates = ready(tmp_path)
    forged = forge(tmp_path, claimed)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        connect(certificates, forged, claimed)


def forge(data: Path, claimed: str) -> ssl.SSLContext:
    """Sign a certificate for somebody else with the authority's own key."""
    authority = x509.load_pem_x509_certificate((data / "phone/authority.crt").read_bytes())
    authority_key = serialization.load_pem_private_key(
        (data / "phone/authority.key").read_bytes(), password=None
    )
    key = ec.generate_private_key(ec.SECP256R1())
    try:
        name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(claimed))
    except ValueError:
        name = x509.DNSName(claimed)
    certificate = (
        x509.CertificateBuilder(
            authority.subject, x509.Name([]), key.public_key(), 7, NOW, NOW + timedelta(9)
        )
        .add_extension(x509.SubjectAlternativeName([name]), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    file = data / "forged.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_starting_again_changes_nothing(tmp_path: Path) -> None:
    first, again = ready(tmp_path), ready(tmp_path, now=NOW + timedelta(days=1))
    assert (first.authority, first.server) == (again.authority, again.server)
    assert (first.is_new_authority, again.is_new_authority) == (True, False)


def test_a_new_address_gets_a_new_certificate_that_phones_trust_already(tmp_path: Path) -> None:
    first = ready(tmp_path)
    moved = ready(tmp_path, OTHER_HOME)
    assert moved.server != first.server and not moved.is_new_authority
    assert connect(first, moved.tls_context(), OTHER_HOME)


def test_a_certificate_near_its_end_is_renewed_under_the_same_authority(tmp_path: Path) -> None:
    first = ready(tmp_path)
    later = ready(tmp_path, now=NOW + timedelta(days=340))
    assert later.server != first.server and later.authority == first.authority


def test_an_authority_near_its_end_is_made_anew_and_says_so(tmp_path: Path) -> None:
    first = ready(tmp_path)
    later = ready(tmp_path, now=NOW + timedelta(days=3640))
    assert later.authority != first.authority and later.is_new_authority
    later.server.verify_directly_issued_by(later.authority)


def test_phones_accept_how_long_the_certificate_lasts(tmp_path: Path) -> None:
    server = ready(tmp_path).server
    assert server.not_valid_after_utc - server.not_valid_before_utc <= timedelta(days=397)


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    ready(tmp_path)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "phone").iterdir()}
    assert set(modes) == {"authority.key", "authority.crt", "server.key", "server.crt"}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "phone").stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", [b"", b"half a key"])
def test_a_damaged_key_is_told_and_never_replaced_unasked(tmp_path: Path, damage: bytes) -> None:
    ready(tmp_path)
    (tmp_path / "phone/authority.key").write_bytes(damage)
    with pytest.raises(CertificateError, match="Delete both"):
        ready(tmp_path)


def test_a_power_cut_between_key_and_certificate_leaves_nothing_half(tmp_path: Path) -> None:
    ready(tmp_path)
    (tmp_path / "phone/server.key").unlink()
    certificates = ready(tmp_path)
    assert connect(certificates, certificates.tls_context(), HOME)
