"""Where phones find this app: set when the app is served for phones, and read by the pages that lead them there."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class PhoneSite:
    """How a phone comes in.

    ``address`` is the one the QR code leads to, ``name`` one that may answer too and outlives a new address.
    """

    address: str
    name: str
    trust_port: int
    secure_port: int
    fingerprint: str

    @property
    def trust_url(self) -> str:
        """The page that installs trust."""
        return f"http://{self.address}:{self.trust_port}/"

    @property
    def secure_url(self) -> str:
        """The app, encrypted."""
        return f"https://{self.address}:{self.secure_port}"

    @property
    def named_url(self) -> str:
        """The same by its name, where the home network knows it."""
        return f"https://{self.name}:{self.secure_port}"

    def link_with(self, code: str) -> str:
        """Return what the QR code holds. The code stands after ``#``: a browser never sends that part anywhere."""
        return f"{self.trust_url}#{code}"


def current() -> PhoneSite | None:
    """Return where phones come in, or None when the app is not served for phones."""
    site: PhoneSite | None = getattr(settings, "PHONE_SITE", None)
    return site
