"""Gathers what the doctor's page may tell, from every room of the app, in a fixed number of queries."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone

from quietlegs.core.experiments.seal import BrokenSealError
from quietlegs.core.experiments.words import sentence
from quietlegs.core.report import Document, Facts, MedicineRow, TriedRow, doctor_page
from quietlegs.core.triggers import Reason, Strength
from quietlegs.exchange import knowledge_base
from quietlegs.exchange.checks import load_guidance
from quietlegs.exchange.experiment_json import load_wording
from quietlegs.exchange.fhir import FhirFacts
from quietlegs.exchange.findings_lines import Line, lay_out
from quietlegs.exchange.medicine_base import load_medicines
from quietlegs.exchange.medicine_json import lines_not_taken, medicine_rows
from quietlegs.exchange.report_files import report_wording
from quietlegs.web.accounts.secrets import digest
from quietlegs.web.check.models import CheckRun
from quietlegs.web.check.queries import kept_checks
from quietlegs.web.diary.models import Diary
from quietlegs.web.diary.queries import read_diary, read_whole_diary
from quietlegs.web.experiments import queries as trials
from quietlegs.web.experiments.models import Trial
from quietlegs.web.insights.queries import analysis_of
from quietlegs.web.medicines import queries as medicines
from quietlegs.web.plan.queries import week_plan
from quietlegs.web.share.models import DoctorPage, ShareLink
from quietlegs.web.shell.numbers import spoken

MOST_FITS = 3
MOST_QUESTIONS = 4
NO_LINK = "no-known-link"
ASKED_BY = ("emergency_now", "same_day")  # the flags that a doctor wants to know were asked


def page_of(diary: Diary) -> DoctorPage:
    """Return how the person wants their page, or how it is until they say."""
    return DoctorPage.objects.filter(diary=diary).first() or DoctorPage(diary=diary)


def document_of(diary: Diary, page: DoctorPage, today: date) -> Document:
    """Return the doctor's page as it stands today."""
    return doctor_page(
        facts_of(diary, page, today),
        report_wording(),
        sections=tuple(page.sections),
        with_appendix=page.with_appendix,
    )


def facts_of(diary: Diary, page: DoctorPage, today: date) -> Facts:
    """Return what the page may tell. What was never asked stays empty."""
    words = report_wording()
    profile = medicines.profile_facts(diary, today)
    rows = _medicines(diary, profile)
    run = next(iter(kept_checks(diary)), None)
    present, unsure, absent = _flags(run)
    analysis = analysis_of(diary)
    lines = lay_out(analysis.findings) if analysis else None
    return Facts(
        today=today,
        diary=read_diary(diary),
        nights=page.nights,
        name=page.name,
        age=profile.age_years,
        sex=profile.sex if profile.sex in ("female", "male") else "",
        is_pregnant=profile.pregnant,
        checked_on=run.finished_at.date() if run and run.finished_at else None,
        flags_present=present,
        flags_unsure=unsure,
        flags_absent=absent,
        fits=_fits(run, words),
        medicines=rows,
        conditions=tuple(sorted(one.replace("-", " ") for one in profile.conditions)),
        labs=_labs(diary),
        tried=(*_trials(diary), *_associations(lines.lines if lines else (), words)),
        findings=tuple(
            f"{line.label}: {lines.teller.claim(line.finding)} {lines.teller.counts(line.finding)}"
            for line in (lines.lines if lines else ())
            if lines and _tells(line)
        ),
        findings_in_full=tuple(line.sentence for line in (lines.lines if lines else ()) if _tells(line)),
        data_health=tuple(lines.teller.health(one) for one in analysis.findings.health)
        if analysis and lines
        else (),
        questions=questions_of(page, rows),
    )


def questions_of(page: DoctorPage, rows: tuple[MedicineRow, ...]) -> tuple[str, ...]:
    """Return what the person wants to ask: their own words, or what their data suggest."""
    if page.questions is not None:
        return tuple(page.questions)
    words = report_wording()
    about = [words["ask_medicine"].format(medicine=row.given) for row in rows if row.is_flagged]
    return tuple(about[:MOST_QUESTIONS])


def _tells(line: Line) -> bool:
    return line.finding.strength in (Strength.CLEAR, Strength.POSSIBLE)


def _medicines(diary: Diary, profile: medicines.ProfileFacts) -> tuple[MedicineRow, ...]:
    words = report_wording()
    found = []
    review = medicines.medicine_review(diary, profile)
    for row in medicine_rows(load_medicines(), review):
        effects = {effect["effect"] for effect in row.get("effects", ())} - {NO_LINK}
        unknown = row["recognised"] is None
        effect = (
            words["not_recognised"] if unknown else (row["effect"] if effects else words["no_known_link"])
        )
        found.append(MedicineRow(str(row["given"]), str(effect or words["no_known_link"]), bool(effects)))
    found += [
        MedicineRow(line.given, words["not_taken"], is_flagged=False) for line in lines_not_taken(review)
    ]
    return tuple(found)


