"""Writes: how the page is wanted; make, open and revoke links."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from quietlegs.web.accounts.secrets import digest
from quietlegs.web.diary.models import Diary
from quietlegs.web.share.models import DoctorPage, Opening, ShareLink

TOKEN_BYTES = 32
OPENINGS_KEPT = 100


@transaction.atomic
def set_page(*, diary: Diary, **wishes: object) -> DoctorPage:
    """Keep how the page is wanted."""
    page, _ = DoctorPage.objects.update_or_create(diary=diary, defaults=wishes)
    return page


@transaction.atomic
def make_link(*, diary: Diary, label: str, days: int, now: datetime) -> tuple[ShareLink, str]:
    """Make a link and return it with its token, which is not kept and cannot be shown again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = ShareLink.objects.create(
        diary=diary,
        label=label[:80],
        token_digest=digest(token),
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    return link, token


@transaction.atomic
def note_opening(*, link: ShareLink, now: datetime) -> None:
    """Note that a link was opened; of very many only the last are kept."""
    Opening.objects.create(link=link, opened_at=now)
    old = link.openings.values_list("pk", flat=True)[OPENINGS_KEPT:]
    Opening.objects.filter(pk__in=list(old)).delete()


@transaction.atomic
def revoke_link(*, link: ShareLink, now: datetime) -> None:
    """Close a link at once."""
    ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now)
