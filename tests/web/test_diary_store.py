"""What the store promises: nothing lost, nothing twice, nothing counted that was not said."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.diary import night as core
from quietlegs.web.diary import actions, queries
from quietlegs.web.diary.models import Diary, Night, NightChange

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)


@pytest.fixture
def diary() -> Diary:
    return Diary.objects.create(time_zone="Europe/London")


def log(diary: Diary, evening: date = MONDAY, client_id=None, factors=None, **outcomes: float):
    night = core.Night(evening=evening, outcomes=outcomes, factors=factors or {})
    return actions.log_night(diary=diary, night=night, client_id=client_id, now=NOW)


def cramp(at: datetime, **values) -> core.Episode:
    return core.Episode(started_at=at, utc_offset_minutes=0, **values)


def test_what_is_logged_is_what_is_read(diary: Diary) -> None:
    actions.add_factor(diary=diary, name="water", kind="amount", unit="ml")
    log(diary, cramps=2, severity=6.5, factors={"water": 1500})
    read = queries.read_diary(diary)
    assert read.factors == (core.Factor("water", core.FactorKind.AMOUNT, "ml"),)
    assert read.nights == (
        core.Night(evening=MONDAY, outcomes={"cramps": 2.0, "severity": 6.5}, factors={"water": 1500.0}),
    )


def test_logging_more_of_a_night_keeps_what_was_said_before(diary: Diary) -> None:
    log(diary, cramps=2)
    log(diary, sleep_hours=6)
    assert queries.read_diary(diary).nights[0].outcomes == {"cramps": 2, "sleep_hours": 6}


def test_changing_a_night_leaves_open_what_was_left_open(diary: Diary) -> None:
    log(diary, cramps=2, sleep_hours=6)
    actions.change_night(diary=diary, night=core.Night(evening=MONDAY, outcomes={"cramps": 1}), now=NOW)
    assert queries.read_diary(diary).nights[0].outcomes == {"cramps": 1}


def test_the_same_client_id_again_changes_nothing(diary: Diary) -> None:
    sent = uuid4()
    log(diary, cramps=2, client_id=sent)
    log(diary, cramps=5)
    again = log(diary, cramps=2, client_id=sent)
    assert again.is_repeat
    assert queries.read_diary(diary).nights[0].outcomes == {"cramps": 5}


def test_a_repeat_does_not_bring_back_a_deleted_night(diary: Diary) -> None:
    sent = uuid4()
    log(diary, cramps=2, client_id=sent)
    actions.delete_night(diary=diary, evening=MONDAY)
    log(diary, cramps=2, client_id=sent)
    assert queries.read_diary(diary).nights == ()


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ({"sleep_hours": 27}, "Enter 0 to 24"),
        ({"cramps": 1.5}, "whole number"),
        ({"severity": float("nan")}, "Enter 0 to 10"),
        ({"mood": 3}, "not an outcome"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_nothing_is_stored(diary: Diary, outcomes, said) -> None:
    with pytest.raises(actions.NightRefusedError, match=said):
        log(diary, **outcomes)
    assert not Night.objects.exists()
    assert not NightChange.objects.exists()


def test_every_problem_of_a_night_is_said_at_once(diary: Diary) -> None:
    with pytest.raises(actions.NightRefusedError) as refused:
        log(diary, cramps=-1, severity=11, factors={"wine": 1})
    assert [p.column for p in refused.value.problems] == ["cramps", "severity", "wine"]


def test_a_night_that_has_not_been_is_refused(diary: Diary) -> None:
    with pytest.raises(actions.NightRefusedError, match="has not been yet"):
        log(diary, evening=NOW.date(), cramps=0)  # at 9 in the morning that night is still to come
    log(diary, evening=NOW.date() - timedelta(days=1), cramps=0)


def test_the_database_itself_refuses_what_no_night_can_be(diary: Diary) -> None:
    for impossible in ({"severity": 11}, {"sleep_hours": 25}, {"cramps": 101}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Night.objects.create(diary=diary, evening=MONDAY, **impossible)
    Night.objects.create(diary=diary, evening=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Night.objects.create(diary=diary, evening=MONDAY)


def test_undo_brings_back_everything_the_night_held(diary: Diary) -> None:
    actions.add_factor(diary=diary, name="stretch")
    log(diary, cramps=2, severity=7, factors={"stretch": 1})
    actions.record_episode(
        diary=diary, episode=cramp(datetime(2026, 3, 3, 3, 7, tzinfo=UTC), minutes=4, muscle="calf"), now=NOW
    )
    before = queries.read_diary(diary)
    more = core.Night(MONDAY, {"cramps": 5})
    for change in (
        lambda: actions.log_night(diary=diary, night=more, now=NOW).change,
        lambda: actions.change_night(diary=diary, night=more, now=NOW).change,
        lambda: actions.delete_night(diary=diary, evening=MONDAY),
    ):
        made = change()
        assert queries.read_diary(diary) != before
        actions.undo_change(diary=diary, change_id=made.pk)
        assert queries.read_diary(diary) == before


def test_undo_of_the_first_note_makes_the_night_unknown_again(diary: Diary) -> None:
    logged = actions.log_quiet_night(diary=diary, evening=MONDAY, now=NOW)
    actions.undo_change(diary=diary, change_id=logged.change.pk)
    actions.undo_change(diary=diary, change_id=logged.change.pk)
    assert queries.read_diary(diary).nights == ()


def test_a_change_is_not_undone_over_a_later_one(diary: Diary) -> None:
    first = log(diary, cramps=2)
    log(diary, cramps=3)
    with pytest.raises(actions.CannotUndoError, match="changed again"):
        actions.undo_change(diary=diary, change_id=first.change.pk)
    assert queries.read_diary(diary).nights[0].outcomes == {"cramps": 3}


def test_another_diarys_change_cannot_be_undone(diary: Diary) -> None:
    other = Diary.objects.create()
    change = log(other, cramps=1).change
    with pytest.raises(actions.CannotUndoError):
        actions.undo_change(diary=diary, change_id=change.pk)
    assert len(queries.read_diary(other).nights) == 1


def test_a_cramp_at_three_belongs_to_the_evening_before_and_counts(diary: Diary) -> None:
    actions.record_episode(
        diary=diary, episode=cramp(datetime(2026, 3, 3, 3, 7, tzinfo=UTC), severity=6), now=NOW
    )
    night = queries.read_diary(diary).nights[0]
    assert (night.evening, night.outcomes) == (MONDAY, {"cramps": 1, "severity": 6})
    assert len(night.episodes) == 1


def test_recording_cramps_never_lowers_what_the_person_said(diary: Diary) -> None:
    log(diary, cramps=4, severity=9)
    actions.record_episode(
        diary=diary, episode=cramp(datetime(2026, 3, 3, 3, 7, tzinfo=UTC), severity=6), now=NOW
    )
    assert queries.read_diary(diary).nights[0].outcomes == {"cramps": 4, "severity": 9}


def test_the_same_episode_again_is_one_episode(diary: Diary) -> None:
    sent = uuid4()
    at = datetime(2026, 3, 3, 3, 7, tzinfo=UTC)
    for _ in range(3):
        actions.record_episode(diary=diary, episode=cramp(at), client_id=sent, now=NOW)
    assert len(queries.read_episodes(diary)) == 1


def test_a_night_with_a_recorded_cramp_cannot_be_called_quiet(diary: Diary) -> None:
    actions.record_episode(diary=diary, episode=cramp(datetime(2026, 3, 3, 3, 7, tzinfo=UTC)), now=NOW)
    with pytest.raises(actions.NightRefusedError, match=r"A cramp was recorded in this night, at 3:07"):
        actions.log_quiet_night(diary=diary, evening=MONDAY, now=NOW)


def test_deleting_the_only_cramp_leaves_the_night_unknown_not_quiet(diary: Diary) -> None:
    episode = actions.record_episode(
        diary=diary, episode=cramp(datetime(2026, 3, 3, 3, 7, tzinfo=UTC)), now=NOW
    )
    actions.delete_episode(diary=diary, episode=episode)
    assert queries.read_diary(diary).nights[0].is_quiet is None


def test_an_ended_cramp_keeps_its_first_end(diary: Diary) -> None:
    at = datetime(2026, 3, 3, 3, 7, tzinfo=UTC)
    episode = actions.record_episode(diary=diary, episode=cramp(at), now=NOW)
    actions.end_episode(diary=diary, episode=episode, ended_at=at + timedelta(minutes=4, seconds=12))
    actions.end_episode(diary=diary, episode=episode, ended_at=at + timedelta(hours=2))
    assert queries.read_episodes(diary)[0].minutes == pytest.approx(4.2)


def test_an_archived_factor_keeps_its_answers_and_comes_back(diary: Diary) -> None:
    factor = actions.add_factor(diary=diary, name="Wine")
    log(diary, cramps=0, factors={"wine": 1})
    actions.archive_factor(diary=diary, factor=factor)
    actions.change_night(diary=diary, night=core.Night(MONDAY, {"cramps": 1}), now=NOW)
    assert queries.read_diary(diary).nights[0].factors == {"Wine": 1}
    assert queries.watched_factors(diary) == []
    assert actions.add_factor(diary=diary, name="wine") == factor
    assert queries.watched_factors(diary) == [factor]


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "cramps", "Night", "WATER"])
def test_a_factor_needs_a_name_of_its_own(diary: Diary, name: str) -> None:
    actions.add_factor(diary=diary, name="water", kind="amount", unit="ml")
    with pytest.raises(QuietlegsError):
        actions.add_factor(diary=diary, name=name, kind="amount")


def test_every_change_moves_the_version_on_and_a_repeat_does_not(diary: Diary) -> None:
    seen = [queries.diary_version(diary)]
    sent = uuid4()
    for step in (
        lambda: log(diary, cramps=1, client_id=sent),
        lambda: actions.add_factor(diary=diary, name="wine"),
        lambda: actions.delete_night(diary=diary, evening=MONDAY),
    ):
        step()
        seen.append(queries.diary_version(diary))
    assert len(set(seen)) == 4
    log(diary, cramps=1, client_id=sent)
    assert queries.diary_version(diary) == seen[-1]


def test_reading_takes_as_many_queries_for_many_nights_as_for_one(
    diary: Diary, django_assert_num_queries
) -> None:
    actions.add_factor(diary=diary, name="wine")
    for count in (1, 20):
        for i in range(count):
            log(diary, evening=MONDAY - timedelta(days=i), cramps=1, factors={"wine": 1})
        with django_assert_num_queries(4):
            assert len(queries.read_diary(diary).nights) == count


def test_everything_goes_when_the_person_says_so(diary: Diary) -> None:
    actions.add_factor(diary=diary, name="wine")
    log(diary, cramps=1, factors={"wine": 1})
    actions.delete_everything(diary=diary)
    assert not Diary.objects.exists() and not Night.objects.exists() and not NightChange.objects.exists()


def import_(diary: Diary, *nights: core.Night, source: str = "diary_csv", factors=(), **options):
    return actions.import_nights(diary=diary, given=core.diary_of(nights, factors), source=source, **options)


WINE = core.Factor("wine", core.FactorKind.YES_NO)


def test_what_is_imported_is_read_back_and_the_same_file_again_changes_nothing(diary: Diary) -> None:
    night = core.Night(
        evening=MONDAY,
        outcomes={"cramps": 1, "pain": 3.5},
        factors={"wine": 1},
        note="late",
        episodes=(cramp(datetime(2026, 3, 3, 3, 7, tzinfo=UTC), minutes=4, severity=5, side="left"),),
        places=("left-calf",),
        sore=True,
    )
    assert not import_(diary, night, factors=[WINE]).changes_nothing
    version = queries.diary_version(diary)
    assert queries.read_diary(diary) == core.Diary(nights=(night,), factors=(WINE,))
    again = import_(diary, night, factors=[WINE])
    assert again.changes_nothing and again.same_nights == 1
    assert queries.diary_version(diary) == version


def test_an_import_fills_what_is_unknown_and_keeps_what_the_person_said(diary: Diary) -> None:
    log(diary, cramps=2)
    plan = import_(diary, core.Night(MONDAY, {"cramps": 0, "sleep_hours": 6}))
    assert queries.read_diary(diary).nights[0].outcomes == {"cramps": 2, "sleep_hours": 6}
    assert [(k.name, k.own, k.offered) for k in plan.kept] == [("cramps", 2, 0)]
    import_(diary, core.Night(MONDAY, {"cramps": 0}), replace=True)
    assert queries.read_diary(diary).nights[0].outcomes["cramps"] == 0


def test_a_newer_file_from_the_same_source_brings_its_own_values_up_to_date(diary: Diary) -> None:
    import_(diary, core.Night(MONDAY, {"sleep_hours": 6}, {"wine": 0}), factors=[WINE])
    import_(diary, core.Night(MONDAY, {"sleep_hours": 7}, {"wine": 1}), factors=[WINE])
    night = queries.read_diary(diary).nights[0]
    assert (night.outcomes, night.factors) == ({"sleep_hours": 7}, {"wine": 1})
    log(diary, sleep_hours=5)
    assert import_(diary, core.Night(MONDAY, {"sleep_hours": 7})).kept[0].own == 5


def test_a_column_that_does_not_fit_a_factor_is_named_and_the_rest_comes_in(diary: Diary) -> None:
    actions.add_factor(diary=diary, name="Wine")
    ml = core.Factor("wine", core.FactorKind.AMOUNT, "ml")
    plan = import_(diary, core.Night(MONDAY, {"cramps": 1}, {"wine": 250}), factors=[ml])
    assert "yes or no" in str(plan.problems[0])
    assert queries.read_diary(diary).nights == (core.Night(MONDAY, {"cramps": 1}),)


def test_a_file_in_another_unit_comes_in_in_the_diarys_and_one_that_cannot_is_refused(diary: Diary) -> None:
    actions.add_factor(diary=diary, name="Water", kind="amount", unit="l")
    actions.add_factor(diary=diary, name="Beer", kind="amount", unit="glasses")
    water, beer = (
        core.Factor(name, core.FactorKind.AMOUNT, unit) for name, unit in (("water", "ml"), ("beer", "g"))
    )
    night = core.Night(MONDAY, {"cramps": 1}, {"water": 1500, "beer": 20})
    plan = import_(diary, night, factors=[water, beer])
    assert queries.read_diary(diary).nights[0].factors == {"Water": 1.5}
    assert [problem.column for problem in plan.problems] == ["beer"]
    assert "is in glasses, and in the file in g" in str(plan.problems[0])
    assert import_(diary, night, factors=[water, beer]).changed_nights == []


def test_a_plan_says_what_the_import_then_does(diary: Diary) -> None:
    log(diary, cramps=2)
    given = core.diary_of(
        [core.Night(MONDAY, {"cramps": 1, "pain": 2}), core.Night(MONDAY - timedelta(days=1), {"cramps": 0})]
    )
    plan = actions.plan_import(diary=diary, given=given, source="diary_csv")
    assert len(queries.read_diary(diary).nights) == 1
    assert actions.import_nights(diary=diary, given=given, source="diary_csv") == plan


def test_what_the_person_saved_is_theirs_even_where_a_file_said_the_same(diary: Diary) -> None:
    import_(diary, core.Night(MONDAY, {"sleep_hours": 6}))
    log(diary, sleep_hours=6)
    plan = import_(diary, core.Night(MONDAY, {"sleep_hours": 9}))
    assert [kept.own for kept in plan.kept] == [6]
    assert queries.read_diary(diary).nights[0].outcomes == {"sleep_hours": 6}


def everything(diary: Diary) -> list:
    """All that the diary holds, with who said it."""
    return [
        (
            {
                name: getattr(n, name)
                for name in (*core.OUTCOMES, "evening", "note", "places", "sore", "source")
            },
            n.value_sources,
            sorted(n.factor_values.values_list("factor__name", "value", "source")),
            sorted(n.episodes.values_list("started_at", "kind", "severity")),
        )
        for n in Night.objects.filter(diary=diary).order_by("evening")
    ]


TRACKED = (
    core.Night(MONDAY, {"cramps": 3, "sleep_hours": 6}, {"wine": 0}, note="from the file"),
    core.Night(
        MONDAY + timedelta(days=1),
        {"cramps": 1, "sleep_quality": 4},
        {"wine": 1},
        episodes=(core.Episode(datetime(2026, 3, 4, 2, tzinfo=UTC), 0, severity=5),),
    ),
)


@pytest.mark.parametrize("replace", [False, True])
def test_an_import_taken_back_leaves_the_diary_exactly_as_it_was(diary: Diary, replace: bool) -> None:
    log(diary, cramps=2)
    before = everything(diary)
    plan = import_(diary, *TRACKED, factors=[WINE], replace=replace)
    assert everything(diary) != before
    done = actions.take_back_import(diary=diary, batch_id=plan.batch_id)
    assert everything(diary) == before
    assert not diary.factors.exists()
    assert (done.nights_gone, done.stayed) == (1, 0)
    diary.refresh_from_db()
    version = diary.version
    assert actions.take_back_import(diary=diary, batch_id=plan.batch_id).was_back_already
    diary.refresh_from_db()
    assert (everything(diary), diary.version) == (before, version)
    assert not import_(
        diary, *TRACKED, factors=[WINE], replace=replace
    ).changes_nothing  # it may come in again


def test_what_the_person_changed_after_an_import_stays_when_it_is_taken_back(diary: Diary) -> None:
    plan = import_(diary, *TRACKED, factors=[WINE])
    log(diary, sleep_hours=7.5)
    log(diary, MONDAY + timedelta(days=1), cramps=1)  # the same number, now said by hand
    done = actions.take_back_import(diary=diary, batch_id=plan.batch_id)
    assert [n.outcomes for n in queries.read_diary(diary).nights] == [{"sleep_hours": 7.5}, {"cramps": 1}]
    assert [n.source for n in Night.objects.filter(diary=diary)] == ["hand", "hand"]
    assert done.stayed == 2


def test_an_older_undo_brings_nothing_back_of_an_import_taken_back(diary: Diary) -> None:
    plan = import_(diary, core.Night(MONDAY, {"sleep_hours": 6}))
    logged = log(diary, cramps=1)
    actions.take_back_import(diary=diary, batch_id=plan.batch_id)
    with pytest.raises(actions.CannotUndoError):
        actions.undo_change(diary=diary, change_id=logged.change.pk)
    assert queries.read_diary(diary).nights[0].outcomes == {"cramps": 1}


def test_an_older_undo_takes_nothing_of_a_later_import_with_it(diary: Diary) -> None:
    noted = log(diary, cramps=1)
    deleted = log(diary, TUESDAY, cramps=2)
    gone = actions.delete_night(diary=diary, evening=TUESDAY)
    import_(
        diary,
        core.Night(MONDAY, {"sleep_hours": 6.5}, note="from the file"),
        core.Night(TUESDAY, {"pain": 4}),
    )
    before = everything(diary)
    for change in (noted.change, deleted.change, gone):
        with pytest.raises(actions.CannotUndoError, match="changed again"):
            actions.undo_change(diary=diary, change_id=change.pk)
    assert everything(diary) == before


def test_what_another_person_saw_in_a_file_stands_in_no_undos_way(diary: Diary) -> None:
    noted = log(diary, cramps=1)
    import_(diary, core.Night(MONDAY, seen=(core.Observation("Anna", kicks=3),)))
    actions.undo_change(diary=diary, change_id=noted.change.pk)
    assert not Night.objects.exists()
    assert diary.observations.count() == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_imports_may_be_taken_back_in_any_order(diary: Diary, order: tuple[int, int]) -> None:
    log(diary, cramps=2, sleep_hours=5)
    before = everything(diary)
    one = import_(diary, *TRACKED, factors=[WINE], replace=True)
    other = import_(
        diary,
        core.Night(MONDAY, {"sleep_hours": 8}, {"wine": 1}),
        core.Night(MONDAY + timedelta(days=1), {"cramps": 4, "pain": 2}),
        factors=[WINE],
        source="bearable",
        replace=True,
    )
    for place in order:
        actions.take_back_import(diary=diary, batch_id=(one, other)[place].batch_id)
    assert everything(diary) == before


def test_an_import_of_another_diary_is_not_found(diary: Diary) -> None:
    plan = import_(Diary.objects.create(), *TRACKED, factors=[WINE])
    with pytest.raises(actions.NoSuchImportError):
        actions.take_back_import(diary=diary, batch_id=plan.batch_id)
    assert Night.objects.count() == 2
