"""What is deleted is gone: from every room, and from the file on the disk."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.test import Client

from quietlegs.core.diary import night as core
from quietlegs.web.diary import access, actions
from quietlegs.web.diary.models import Diary, Night
from quietlegs.web.offline.actions import take
from quietlegs.web.offline.forgetting import forget
from quietlegs.web.offline.said import NightSaid

# What belongs to the app and its devices, not to what a person wrote.
NOT_THE_DIARY = {"contenttypes", "sessions", "accounts", "api"}
WORDS = "a note that nobody else may ever read"


def test_everything_a_person_writes_hangs_on_the_diary_and_goes_with_it() -> None:
    def hangs(model: type, seen: frozenset[type] = frozenset()) -> bool:
        linked = {f.related_model for f in model._meta.fields if f.related_model} - seen
        return model is Diary or any(hangs(other, seen | {model}) for other in linked)

    loose = [
        m._meta.label for m in apps.get_models() if m._meta.app_label not in NOT_THE_DIARY and not hangs(m)
    ]
    assert loose == []


@pytest.fixture
def database_file(tmp_path: Path, settings, django_db_blocker) -> Path:
    """Use a real database file for one test: the tests' own is in memory."""
    path = tmp_path / "diary.sqlite3"
    before = connections["default"]
    with django_db_blocker.unblock():
        fresh = before.copy()
        fresh.settings_dict = {**before.settings_dict, "NAME": str(path)}
        connections["default"] = fresh
        call_command("migrate", verbosity=0, interactive=False)
        yield path
        fresh.close()
        connections["default"] = before


def test_a_deleted_night_is_gone_from_the_file_once_it_cannot_be_brought_back(
    database_file: Path, client: Client
) -> None:
    diary, evening, now = access.household_diary(), date(2026, 1, 1), datetime.now(UTC)
    said = NightSaid(id=uuid4(), at=now, evening=evening, answers={"cramps": "2", "note": WORDS})
    take(diary=diary, said=said, now=now)
    imported = core.Night(date(2026, 1, 2), {"cramps": 1}, note=WORDS)
    actions.import_nights(diary=diary, given=core.diary_of([imported]), source="diary_csv")
    for day in (evening, imported.evening):
        actions.delete_night(diary=diary, evening=day)

    def on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in database_file.parent.glob("diary.sqlite3*"))

    forget(now=now + timedelta(days=6))
    assert WORDS.encode() in on_disk()
    forget(now=now + timedelta(days=8))
    assert WORDS.encode() not in on_disk()
    older = NightSaid(id=uuid4(), at=now - timedelta(hours=1), evening=evening, answers={"cramps": "3"})
    take(diary=diary, said=older, now=now + timedelta(days=8))
    assert not Night.objects.exists()


def test_nothing_of_it_is_left_in_the_file(database_file: Path, client: Client) -> None:
    diary = access.household_diary()
    actions.log_night(diary=diary, night=core.Night(date(2026, 1, 1), {"cramps": 1}, note=WORDS))

    def on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in database_file.parent.glob("diary.sqlite3*"))

    assert WORDS.encode() in on_disk()
    client.post("/settings/delete", {"word": "delete"})
    assert WORDS.encode() not in on_disk()
    with sqlite3.connect(database_file) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
