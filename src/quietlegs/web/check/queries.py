"""From rows to core values: who answers, what they answered, what it comes to and what comes next."""

from dataclasses import dataclass, field
from datetime import datetime

from quietlegs.core.assessment.asking import Step, next_step, screens_for
from quietlegs.core.assessment.check import Amounts, Check, check
from quietlegs.core.assessment.contradictions import Contradiction
from quietlegs.core.assessment.guidance import Country, EmergencyNumbers
from quietlegs.core.assessment.person import Person, Sex
from quietlegs.core.assessment.triage_flags import ADULT_FROM
from quietlegs.exchange.checks import load_guidance, review_for
from quietlegs.web.check.models import REOPENED, CheckRun, CheckSettings
from quietlegs.web.diary.models import Diary

EARLIER_SHOWN = 10


@dataclass(frozen=True, slots=True)
class State:
    """Where a check stands."""

    run: CheckRun
    person: Person
    answers: dict[str, bool | None]
    amounts: Amounts
    done: frozenset[str]
    asked_again: frozenset[str]
    kinds: frozenset[str] = field(default_factory=frozenset)

    @property
    def needs_about(self) -> bool:
        """Whether the page about the person comes next. Children have none."""
        return self.run.age_years >= ADULT_FROM and "about" not in self.kinds

    @property
    def needs_complaints(self) -> bool:
        """Whether "what is it like?" was not asked yet."""
        return self.run.age_years >= ADULT_FROM and "complaints" not in self.kinds


def state_of(run: CheckRun) -> State:
    """Return where a check stands, from its steps in order: a later answer to a question goes before an earlier."""
    said: dict[str, bool] = {}
    answers: dict[str, bool | None] = {}
    scales: dict[str, int] = {}
    done, again, kinds = set(), set(), set()
    for step in run.steps:
        kinds.add(step["kind"])
        if step["kind"] == "about":
            said = step["gave"]
        elif step["kind"] == "pain":
            scales |= step.get("scales", {})
            answers |= step["gave"]
        else:
            answers |= step["gave"]
        if step["kind"] == "screen":
            done.add(step["id"])
        if step["kind"] == "again":
            again.add(step["id"])
    person = Person(
        age_years=run.age_years,
        sex=Sex(run.sex) if run.sex in set(Sex) else None,
        conditions=() if "about" in kinds else None,
        medicines=None if run.medicines is None else tuple(run.medicines),
        said=said,
    )
    return State(run, person, answers, Amounts(scales), frozenset(done), frozenset(again), frozenset(kinds))


def judge(state: State) -> Check:
    """Return what the answers come to so far."""
    return check(
        load_guidance(),
        state.person,
        state.answers,
        amounts=state.amounts,
        review=review_for(state.person),
    )


def step_after(state: State, result: Check) -> Step:
    """Return the next screen or question of triage."""
    screens = screens_for(load_guidance().screens, state.person, result.tokens)
    return next_step(screens, result.triage, state.done)


def to_ask_again(state: State, result: Check) -> Contradiction | None:
    """Return answers that do not fit together and were not asked again yet."""
    return next(
        (
            one
            for one in result.contradictions
            if key_of(one) not in state.asked_again
            and all(part in load_guidance().questions for part in one.ids)
        ),
        None,
    )


def key_of(contradiction: Contradiction) -> str:
    """Return a name for a contradiction, so that it is asked again once."""
    return "+".join(contradiction.ids)


def country_of(diary: Diary) -> Country | None:
    """Return the country that was chosen. One query."""
    code = CheckSettings.objects.filter(diary=diary).values_list("country", flat=True).first()
    return numbers().countries.get(code or "")


def numbers() -> EmergencyNumbers:
    """Return whom to call in each country."""
    return load_guidance().numbers


def kept_checks(diary: Diary) -> list[CheckRun]:
    """Return the checks that came to a result, as they were when they did, the newest first. One query.

    One that was opened again counts with the result it had, until it comes to another.
    """
    runs = CheckRun.objects.filter(diary=diary, result__isnull=False)[:EARLIER_SHOWN]
    return sorted((as_it_was_kept(run) for run in runs), key=_finished_at, reverse=True)


def as_it_was_kept(run: CheckRun) -> CheckRun:
    """Return a check as it was when it came to its result: only the value is changed, not what is stored."""
    if run.finished_at is None and run.result is not None:
        before = run.result.get(REOPENED, {})
        run.steps = before.get("steps", run.steps)
        run.finished_at = datetime.fromisoformat(before["finished_at"]) if before else run.started_at
    return run


def _finished_at(run: CheckRun) -> datetime:
    return run.finished_at or run.started_at


def earlier_results(diary: Diary) -> list[CheckRun]:
    """Return the results that were kept, the newest first. One query."""
    return list(CheckRun.objects.filter(diary=diary).exclude(finished_at=None)[:EARLIER_SHOWN])


def result_before(run: CheckRun) -> CheckRun | None:
    """Return the result that was kept before this one. One query."""
    return (
        CheckRun.objects.filter(diary_id=run.diary_id, started_at__lt=run.started_at)
        .exclude(finished_at=None)
        .exclude(pk=run.pk)
        .first()
    )
