"""The pages that a device keeps: all of the night's steps, nothing of the nights that were, and less still with a lock."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from quietlegs.core.diary.night import Night
from quietlegs.core.plan.relief import ReliefKind
from quietlegs.exchange.relief_base import load_relief_steps
from quietlegs.web.accounts.lock_actions import set_lock
from quietlegs.web.diary import access, actions

pytestmark = pytest.mark.django_db

KEPT = ("/offline", "/offline/relief", "/offline/night", "/offline/waiting")


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_step_is_on_the_kept_page(client: Client) -> None:
    page = text(client, "/offline/relief")
    for kind in ReliefKind:
        for step in load_relief_steps()[kind]:
            assert step.do in page and step.caution.sentence in page


def test_no_kept_page_tells_a_night_that_was(client: Client) -> None:
    diary = access.household_diary()
    actions.log_night(diary=diary, night=Night(date(2026, 1, 1), {"cramps": 1}, note="nobody else may read"))
    assert not any("nobody else may read" in text(client, path) for path in KEPT)


def test_with_a_lock_what_is_watched_is_not_kept(client: Client) -> None:
    actions.add_factor(diary=access.household_diary(), name="wine", kind="yesno", unit="")
    assert "wine" in text(client, "/offline/night")
    set_lock(secret="135790", idle_minutes=5, now=timezone.now())
    for path in KEPT:
        assert "wine" not in text(client, path)


def test_the_worker_is_the_same_whoever_asks_first(client: Client) -> None:
    from quietlegs.web.offline.views import _worker

    workers = set()
    for language in ("en-gb", "es"):
        _worker.cache_clear()
        workers.add(client.get("/sw.js", headers={"Accept-Language": language}).content)
    assert len(workers) == 1


def test_the_app_starts_black_with_icons_that_are_there(client: Client) -> None:
    manifest = client.get("/manifest.webmanifest").json()
    assert (manifest["background_color"], manifest["theme_color"]) == ("#000000", "#000000")
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}
