"""Under which addresses and names the home network reaches this computer. Nothing is sent to find out."""

import ipaddress
import re
import socket

# Networks that no router of the internet carries (RFC 1918, 6598, 3927, 4193, 4291; documentation and tests: 5737, 2544).
# Certificates of this computer are good for these alone, and the phone's door opens on no other address.
PRIVATE_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "198.18.0.0/15",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)
# Endings of names that exist at home alone (RFC 6761, 6762, 8375, and what home routers give out).
PRIVATE_ENDINGS = ("local", "localhost", "home.arpa", "internal", "lan", "home")
# Connecting a datagram socket sends nothing; it only asks the system which of its addresses it would use.
_FAR_PRIVATE_PLACES = ("192.168.255.254", "10.255.255.254", "172.31.255.254", "100.127.255.254")


def is_private(address: str) -> bool:
    """Return whether an address is one that the internet cannot reach."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in PRIVATE_NETWORKS)


def home_addresses() -> tuple[str, ...]:
    """Return this computer's IPv4 addresses in private networks, the one in use for most things first."""
    found: list[str] = []
    for place in _FAR_PRIVATE_PLACES:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((place, 9))
            except OSError:
                continue  # no way there, and so no address of ours
            found.append(probe.getsockname()[0])
    try:
        known = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        known = []
    found.extend(str(entry[4][0]) for entry in known)
    return tuple(dict.fromkeys(a for a in found if is_private(a) and not _is_only_here(a)))


def local_name() -> str:
    """Return the name by which phones find this computer where the system answers for it: ``anna-laptop.local``."""
    first = re.sub(r"[^a-z0-9-]", "-", socket.gethostname().split(".")[0].lower()).strip("-")
    return f"{first[:63] or 'quietlegs'}.local"


def _is_only_here(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    return ip.is_loopback or ip.is_link_local