def _flags(run: CheckRun | None) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the names of the red flags that the last check found present, left unsure, and ruled out.

    A flag whose questions were not asked to their end is in none of them.
    """
    if run is None or not run.result:
        return (), (), ()
    flags = knowledge_base.load_folder("triage/flags")
    ruled_out = {str(one) for one in run.result.get("ruled_out", ())}
    absent = [name for name, flag in flags.items() if name in ruled_out and flag["disposition"] in ASKED_BY]

    def names(found: Iterable[str]) -> tuple[str, ...]:
        return tuple(str(flags[one]["name"]) for one in found if one in flags)

    return (
        names(str(one["id"]) for one in run.result["red_flags"]),
        names(str(one["id"]) for one in run.result.get("not_ruled_out", ())),
        names(absent),
    )


def _fits(run: CheckRun | None, words: dict[str, str]) -> tuple[tuple[str, str], ...]:
    if run is None or not run.result:
        return ()
    found = []
    word_for = load_guidance().table.word_for  # the result was stored in the language of that day
    for one in run.result["likely"][:MOST_FITS]:
        fit = word_for(one["probability"])
        if one["for"] and fit != word_for(0):
            text = words["fits_against" if one["against"] else "fits"].format(
                fit=fit.capitalize(),
                **{"for": ", ".join(one["for"][:4]), "against": ", ".join(one["against"][:3])},
            )
            found.append((str(one["name"]), text))
    return tuple(found)


def _labs(diary: Diary) -> tuple[tuple[str, str, str], ...]:
    tests = knowledge_base.load_folder("labs")
    return tuple(
        (
            str(tests.get(test, {}).get("name", test)),
            spoken(f"{values[-1].as_given:g} {values[-1].unit}"),
            values[-1].taken_on.isoformat(),
        )
        for test, values in sorted(medicines.lab_values(diary).items())
        if values
    )


def _trials(diary: Diary) -> tuple[TriedRow, ...]:
    words = report_wording()
    rows = [TriedRow(trial.remedy, words["trial_running"]) for trial in trials.running(diary)]
    rows += [TriedRow(trial.remedy, _verdict(trial)) for trial in trials.past(diary)]
    return tuple(rows)


def _verdict(trial: Trial) -> str:
    """Return what an ended trial found, in the very sentence of its result page."""
    words = report_wording()
    evening = trial.ended_on or date.max
    try:
        schedule = trials.schedule_of(trial, evening)
        nights = trials.nights_of(trial, schedule, trials.last_counted(trial, schedule, evening))
    except BrokenSealError:
        return words["trial_broken"]
    if nights is None:
        return words["trial_ended"]
    found = trials.result_of(trial, nights)
    return words["trial_result"].format(nights=found.used, sentence=sentence(found, load_wording()))


def _associations(lines: tuple[Line, ...], words: dict[str, str]) -> tuple[TriedRow, ...]:
    """Return what the diary says of habits that a person tries, said as the association that it is."""
    rows = []
    for line in lines:
        if line.finding.may_try and line.finding.reason is not Reason.SEALED:
            shown = words["association"].format(
                best=line.best,
                could_be=line.could_be,
                with_it=line.finding.nights_with,
                without=line.finding.nights_without,
            )
            found = shown if line.best else words["impression"]
            rows.append(TriedRow(line.label, found))
    return tuple(rows)


def fhir_facts_of(diary: Diary, page: DoctorPage) -> FhirFacts:
    """Return what the FHIR document tells: all nights, whatever time the page shows."""
    now = timezone.now()
    profile = medicines.profile_facts(diary, now.date())
    rows = medicine_rows(load_medicines(), medicines.medicine_review(diary, profile))
    run = next(iter(kept_checks(diary)), None)
    tests = knowledge_base.load_folder("labs")
    facts = facts_of(diary, page, now.date())
    return FhirFacts(
        diary=read_whole_diary(diary),
        made_at=now,
        name=page.name,
        born_in=None if profile.age_years is None else now.year - profile.age_years,
        sex=profile.sex,
        medicines=tuple(dict.fromkeys((str(row["given"]), row.get("atc")) for row in rows)),
        conditions=tuple((one, one.replace("-", " ")) for one in sorted(profile.conditions)),
        labs=tuple(
            (test, str(tests.get(test, {}).get("name", test)), value.as_given, value.unit, value.taken_on)
            for test, values in sorted(medicines.lab_values(diary).items())
            for value in values
            if value.taken_on
        ),
        answered_at=run.finished_at if run else None,
        answers=_answers(run),
        plan=tuple(
            f"{offer.item.what} {offer.item.when}" for offer in week_plan(diary, now.date())[0].offers
        ),
        tried=tuple((row.what, row.result) for row in facts.tried),
    )


def _answers(run: CheckRun | None) -> tuple[tuple[str, str, bool | None], ...]:
    """Return the questions of the last check with their words and answers, the later answer before the earlier."""
    if run is None:
        return ()
    questions = load_guidance().questions
    given = {part: answer for step in run.steps for part, answer in step.get("gave", {}).items()}
    return tuple((part, str(questions[part]), answer) for part, answer in given.items() if part in questions)


def secret_of() -> str:
    """Return the secret of this data folder, from which pseudonyms are made."""
    return settings.SECRET_KEY


def links_of(diary: Diary, now: datetime) -> list[ShareLink]:
    """Return the links that still open, with how often and when they were opened. One query."""
    return list(
        ShareLink.objects.filter(diary=diary, revoked_at=None, expires_at__gt=now).annotate(
            times=Count("openings"), last_opened=Max("openings__opened_at")
        )
    )


def link_with(token: str, now: datetime) -> ShareLink | None:
    """Return the link with this token, unless it has expired or was revoked."""
    return (
        ShareLink.objects.select_related("diary")
        .filter(token_digest=digest(token), revoked_at=None, expires_at__gt=now)
        .first()
    )
