"""``quietlegs plan``: what to do this week."""

import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quietlegs.cli.faults import ANSWER_IS_NO, Unreadable
from quietlegs.cli.output import json_option, print_json, tell, tell_problems

if TYPE_CHECKING:
    from quietlegs.core.plan import Offer, WeekPlan
    from quietlegs.exchange.plan_files import ProfileFile

WIDTH = 88
LARGEST_FILE = 1_000_000  # bytes


@click.command()
@click.argument("profile", required=False, type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.option("--ask", is_flag=True, help="Ask here, in the terminal.")
@json_option
def command(profile: Path | None, ask: bool, as_json: bool) -> None:
    """Say what to do this week: three things at most, with why, cautions and when to stop.

    Without PROFILE it is the plan of your own diary.

    \b
    quietlegs plan                   from your diary and what you told the app
    quietlegs plan --ask             asks a few questions first
    quietlegs plan profile.yaml      for the person in a file
    quietlegs plan profile.yaml --json

    \b
    A profile, all of it optional:
      about: [cramps, restless-legs]
      age: 67
      conditions: [kidney disease, poor balance]
      medicines: [bendroflumethiazide 2.5mg, Ventolin]
    """
    from quietlegs.exchange.plan_files import plan_document

    if ask and profile:
        raise click.UsageError("Give a file or --ask, not both.")
    plan, has_problems = _from_file(profile) if profile else _from_answers() if ask else _from_diary()
    if as_json:
        print_json(plan_document(plan))
    else:
        _print(plan)
    if has_problems:
        sys.exit(ANSWER_IS_NO)


def _from_diary() -> "tuple[WeekPlan, bool]":
    from quietlegs.cli.store import open_diary

    diary = open_diary()
    from django.utils import timezone

    from quietlegs.web.diary.clock import local
    from quietlegs.web.plan.queries import pause, week_plan

    plan, _facts = week_plan(diary, local(diary, timezone.now()).date())
    if pause(diary):
        tell("Your plan rests. Here is what waits.")
    return plan, False


def _from_file(profile: Path) -> "tuple[WeekPlan, bool]":
    from quietlegs.exchange.plan_files import parse_profile, with_check

    text = _text(profile)
    read = parse_profile(text, str(profile))
    tell_problems(read.problems, of=str(profile))
    if read.has_answers:
        from quietlegs.exchange.checks import parse_answers, run_check

        sheet = parse_answers(text, str(profile))
        tell_problems(sheet.problems, of=str(profile))
        read = with_check(read, run_check(sheet), sheet.answers)
        return _planned(read), bool(read.problems or sheet.problems)
    return _planned(read), bool(read.problems)


def _from_answers() -> "tuple[WeekPlan, bool]":
    """Ask what a plan needs most. Enter leaves a question open."""
    from quietlegs.core.knowledge.evidence import About
    from quietlegs.exchange.knowledge_base import load_index
    from quietlegs.exchange.plan_files import OLDEST, profile_from

    labels = load_index("evidence")["words"]
    assert isinstance(labels, dict)
    chosen = [
        about.value
        for about in (About.CRAMPS, About.RESTLESS_LEGS, About.FIBROMYALGIA)
        if click.confirm(f"{labels['about'][about]['label']}?", default=about is About.CRAMPS, err=True)
    ]
    given: dict[object, object] = {"about": chosen}
    age = click.prompt("Age in years (Enter to skip)", default="", show_default=False, err=True).strip()
    if age:
        given["age"] = int(age) if age.isdigit() and int(age) <= OLDEST else age
    for name, question in (("conditions", "Illnesses"), ("medicines", "Medicines")):
        typed = click.prompt(
            f"{question}, with commas between them (Enter to skip)", default="", show_default=False, err=True
        )
        given[name] = [one.strip() for one in typed.split(",") if one.strip()]
    read = profile_from(given)
    tell_problems(read.problems, of="Not used")
    return _planned(read), bool(read.problems)


def _planned(read: "ProfileFile") -> "WeekPlan":
    from quietlegs.core.plan import plan_week
    from quietlegs.exchange.plan_base import load_plan_book

    return plan_week(load_plan_book(), read.person, read.own, kept=read.kept, dropped=read.dropped)


def _text(profile: Path) -> str:
    try:
        if str(profile) == "-":
            return sys.stdin.buffer.read(LARGEST_FILE).decode("utf-8-sig")
        if profile.stat().st_size > LARGEST_FILE:
            raise Unreadable(f"{profile} is too large for a profile. See quietlegs plan --help.")
        return profile.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{profile} is not plain text. Save it as UTF-8 and try again.") from error
    except OSError as error:
        raise Unreadable(f"{profile} cannot be read ({error.strerror}). Check its name and place.") from error


def _print(plan: "WeekPlan") -> None:
    from quietlegs.exchange.knowledge_base import load_index

    words = load_index("plan")["words"]
    assert isinstance(words, dict)
    if plan.doctor_first or not plan.is_for_adults:
        said = words["doctor_first" if plan.doctor_first else "children"]
        click.secho(said["title"], bold=True)
        click.echo(said["sentence"])
        return
    for offer in plan.offers:
        _print_offer(offer)
    for removed in plan.removed:
        click.echo(_wrapped(f"Not for you: {removed.item.title}. {removed.reason.sentence}"))
    for offer in plan.useless:
        tell(f"Your nights show no good from it, you could drop it: {offer.item.title}")
    if plan.not_worth:
        click.secho("\nNot worth your time", bold=True)
        for one in plan.not_worth:
            click.echo(_wrapped(f"{one.left_out.title}: {one.entry.statement}", "- "))


def _print_offer(offer: "Offer") -> None:
    from quietlegs.exchange.knowledge_base import load_index

    labels = load_index("evidence")["words"]
    assert isinstance(labels, dict)
    click.secho(f"\n{offer.item.title}", bold=True)
    if offer.question:
        click.echo(_wrapped(f"“{offer.question}”", "  "))
    click.echo(_wrapped(f"{offer.item.what} {offer.item.when} {offer.item.how_long}", "  "))
    for reason in offer.reasons:
        click.echo(_wrapped(reason.sentence, "  "))
    direction = labels["direction"][offer.entry.direction]["label"]
    click.echo(f"  {direction}. {labels['certainty'][offer.entry.certainty]['label']}.")
    for finding in offer.entry.findings[:1]:
        click.echo(_wrapped(finding, "  "))
    for caution in offer.entry.safety:
        click.echo(_wrapped(f"Take care: {caution}", "  "))
    click.echo(_wrapped(offer.item.stop.sentence, "  "))


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent))
