"""The check in the app: who answers, one question at a time, and the result. Danger first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quietlegs.core.assessment.asking import StepKind, answer_question, answers_of_screen
from quietlegs.core.assessment.guidance import answers_of_complaints
from quietlegs.core.assessment.person import Person, Taken, tokens_of
from quietlegs.core.assessment.triage import flags_passed_over
from quietlegs.core.assessment.triage_flags import Disposition
from quietlegs.exchange.checks import load_guidance
from quietlegs.web.check import access, actions, pages, queries, result_pages
from quietlegs.web.check.forms import StartForm, read_answer, read_ticks
from quietlegs.web.check.models import CheckRun
from quietlegs.web.check.pages import AskPage
from quietlegs.web.check.queries import State
from quietlegs.web.medicines.queries import medicine_review, medicine_text, profile_facts
from quietlegs.web.shell.fields import FormError

REFUSED = 422


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Ask for age and sex, and begin; offer to go on with a check that was left."""
    diary = access.own_diary(request)
    form = StartForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        typed = medicine_text(diary).strip()
        actions.begin_check(
            diary=diary,
            age_years=form.cleaned_data["age"],
            sex=form.cleaned_data["sex"],
            medicines=typed.splitlines() if typed else None,
            now=timezone.now(),
        )
        return redirect("check:question")
    facts = profile_facts(diary, timezone.now().date())
    age = "" if facts.age_years is None else str(facts.age_years)
    left_open = access.open_run(diary)
    page = pages.start_page(
        diary,
        age=request.POST.get("age", age),
        sex=request.POST.get("sex", facts.sex),
        errors=[
            FormError(f"q-{name}", _("Age") if name == "age" else _("Sex"), " ".join(said))
            for name, said in form.errors.items()
        ],
        open_since=left_open.started_at if left_open else None,
    )
    return render(request, "check/start.html", {"page": page}, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "POST"])
def question(request: HttpRequest) -> HttpResponse:
    """Show the next question, or take its answer. A page that is out of date changes nothing."""
    diary = access.own_diary(request)
    run = access.open_run(diary)
    if run is None:
        return redirect("check:start")
    state = queries.state_of(run)
    page = _next_page(state)
    if page is None:
        return _finish(state)
    if request.method == "GET":
        return render(request, _template(page), {"page": page})
    if request.POST.get("step") != page.step:
        return redirect("check:question")
    error = _take(request, state, page)
    if error:
        page = _next_page(state, error=error, ticked=request.POST.getlist("tick"))
        return render(request, _template(page), {"page": page}, status=REFUSED)
    run.refresh_from_db()
    changed = queries.state_of(run)
    return _finish(changed) if _next_page(changed) is None else redirect("check:question")


def _template(page: AskPage | None) -> str:
    return "check/ticks.html" if page and page.groups else "check/question.html"


def _next_page(state: State, *, error: str = "", ticked: list[str] | None = None) -> AskPage | None:
    """Return the page that comes next, or None when it is time for the result."""
    calls = pages.calls_for(queries.country_of(state.run.diary))
    if state.needs_about:
        known = dict.fromkeys(ticked, True) if ticked is not None else _known_of_person(state)
        return pages.about_page(state, known, calls, error)
    result = queries.judge(state)
    step = queries.step_after(state, result)
    if step.kind is StepKind.SCREEN and step.screen:
        return pages.screen_page(step.screen, step, calls, ticked=ticked or (), error=error)
    if step.kind is StepKind.QUESTION and step.part:
        return pages.question_page(step.part, step, calls, error)
    if result.triage.at_least is Disposition.EMERGENCY_NOW:
        return None
    again = queries.to_ask_again(state, result)
    if again:
        return pages.again_page(again, state, calls, error)
    if state.needs_complaints and result.triage.at_least.urgency < Disposition.SAME_DAY.urgency:
        return pages.complaints_page(state, calls, ticked=ticked or (), error=error)
    return None


def _known_of_person(state: State) -> dict[str, bool]:
    """Return what the profile and the list of medicines already say, so that it stands ticked."""
    diary = state.run.diary
    facts = profile_facts(diary, timezone.now().date())
    review = medicine_review(diary, facts)
    said = [condition.replace("-", " ") for condition in facts.conditions]
    person = Person(
        state.person.age_years, state.person.sex, facts.pregnant, tuple(said) if said else None, ()
    )
    taken = Taken(review.ids, review.groups, frozenset(facts.food_and_drink))
    return {name: value for name, value in tokens_of(load_guidance().tokens, person, taken).items() if value}


def _take(request: HttpRequest, state: State, page: AskPage) -> str:
    """Store the answer to a page; return what is wrong with it instead, if anything."""
    kind, _colon, step_id = page.step.partition(":")
    if page.groups:
        return _take_ticks(request, state, page, kind, step_id)
    if page.questions:
        return _take_again(request, state, page, step_id)
    given, answer = read_answer(request.POST)
    if not given:
        return _("Choose yes, no or “I am not sure”.")
    _keep_answer(state, kind, step_id, answer)
    return ""


