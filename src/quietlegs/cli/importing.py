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
    from quietlegs.exchange.mapping import Mapping
    from quietlegs.web.diary.import_actions import ImportPlan
    from quietlegs.web.diary.models import Diary


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--from",
    "format",
    metavar="FORMAT",
    help="csv, json, apple-health, fitbit, ... Otherwise the file itself says.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--keep-good", is_flag=True, help="Of a file with problems, take the nights that have none.")
@click.option("--replace", is_flag=True, help="Where the diary says something else, believe the file.")
@click.option(
    "--map",
    "map_path",
    metavar="MAP.yaml",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What the columns of any table are. Is there no such file yet, a guess is written to it.",
)
@click.option("--past", is_flag=True, help="List the imports so far, with their numbers.")
@click.option("--undo", type=int, metavar="ID", help="Take an import back. What you changed since stays.")
@json_option
def command(
    files: tuple[Path, ...],
    format: str | None,
    dry_run: bool,
    keep_good: bool,
    replace: bool,
    map_path: Path | None,
    past: bool,
    undo: int | None,
    as_json: bool,
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
    quietlegs import nights.xlsx --map map.yaml    any table: first writes a guess, then reads by it
    quietlegs import --past                        the imports so far
    quietlegs import --undo 3                      take the third back
    """
    if sum((bool(files), past, undo is not None)) != 1:
        raise click.UsageError("Give files to import, or --past, or --undo ID: one of the three.")
    if map_path is not None and not map_path.exists():
        _write_map(files, map_path, as_json)
        return
    from quietlegs.cli.store import open_diary

    diary = open_diary()
    if past:
        _list_past(diary, as_json)
        return
    if undo is not None:
        _take_back(diary, undo, as_json)
        return
    from quietlegs.web.diary import clock

    mapping = _read_map(map_path) if map_path else None
    results = [
        _import(
            path,
            diary,
            clock.tonight(diary),
            format=format,
            dry_run=dry_run,
            keep_good=keep_good,
            replace=replace,
            mapping=mapping,
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


def _write_map(files: tuple[Path, ...], map_path: Path, as_json: bool) -> None:
    """Write what the columns of the first file seem to be, for the person to look over."""
    from quietlegs.core.base.errors import QuietlegsError
    from quietlegs.exchange.any_table import read_table
    from quietlegs.exchange.files import write_whole
    from quietlegs.exchange.mapping import guess
    from quietlegs.exchange.mapping_file import write_mapping
    from quietlegs.exchange.trackers import detect

    with _on_disk(files[0]) as there:
        detect(there)
        mapping = guess(read_table(there))
    write_whole(map_path, write_mapping(mapping).encode(), replace=False)
    if as_json:
        print_json({"map": str(map_path), "columns": {c.column: c.use for c in mapping.columns}})
        return
    for column in mapping.columns:
        click.echo(f"{column.column}: {column.use}")
    if mapping.date_order is None:
        tell("The dates can be read in two ways. Write dmy or mdy in the map: is the day or the month first?")
    tell(f"This guess is in {map_path}. Look it over, then run the same command again. Nothing came in yet.")
    if not any(column.use == "night" for column in mapping.columns):
        raise QuietlegsError("No column looks like a date. Name the night's column in the map.")


def _read_map(map_path: Path) -> "Mapping":
    from quietlegs.core.base.errors import QuietlegsError
    from quietlegs.exchange.mapping_file import read_mapping

    try:
        return read_mapping(map_path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise QuietlegsError(f"{map_path} cannot be read. Check its name.") from error


def _list_past(diary: "Diary", as_json: bool) -> None:
    from quietlegs.web.diary import actions

    found = [
        {
            "id": batch.pk,
            "file": batch.file_name,
            "source": batch.source,
            "imported": batch.imported_at.isoformat(),
            "new_nights": batch.new_nights,
            "changed_nights": batch.changed_nights,
            "taken_back": batch.undone_at.isoformat() if batch.undone_at else None,
        }
        for batch in actions.past_imports(diary)
    ]
    if as_json:
        print_json({"imports": found})
        return
    if not found:
        tell("There were no imports yet.")
    for one in found:
        back = ", taken back" if one["taken_back"] else ""
        name = one["file"] or one["source"]
        click.echo(
            f"{one['id']}: {name}, {one['imported'][:10]}, {one['new_nights']} new,"
            f" {one['changed_nights']} changed{back}"
        )


def _take_back(diary: "Diary", batch_id: int, as_json: bool) -> None:
    from quietlegs.web.diary import actions

    try:
        done = actions.take_back_import(diary=diary, batch_id=batch_id)
    except (actions.NoSuchImportError, OverflowError) as error:
        tell(f"There is no import with the number {batch_id}. Look: quietlegs import --past")
        raise click.exceptions.Exit(BAD_USE) from error
    if as_json:
        print_json(
            {
                "id": done.batch_id,
                "values_taken_back": done.values,
                "nights_gone": done.nights_gone,
                "values_that_stay": done.stayed,
                "trials_gone": done.trials_gone,
                "trials_that_stay": done.trials_stayed,
                "was_back_already": done.was_back_already,
            }
        )
    elif done.was_back_already:
        click.echo(f"Import {batch_id} was taken back before. Nothing changed.")
    else:
        stay = f", {counted(done.trials_gone, 'trial')} gone" if done.trials_gone else ""
        stay += f", {counted(done.stayed, 'value')} changed since and stay" if done.stayed else ""
        stay += (
            f", {counted(done.trials_stayed, 'trial')} went on since and stay" if done.trials_stayed else ""
        )
        click.echo(
            f"Import {batch_id} is taken back: {counted(done.values, 'value')},"
            f" {counted(done.nights_gone, 'night')} gone{stay}."
        )


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
    mapping: "Mapping | None" = None,
) -> dict[str, Any]:
    """Read one file and bring its nights in; return what happened, as the JSON document has it."""
    from quietlegs.core.base.errors import QuietlegsError
    from quietlegs.exchange.any_file import read_any, read_with_mapping, unknown_table
    from quietlegs.web.diary import actions, clock

    result: dict[str, Any] = {"file": str(path), "status": "unreadable", "problems": [], "notices": []}
    try:
        with _on_disk(path) as there:
            if mapping:
                found = read_with_mapping(there, mapping, today=tonight)
            else:
                found = read_any(there, zone=clock.zone_of(diary), format=format, today=tonight)
            is_table = not found.file.diary.nights and not mapping and unknown_table(there) is not None
        file = found.file
    except QuietlegsError as error:
        tell(f"{path}: {error}")
        return {**result, "problems": [{"line": None, "column": None, "what": str(error), "mend": ""}]}
    tell_problems(file.notices, of=path.name)
    tell_problems(file.problems, of=path.name)
    result["notices"] = [plain_problem(notice) for notice in file.notices]
    result["problems"] = [plain_problem(problem) for problem in file.problems]
    if is_table:
        tell(f"{path.name} is a table of your own. Say what its columns are: --map MAP.yaml")
    if not file.diary.nights and not file.trials:
        return result
    if file.problems and not keep_good:
        tell(f"{path.name}: nothing was changed. Mend the file, or take its good nights with --keep-good.")
        return {**result, "status": "refused", "good_nights": len(file.diary.nights)}
    given = {"diary": diary, "given": file.diary, "source": found.source, "replace": replace}
    plan = actions.plan_import(**given) if dry_run else actions.import_nights(**given, file_name=path.name)
    tell_problems(plan.problems, of=path.name)
    result["problems"] += [plain_problem(problem) for problem in plan.problems]
    if file.trials and not dry_run:
        result["new_trials"], wrong = actions.import_trials(
            diary=diary,
            records=file.trials,
            batch_id=plan.batch_id,
            source=found.source,
            file_name=path.name,
        )
        tell_problems(wrong, of=path.name)
        result["problems"] += [plain_problem(problem) for problem in wrong]
    return {**result, "status": "read", "import": plan.batch_id, **_plain_plan(plan, file)}


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
    if result.get("new_trials"):
        parts.append(f"{counted(result['new_trials'], 'trial')} on yourself")
    if result["kept"]:
        parts.append(
            f"{counted(len(result['kept']), 'value')} of your diary differ and stay (--replace believes the file)"
        )
    if result["problems"]:
        parts.append(f"{counted(len(result['problems']), 'problem')} left out")
    return f"{result['file']}: {', '.join(parts)}.{' Nothing was changed: this was a dry run.' if dry_run else ''}"
