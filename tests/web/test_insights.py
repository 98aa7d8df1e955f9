"""Insights: the same findings as the command line, worked out once for each state of the diary."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quietlegs.core.diary import night as core
from quietlegs.core.diary.table import night_table
from quietlegs.core.triggers import find_triggers
from quietlegs.exchange.diary_csv import read_diary_csv, write_diary_csv
from quietlegs.exchange.findings_json import findings_json
from quietlegs.exchange.findings_words import load_causes
from quietlegs.web.diary import access, actions
from quietlegs.web.diary import queries as diary_queries
from quietlegs.web.diary.models import Diary
from quietlegs.web.experiments.models import Trial
from quietlegs.web.insights import queries

pytestmark = pytest.mark.django_db

LAST = date(2026, 6, 1)
NOW = datetime(2026, 6, 2, 9, tzinfo=UTC)


def nights_of(count: int, seed: int = 1) -> list[core.Night]:
    """Return nights on which standing trebles the cramps and tea does nothing."""
    rng = np.random.default_rng(seed)
    standing, tea = rng.random(count) < 0.5, rng.random(count) < 0.5
    cramps = rng.poisson(np.where(standing, 1.5, 0.5))
    sleep = np.round(7.5 - 0.8 * np.minimum(cramps, 3) + rng.normal(0, 0.5, count), 1)
    return [
        core.Night(
            LAST - timedelta(days=count - 1 - i),
            {"cramps": float(cramps[i]), "sleep_hours": float(sleep[i])},
            {"standing": float(standing[i]), "tea": float(tea[i])},
        )
        for i in range(count)
    ]


@pytest.fixture
def fill() -> Callable[[int], Diary]:
    def fill(count: int) -> Diary:
        diary = access.household_diary()
        for name in ("standing", "tea"):
            if not diary.factors.filter(name=name).exists():
                actions.add_factor(diary=diary, name=name)
        for night in nights_of(count):
            actions.log_night(diary=diary, night=night, now=NOW)
        diary.refresh_from_db()
        return diary

    return fill


@pytest.mark.parametrize("count", [0, 1, 10, 40])
def test_a_short_diary_has_a_page_that_says_what_is_missing(
    client: Client, fill: Callable[[int], Diary], count: int
) -> None:
    if count:
        fill(count)
    answer = client.get("/insights/")
    text = answer.content.decode()
    assert answer.status_code == 200
    if count == 0:
        assert "What will be here" in text
    if 0 < count <= 10:
        assert re.search(r"\d+ of about 10 cramp nights", text)
        assert "times" not in re.sub(r"<[^>]+>", "", text).lower().partition("what you log")[2]


def test_the_page_says_what_the_command_line_says(client: Client, fill: Callable[[int], Diary]) -> None:
    """The diary's own export, read as a file, gives the very same document."""
    diary = fill(150)
    shown = json.loads(client.get("/insights/findings.json").content)
    file = read_diary_csv(write_diary_csv(diary_queries.read_diary(diary)))
    table = night_table(file.diary)
    assert table is not None
    told = findings_json(find_triggers(table, diagram=load_causes()))
    assert shown["findings"] == json.loads(json.dumps(told["findings"]))
    assert shown["findings"][0]["verdict"] == "raises"


def test_a_clear_finding_is_told_with_its_nights_and_a_door_to_each(
    client: Client, fill: Callable[[int], Diary]
) -> None:
    diary = fill(150)
    text = client.get("/insights/").content.decode()
    assert "One thing stands out: standing." in text
    assert "This is a pattern, not proof." in text
    factor = diary.factors.get(name="standing")
    behind = client.get(f"/insights/factor/{factor.pk}").content.decode()
    doors = set(re.findall(r'href="/nights/(\d{4}-\d\d-\d\d)"', behind))
    assert doors == {night.evening.isoformat() for night in nights_of(150)}


def test_factors_that_no_night_speaks_of_yet_are_shown_and_not_asked_for_again(client: Client) -> None:
    diary = access.household_diary()
    rng = np.random.default_rng(5)
    names = [f"habit {letter}" for letter in "abcdef"]
    for name in names:
        actions.add_factor(diary=diary, name=name)
    for back in range(60):
        factors = {name: float(rng.random() < 0.5) for name in names}
        night = core.Night(LAST - timedelta(days=back), {"cramps": float(rng.poisson(0.5))}, factors)
        actions.log_night(diary=diary, night=night, now=NOW)
    text = client.get("/insights/").content.decode()
    assert "Nothing to compare yet" not in text
    assert "Everything you logged" in text
    assert "3 more: the nights do not say yet" in text
    assert all(name.capitalize() in text for name in names)


def test_an_analysis_is_made_once_and_again_after_a_change(fill: Callable[[int], Diary]) -> None:
    diary = fill(60)
    first = queries.analysis_of(diary)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert queries.analysis_of(diary) is first
    assert len(seen) == 2  # the diary's state, and whether a trial runs
    actions.log_night(diary=diary, night=core.Night(LAST, {"cramps": 7.0}), now=NOW)
    diary.refresh_from_db()
    second = queries.analysis_of(diary)
    assert second is not first
    assert second is not None and second.table.outcome("cramps").values[-1] == 7.0  # type: ignore[union-attr]


