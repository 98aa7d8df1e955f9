"""What is given: a folder of CSV files, one a person; or Parquet with a column ``person``. Cut into parts, read lazily."""

import csv
import hashlib
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from quietlegs.cohort.people import Asked, Person
from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.experiments.nights import TrialNights
from quietlegs.exchange.experiment_csv import read_experiment_csv
from quietlegs.exchange.experiment_trial import trial_nights

PEOPLE_IN_PART = 32  # about a second of work: long against sending it, short against losing it
INSTALL = "Say `make cohort` in the folder of Quietlegs, once. Where it was installed with pip: pip install 'quietlegs[cohort]'."
STRATA_FILE = "people.csv"
MAX_PERSON_BYTES = 16 * 2**20


class CohortError(QuietlegsError):
    """A cohort that cannot be run; the message says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """A few dozen people. ``key`` names the part by what it holds, so that a kept result is used only for the same input."""

    number: int
    key: str
    people: tuple[Person, ...]


def parts(path: Path, asked_key: str) -> Iterator[Part]:
    """Yield the parts of a cohort in a fixed order; only one part's bytes are held at a time.

    Raises:
        CohortError: nothing is there, or a person stands in two places.
    """
    people = _from_parquet(path) if _is_parquet(path) else _from_folder(path)
    seen: set[str] = set()
    chunk: list[Person] = []
    number = 0
    for person in people:
        if person.code in seen:
            raise CohortError(
                f"{person.code} stands in two places. Join their nights, or give them two codes."
            )
        seen.add(person.code)
        chunk.append(person)
        if len(chunk) == PEOPLE_IN_PART:
            yield _part(number, chunk, asked_key)
            chunk, number = [], number + 1
    if chunk:
        yield _part(number, chunk, asked_key)
    if not seen:
        raise CohortError(
            f"{path} holds no diaries. Give a folder of CSV files, one a person, or a Parquet file."
        )


def count_people(path: Path) -> int:
    """Return how many people there are, for a progress bar."""
    if not _is_parquet(path):
        return len(_csv_files(path))
    import pyarrow.parquet as parquet

    total = 0
    for file in _parquet_files(path):
        total += len(parquet.read_table(file, columns=["person"]).column("person").unique())
    return total


def _part(number: int, people: list[Person], asked_key: str) -> Part:
    digest = hashlib.sha256(asked_key.encode())
    for person in people:
        digest.update(f"\0{person.code}\0{len(person.raw)}\0".encode())
        digest.update(person.raw)
    return Part(number, digest.hexdigest()[:32], tuple(people))


def _csv_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise CohortError(f"{path} is not there. Give a folder of CSV files or a Parquet file.")
    return sorted(file for file in path.rglob("*.csv") if file.name != STRATA_FILE)


def _from_folder(path: Path) -> Iterator[Person]:
    for file in _csv_files(path):
        code = file.stem if path.is_file() else str(file.relative_to(path).with_suffix(""))
        too_large = file.stat().st_size > MAX_PERSON_BYTES
        # what cannot be read is handed on as empty, and comes back as a person that was skipped
        yield Person(code, b"" if too_large else file.read_bytes())


def _is_parquet(path: Path) -> bool:
    return path.suffix == ".parquet" or (path.is_dir() and any(path.glob("*.parquet")))


def _parquet_files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.glob("*.parquet"))


def _from_parquet(path: Path) -> Iterator[Person]:
    """Yield people of Parquet files; a file's rows of one person need not stand together, but must be in one file."""
    import pyarrow.compute as compute
    import pyarrow.parquet as parquet

    for file in _parquet_files(path):
        try:
            table = parquet.read_table(file)
        except (OSError, ValueError) as error:
            raise CohortError(
                f"{file.name} cannot be read as Parquet. Write it anew, or leave it out."
            ) from error
        if "person" not in table.column_names or "night" not in table.column_names:
            raise CohortError(f"{file.name} has no columns person and night. Name them so.")
        names = [name for name in table.column_names if name != "person"]
        for code in sorted(str(value) for value in compute.unique(table.column("person")).to_pylist()):
            mine = table.filter(compute.equal(table.column("person").cast("string"), code)).select(names)
            yield Person(code, _as_csv(names, mine.to_pylist()))


def _as_csv(names: list[str], rows: list[dict[str, object]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in names])
    return out.getvalue().encode()


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text[:10] if hasattr(value, "isoformat") else text


def read_strata(path: Path) -> dict[str, frozenset[str]]:
    """Return each person's strata from ``people.csv`` beside the diaries: a column ``person``, and a yes/no for each stratum.

    Raises:
        CohortError: the file has no column person.
    """
    file = (path if path.is_dir() else path.parent) / STRATA_FILE
    if not file.exists():
        return {}
    with file.open(newline="", encoding="utf-8-sig") as opened:
        reader = csv.DictReader(opened)
        if "person" not in (reader.fieldnames or []):
            raise CohortError(f"{STRATA_FILE} has no column person. Name the column of codes so.")
        return {
            row["person"]: frozenset(
                name
                for name, value in row.items()
                if name and name != "person" and str(value).strip().casefold() in ("yes", "true", "1")
            )
            for row in reader
        }


def read_trials(path: Path, asked: Asked) -> dict[str, TrialNights]:
    """Return every experiment of a cohort by the person's code; diaries and what cannot be read are passed over."""
    people = _from_parquet(path) if _is_parquet(path) else _from_folder(path)
    found: dict[str, TrialNights] = {}
    for person in people:
        with suppress(QuietlegsError):
            found[person.code], _ = trial_nights(
                read_experiment_csv(person.raw),
                outcome=asked.outcome,
                treatment=asked.treatment,
                reference=asked.reference,
            )
    return found
