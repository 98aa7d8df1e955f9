"""``quietlegs import``: nights from files into the diary."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quietlegs.cli.faults import ANSWER_IS_NO, BAD_USE
from quietlegs.cli.output import counted, json_option, plain_problem, print_json, tell, tell_problems

if TYPE_CHECKING:
    from quietlegs.exchange.diary_file import DiaryFile
    from quietlegs.web.diary.import_actions import ImportPlan
    from quietlegs.web.diary.models import Diary


@click.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path, allow_dash=True)
)
@click.option(
    "--from",
    "format",
    metavar="FORMAT",
    help="csv, json, apple-health, fitbit, ... Otherwise the file itself says.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--keep-good", is_flag=True, help="Of a file with problems, take the nights that have none.")
@click.option("--replace", is_flag=True, help="Where the diary says something else, believe the file.")
@json_option
def command(
    files: tuple[Path, ...], format: str | None, dry_run: bool, keep_good: bool, replace: bool, as_json: bool
) -> None:
    """Read nights from files into the diary.

    A file with problems changes nothing unless you say --keep-good. What your diary says already stays,
    unless you say --replace. The same file twice changes nothing the second time.

    \b
    quietlegs import diary.csv                     take it in
    quietlegs import --dry-run diary.csv           look first
    quietlegs import export.zip                    Apple Health, and 13 more trackers
    quietlegs import --keep-good *.csv             leave out the nights with problems
    quietlegs export - --to csv | quietlegs --data OTHER import -
    """
    from quietlegs.cli.store import open_diary

    diary = open_diary()
    from quietlegs.web.diary import clock

    results = [
        _import(
            path,
            diary,
            clock.tonight(diary),
            format=format,
            dry_run=dry_run,
            keep_good=keep_good,
            replace=replace,
        )
        for path in _with_progress(files)
    ]
    if as_json:
        print_json({"dry_run": dry_run, "files": results})
    else:
        for result in results:
            click.echo(_summary(result, dry_run=dry_run))
    if any(result["status"] == "unreadable" for result in results):
        raise click.exceptions.Exit(BAD_USE)
    if any(result["problems"] for result in results):
        raise click.exceptions.Exit(ANSWER_IS_NO)


def _with_progress(files: tuple[Path, ...]) -> Any:
    """Yield the files; with a bar on stderr where that is a terminal and there are several."""
    stream = click.get_text_stream("stderr")
    if len(files) < 2 or not stream.isatty():
        yield from files
        return
    with click.progressbar(files, label="Reading", file=stream) as bar:
        yield from bar


def _import(
    path: Path,
    diary: "Diary",
    tonight: date,
    *,
    format: str | None,
    dry_run: bool,
    keep_good: bool,
    replace: bool,
) -> dict[str, Any]:
    """Read one file and bring its nights in; return what happened, as the JSON document has it."""
    from quietlegs.core.base.errors import QuietlegsError
    from quietlegs.exchange.any_file import read_any
    from quietlegs.web.diary import actions, clock

    result: dict[str, Any] = {"file": str(path), "status": "unreadable", "problems": [], "notices": []}
    try:
        with _on_disk(path) as there:
            found = read_any(there, zone=clock.zone_of(diary), format=format, today=tonight)
        file = found.file
    except QuietlegsError as error:
        tell(f"{path}: {error}")
        return {**result, "problems": [{"line": None, "column": None, "what": str(error), "mend": ""}]}
    tell_problems(file.notices, of=path.name)
    tell_problems(file.problems, of=path.name)
    result["notices"] = [plain_problem(notice) for notice in file.notices]
    result["problems"] = [plain_problem(problem) for problem in file.problems]
    if not file.diary.nights:
        return result
    if file.problems and not keep_good:
        tell(f"{path.name}: nothing was changed. Mend the file, or take its good nights with --keep-good.")
        return {**result, "status": "refused", "good_nights": len(file.diary.nights)}
    bring_in = actions.plan_import if dry_run else actions.import_nights
    plan = bring_in(diary=diary, given=file.diary, source=found.source, replace=replace)
    tell_problems(plan.problems, of=path.name)
    result["problems"] += [plain_problem(problem) for problem in plan.problems]
    return {**result, "status": "read", **_plain_plan(plan, file)}


@contextmanager
def _on_disk(path: Path) -> Iterator[Path]:
    """Give the file, or what stands on stdin as one, for as long as it is read."""
    from quietlegs.core.base.errors import QuietlegsError

    if str(path) != "-":
        try:
            path.open("rb").close()
        except OSError as error:
            raise QuietlegsError(
                f"cannot be read ({error.strerror}). Check the name and who may read it."
            ) from error
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="quietlegs-") as file:
        shutil.copyfileobj(click.get_binary_stream("stdin"), file)
        file.flush()
        yield Path(file.name)


def _plain_plan(plan: "ImportPlan", file: "DiaryFile") -> dict[str, Any]:
    return {
        "nights_read": len(file.diary.nights),
        "new_nights": len(plan.new_nights),
        "changed_nights": len(plan.changed_nights),
        "same_nights": plan.same_nights,
        "new_factors": [factor.name for factor in plan.new_factors],
        "kept": [
            {"night": k.evening.isoformat(), "name": k.name, "diary": k.own, "file": k.offered}
            for k in plan.kept
        ],
    }


def _summary(result: dict[str, Any], *, dry_run: bool) -> str:
    if result["status"] != "read":
        return f"{result['file']}: nothing taken in, {counted(len(result['problems']), 'problem')}."
    parts = [
        f"{counted(result['nights_read'], 'night')} read",
        f"{result['new_nights']} new",
        f"{result['changed_nights']} changed",
    ]
    if result["same_nights"]:
        parts.append(f"{result['same_nights']} as they were")
    if result["new_factors"]:
        parts.append(f"new factors: {', '.join(result['new_factors'])}")
    if result["kept"]:
        parts.append(
            f"{counted(len(result['kept']), 'value')} of your diary differ and stay (--replace believes the file)"
        )
    if result["problems"]:
        parts.append(f"{counted(len(result['problems']), 'problem')} left out")
    return f"{result['file']}: {', '.join(parts)}.{' Nothing was changed: this was a dry run.' if dry_run else ''}"