def test_what_is_in_a_trial_is_sealed_everywhere(client: Client, fill: Callable[[int], Diary]) -> None:
    diary = fill(150)
    standing = diary.factors.get(name="standing")
    before = client.get(f"/insights/factor/{standing.pk}").content
    assert b"More cramps" in before
    trial = Trial.objects.create(
        diary=diary, remedy="Less standing", outcome="cramps", sealed_text="x", seal="x"
    )
    for address in ("/insights/", f"/insights/factor/{standing.pk}"):
        text = client.get(address).content.decode()
        assert "Looking early would spoil it." in text
        assert "More cramps" not in text
    finding = json.loads(client.get("/insights/findings.json").content)["findings"][0]
    assert (finding["factor"], finding["reason"], finding["ratio"], finding["compared"]) == (
        "standing", "sealed", None, None,
    )  # fmt: skip
    trial.ended = Trial.Ended.STOPPED
    trial.save()
    assert b"More cramps" in client.get(f"/insights/factor/{standing.pk}").content


def test_more_nights_cost_no_more_queries(client: Client, fill: Callable[[int], Diary]) -> None:
    counts = []
    for nights in (40, 80):
        fill(nights)
        with CaptureQueriesContext(connection) as seen:
            client.get("/insights/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_factor_that_is_anothers_is_not_there(client: Client, fill: Callable[[int], Diary]) -> None:
    fill(10)
    theirs = actions.add_factor(diary=Diary.objects.create(name="another"), name="their tea")
    assert client.get(f"/insights/factor/{theirs.pk}").status_code == 404


def test_another_outcome_can_be_asked_about_and_nonsense_cannot(
    client: Client, fill: Callable[[int], Diary]
) -> None:
    fill(60)
    assert b"hours of sleep" in client.get("/insights/?outcome=sleep_hours").content
    assert client.get("/insights/?outcome=nonsense").status_code == 404


def test_a_factor_nobody_answered_has_a_page(client: Client, fill: Callable[[int], Diary]) -> None:
    diary = fill(40)
    factor = actions.add_factor(diary=diary, name="swim")
    assert client.get(f"/insights/factor/{factor.pk}").status_code == 200


def test_the_findings_can_be_kept_as_a_pdf(client: Client, fill: Callable[[int], Diary]) -> None:
    assert client.get("/insights/findings.pdf").status_code == 404
    fill(40)
    answer = client.get("/insights/findings.pdf")
    assert answer.content.startswith(b"%PDF")


def test_the_pages_hold_nothing_inline(client: Client, fill: Callable[[int], Diary]) -> None:
    diary = fill(150)
    for address in ("/insights/", f"/insights/factor/{diary.factors.first().pk}"):  # type: ignore[union-attr]
        text = client.get(address).content.decode()
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", text)


def test_pages_are_for_reading(client: Client) -> None:
    for address in ("/insights/", "/insights/findings.pdf", "/insights/findings.json"):
        assert client.post(address).status_code == 405


def test_a_factor_named_like_markup_is_shown_as_text(client: Client) -> None:
    diary = access.household_diary()
    actions.add_factor(diary=diary, name="<b>tea</b> {x}")
    for night in nights_of(60):
        factors = {"<b>tea</b> {x}": night.factors["tea"]}
        actions.log_night(diary=diary, night=core.Night(night.evening, night.outcomes, factors), now=NOW)
    text = client.get("/insights/").content.decode()
    assert "<b>tea" not in text
    assert "&lt;b&gt;tea&lt;/b&gt; {x}" in text


def test_nights_noted_late_are_known_to_be(fill: Callable[[int], Diary]) -> None:
    diary = fill(20)
    analysis = queries.analysis_of(diary)
    assert analysis is not None
    late = queries.days_late(diary, analysis.table)
    diary.nights.filter(evening=LAST).update(created_at=NOW + timedelta(days=4))
    later = queries.days_late(diary, analysis.table)
    assert later[-1] == 4
    assert np.isfinite(late).all()


def test_studies_are_told_on_the_page_and_a_link_leaves_them_out(
    client: Client, fill: Callable[[int], Diary]
) -> None:
    """The diary's own name leads nowhere; the id in the library does."""
    diary = fill(150)
    diary.factors.filter(name="tea").update(library_id="calf-stretch")
    text = client.get("/insights/").content.decode()
    assert "For tea, what studies found was used too." in text
    study = re.search(r'href="([^"]*/entry/prev-stretch-bedtime)"', text)
    assert study and client.get(study[1]).status_code == 200
    door = re.search(r'href="(/insights/\?[^"]*studies=off[^"]*)"', text)
    assert door
    bare = client.get(door[1].replace("&amp;", "&")).content.decode()
    assert "What studies found is left out" in bare and "was used" not in bare
    assert 'findings.pdf?studies=off"' in bare and re.search(r'/insights/factor/\d+\?studies=off"', bare)
    assert 'href="/insights/"' in bare.partition("What studies found is left out")[2]
    documents = [client.get(f"/insights/findings.json{query}").json() for query in ("", "?studies=off")]
    with_it, without = ({f["factor"]: f for f in d["findings"] if f["lag"] == 0} for d in documents)
    assert with_it["tea"]["prior"]["evidence"] == "prev-stretch-bedtime"
    assert with_it["tea"]["without_priors"]["lfsr"] == without["tea"]["lfsr"]
    assert without["tea"]["prior"] is None