def _keep_answer(state: State, kind: str, step_id: str, answer: bool | None) -> CheckRun:
    guidance = load_guidance()
    tokens = queries.judge(state).tokens
    full = answer_question(
        guidance.questions, step_id, answer, state.answers, flags_passed_over(guidance.flags, tokens)
    )
    gave = {name: value for name, value in full.items() if name not in state.answers or name == step_id}
    return actions.add_step(run=state.run, kind=kind, step_id=step_id, gave=gave)


def _take_ticks(request: HttpRequest, state: State, page: AskPage, kind: str, step_id: str) -> str:
    allowed = [choice.value for _label, choices in page.groups for choice in choices]
    ticks = read_ticks(request.POST, allowed)
    if ticks.error:
        return ticks.error
    guidance = load_guidance()
    gave: dict[str, bool]
    if kind == "about":
        gave = {name: name in ticks.ticked for name in allowed}
    elif kind == "complaints":
        found = answers_of_complaints(guidance.complaints, ticks.ticked)
        gave = {name: answer for name, answer in found.items() if name not in state.answers}
    else:
        screen = next(screen for screen in guidance.screens if screen.id == step_id)
        gave = answers_of_screen(screen, ticks.ticked, state.answers)
    actions.add_step(run=state.run, kind=kind, step_id=step_id, gave=gave, ticked=sorted(ticks.ticked))
    return ""


def _take_again(request: HttpRequest, state: State, page: AskPage, step_id: str) -> str:
    gave = {}
    for choice in page.questions:
        given, answer = read_answer(request.POST, choice.value)
        if not given:
            return _("Answer each of them.")
        gave[choice.value] = answer
    actions.add_step(run=state.run, kind="again", step_id=step_id, gave=gave)
    return ""


def _finish(state: State) -> HttpResponse:
    run = actions.keep_result(run=state.run, result=queries.judge(state), now=timezone.now())
    return redirect("check:result_of", run_id=run.pk)


@require_POST
def back(request: HttpRequest) -> HttpResponse:
    """Undo the last answer, of the check that is open or of a result."""
    named = request.POST.get("run", "")
    diary = access.own_diary(request)
    run = access.own_run(request, int(named)) if named.isdecimal() else access.open_run(diary)
    if run is None or actions.go_back(run=run) is None:
        return redirect("check:start")
    return redirect("check:question")


@require_safe
def result(request: HttpRequest, run_id: int | None = None) -> HttpResponse:
    """Show the newest result, or the one that is named."""
    diary = access.own_diary(request)
    run = access.latest_result(diary) if run_id is None else access.own_run(request, run_id)
    if run is None:
        return redirect("check:start")
    if run.finished_at is None:
        return redirect("check:question")
    page = result_pages.result_page(run, pages.calls_for(queries.country_of(diary)))
    template = "check/emergency_result.html" if page.is_emergency else "check/result.html"
    return render(request, template, {"page": page})


@require_http_methods(["GET", "POST"])
def more(request: HttpRequest, run_id: int) -> HttpResponse:
    """Ask one more question about what it may be, the one that tells most."""
    run = access.own_run(request, run_id)
    state = queries.state_of(run)
    judged = queries.judge(state)
    if run.finished_at is None or not judged.next_features:
        return redirect("check:result_of", run_id=run.pk)
    feature = judged.next_features[0].feature
    calls = pages.calls_for(queries.country_of(run.diary))
    error = ""
    if request.method == "POST":
        given, answer = read_answer(request.POST)
        if request.POST.get("step") != f"feature:{feature}":
            return redirect("check:more", run_id=run.pk)
        if given:
            changed = _keep_answer(state, "feature", feature, answer)
            actions.keep_result(
                run=changed, result=queries.judge(queries.state_of(changed)), now=timezone.now()
            )
            return redirect("check:result_of", run_id=run.pk)
        error = _("Choose yes, no or “I am not sure”.")
    page = pages.feature_page(feature, calls, error)
    return render(
        request,
        "check/question.html",
        {"page": page, "result_url": run.pk},
        status=REFUSED if error else 200,
    )


@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Show whom to call; remember the country."""
    diary = access.own_diary(request)
    if request.method == "POST":
        code = request.POST.get("country", "")
        if code and code not in queries.numbers().countries:
            return render(
                request, "check/emergency.html", {"page": pages.emergency_page(diary)}, status=REFUSED
            )
        actions.choose_country(diary=diary, code=code)
        return redirect("check:emergency")
    return render(request, "check/emergency.html", {"page": pages.emergency_page(diary)})


@require_POST
def delete(request: HttpRequest, run_id: int) -> HttpResponse:
    """Delete a result for good."""
    actions.delete_check(run=access.own_run(request, run_id))
    return redirect("check:start")
