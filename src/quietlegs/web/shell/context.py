"""What every page gets: the theme, the way about, whether this is the example."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from quietlegs.version import __version__
from quietlegs.web.shell import navigation, themes


def shell(request: HttpRequest) -> dict[str, object]:
    """Return the fields that ``shell/base.html`` reads."""
    return {
        "theme": themes.shown(request.COOKIES, timezone.now()),
        "theme_choice": themes.chosen(request.COOKIES).name,
        "dims_at_night": themes.dims_at_night(request.COOKIES),
        "navigation": navigation.items(request.path),
        "languages": settings.LANGUAGES,  # each by its own name: who looks for it may know no other
        "is_demo": settings.IS_DEMO,
        "version": __version__,
    }
