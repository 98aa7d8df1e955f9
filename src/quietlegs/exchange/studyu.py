"""StudyU exports: the zip that its designer writes, or its table of measurements alone.

A measurement is one answered questionnaire. Its row holds ``participant_id``, ``measurement_time``, the current
intervention's id and name, and answers as ``surveyN_questionM_response`` (StudyU designer, ``study_export.dart``).
StudyU names no order by lot: what it calls random starts with a fixed first cycle, and its default is ABAB. So the order
is judged by how it looks, and the interventions' tasks tell which days were done.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import numpy as np

from quietlegs.core.base.errors import Problem
from quietlegs.exchange.cells import parse_number, parse_yes_no
from quietlegs.exchange.experiment_csv import ExperimentFile, ExperimentFileError, blocks_from_order
from quietlegs.exchange.text import NotTextError, decode, find_delimiter, rows

MAX_UNPACKED = 64 * 2**20
MAX_FILES = 200
MAX_ROWS = 200_000
_RESPONSE = re.compile(r"survey\d+_question\d+_response")
_TIME, _WHO, _WHAT = "measurement_time", "participant_id", "current_intervention_name"
_BASELINE = ("baseline", "n/a", "")


def is_studyu(raw: bytes) -> bool:
    """Return whether bytes look like a StudyU export: a zip, or a table with its columns."""
    return raw.startswith(b"PK\x03\x04") or _TIME.encode() in raw[:4096]


def read_studyu(raw: bytes, *, participant: str | None = None) -> ExperimentFile:
    """Read one participant of a StudyU export as an experiment. Days of the baseline are left out.

    Each question with numeric answers becomes a column, named by its text. Several answers of one day are averaged.

    Raises:
        ExperimentFileError: with what is wrong; it lists the participants when there are several.
    """
    tables = _unpack(raw)
    measured = next((t for t in tables if _TIME in t[0]), None)
    if measured is None:
        raise _refused(
            "No table of measurements is in this file.", "Export the study from StudyU as a zip once more."
        )
    names, body = measured
    who = sorted({row.get(_WHO, "") for row in body})
    if participant is None and len(who) > 1:
        raise _refused(
            f"The export holds {len(who)} people: {', '.join(who[:10])}.", "Say which with --participant ID."
        )
    chosen = participant or (who[0] if who else "")
    mine = [row for row in body if row.get(_WHO, "") == chosen]
    if not mine:
        raise _refused(f"The export holds no answers of {chosen}.", f"It holds {', '.join(who[:10])}.")
    return _assemble(names, mine, _done_days(tables, chosen))


def _refused(what: str, mend: str) -> ExperimentFileError:
    return ExperimentFileError((Problem(what, mend),))


Table = tuple[list[str], list[dict[str, str]]]


def _unpack(raw: bytes) -> list[Table]:
    if not raw.startswith(b"PK\x03\x04"):
        return [_table(raw)]
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            files = [info for info in packed.infolist() if info.filename.casefold().endswith(".csv")]
            if len(packed.infolist()) > MAX_FILES or sum(info.file_size for info in files) > MAX_UNPACKED:
                raise _refused("The zip is too large.", f"It may hold {MAX_UNPACKED // 2**20} MB.")
            return [_table(packed.read(info)) for info in files]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise _refused("The zip is damaged or locked.", "Export the study once more.") from error


def _table(raw: bytes) -> Table:
    try:
        text = decode(raw).text
    except NotTextError as error:
        raise _refused(str(error), "") from error
    delimiter = find_delimiter(text, _WHO)
    if delimiter is None:
        return [], []
    every = rows(text, delimiter)
    names = [cell.strip() for cell in next(every).cells]
    body = []
    for row in every:
        if row.problem is not None:
            raise ExperimentFileError((row.problem,))
        body.append(dict(zip(names, (cell.strip() for cell in row.cells), strict=False)))
        if len(body) > MAX_ROWS:
            raise _refused(f"A table holds more than {MAX_ROWS} rows.", "Split the export.")
    return names, body


def _day(text: str) -> date | None:
    """Return the evening that an answer belongs to: before noon, the evening before."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.date() - timedelta(days=1) if at.hour < 12 else at.date()


def _done_days(tables: list[Table], participant: str) -> set[date]:
    table = next((t for t in tables if "intervention_task_time" in t[0]), None)
    if table is None:
        return set()
    days = (_day(row.get("intervention_task_time", "")) for row in table[1] if row.get(_WHO) == participant)
    return {day for day in days if day is not None}


def _assemble(names: list[str], body: list[dict[str, str]], done: set[date]) -> ExperimentFile:
    responses = [name for name in names if _RESPONSE.fullmatch(name)]
    labels = _labels(responses, body)
    by_day: dict[date, tuple[str, dict[str, list[float]]]] = {}
    problems: list[Problem] = []
    for number, row in enumerate(body, start=2):
        day = _day(row.get(_TIME, ""))
        if day is None:
            problems.append(Problem(f"“{row.get(_TIME, '')[:40]}” is no time.", "Correct it.", number, _TIME))
            continue
        condition = row.get(_WHAT, "")
        if condition.casefold() in _BASELINE:
            continue
        kept, values = by_day.setdefault(day, (condition, {}))
        if kept != condition:
            problems.append(
                Problem(
                    f"{day} has two conditions, {kept} and {condition}.", "Keep one of them.", number, _WHAT
                )
            )
        for name in responses:
            value = parse_number(row.get(name, ""))
            value = parse_yes_no(row.get(name, "")) if value is None else value
            if value is not None:
                values.setdefault(labels[name], []).append(value)
    if problems:
        raise ExperimentFileError(tuple(problems))
    if not by_day:
        raise _refused("There is no day with an intervention.", "Only baseline days have answers.")
    return _as_file(by_day, list(dict.fromkeys(labels.values())), done)


def _labels(responses: list[str], body: list[dict[str, str]]) -> Mapping[str, str]:
    """Return each question's text as its column's name, where texts are given and differ."""
    labels: dict[str, str] = {}
    for name in responses:
        told = next((row[key] for row in body if row.get(key := name.replace("_response", "_text"))), name)
        labels[name] = told if told not in labels.values() else name
    return labels


def _as_file(
    by_day: Mapping[date, tuple[str, dict[str, list[float]]]], columns: list[str], done: set[date]
) -> ExperimentFile:
    days = sorted(by_day)
    evenings = np.array([day.toordinal() for day in days], dtype=np.int64)
    conditions = tuple(dict.fromkeys(by_day[day][0] for day in days))
    condition = np.array([conditions.index(by_day[day][0]) for day in days], dtype=np.int64)
    table = {
        name: np.array(
            [float(np.mean(v)) if (v := by_day[day][1].get(name)) else np.nan for day in days],
            dtype=np.float64,
        )
        for name in columns
    }
    return ExperimentFile(
        evenings,
        conditions,
        condition,
        blocks_from_order(evenings, condition).astype(np.int64),
        False,
        np.zeros(len(days), dtype=np.bool_),
        np.array([1.0 if day in done else np.nan for day in days]),
        {name: values for name, values in table.items() if not np.isnan(values).all()},
        (Problem("This is a StudyU export.", "Answers before noon were counted to the evening before."),),
    )
