"""Sending parts out and gathering them: on this core, on several (:mod:`processes`), or on a Dask cluster given by its address.

At most a few parts are under way at once, so memory does not grow with the cohort. A finished part is written down at
once (written beside, then renamed), named by the hash of its input: a run that broke off is gone on with, and a run on changed input
is not fooled. Workers that die are replaced and their parts are sent again; a part that kills its workers is taken apart, and
the person who does it is skipped.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quietlegs.cohort.inputs import INSTALL, CohortError, Part, parts
from quietlegs.cohort.people import Asked, Person, Row, brought_down, work_out
from quietlegs.cohort.processes import UNDER_WAY_PER_WORKER, on_processes
from quietlegs.version import __version__

if TYPE_CHECKING:
    import pyarrow

RESULTS_VERSION = 1


def run(
    path: Path,
    out: Path,
    asked: Asked,
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    fresh: bool = False,
    on_progress: Callable[[int], None] = lambda people: None,
) -> list[Path]:
    """Work out a cohort and return its finished parts, in order.

    Args:
        path: a folder of CSV files or Parquet.
        out: where finished parts are kept (``out/parts``).
        asked: what is asked of every person.
        scheduler: address of a Dask cluster, like tcp://10.0.0.1:8786.
        workers: processes on this computer; 1 or None runs in this one.
        fresh: do not use what an earlier run finished.
        on_progress: called with the number of people just finished.
    """
    folder = out / "parts"
    folder.mkdir(parents=True, exist_ok=True)
    key = f"{RESULTS_VERSION}|{__version__}|{asked}"
    finished: dict[int, Path] = {}

    def waiting() -> Iterator[Part]:
        for part in parts(path, key):
            kept = folder / f"{part.key}.parquet"
            finished[part.number] = kept
            if kept.exists() and not fresh:
                on_progress(len(part.people))
            else:
                yield part

    def keep(part: Part, rows: list[Row]) -> None:
        _write(folder / f"{part.key}.parquet", rows)
        on_progress(len(part.people))

    if scheduler:
        with _client(scheduler) as client:
            _on_cluster(client, waiting(), asked, keep)
    elif workers and workers > 1:
        on_processes(waiting(), asked, keep, workers=workers)
    else:
        for part in waiting():
            keep(part, work_out(part.people, asked))
    return [finished[number] for number in sorted(finished)]


@contextmanager
def _client(scheduler: str) -> Iterator[Any]:
    try:
        from dask.distributed import Client
    except ImportError as error:
        raise CohortError(f"A cluster needs Dask. {INSTALL} Or leave out --scheduler.") from error
    try:
        client = Client(scheduler, timeout=20, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise CohortError(
            f"No Dask scheduler answers at {scheduler}. Check the address and that it runs."
        ) from error
    with client:
        yield client


def _on_cluster(
    client: Any, waiting: Iterator[Part], asked: Asked, keep: Callable[[Part, list[Row]], None]
) -> None:
    """Keep a few parts for each worker under way; when one is done, keep it and send the next."""
    from dask.distributed import KilledWorker, as_completed

    room = UNDER_WAY_PER_WORKER * max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
    under_way: dict[Any, Part] = {}

    def send() -> Any | None:
        part = next(waiting, None)
        if part is None:
            return None
        future = client.submit(work_out, part.people, asked, pure=False)
        under_way[future.key] = part
        return future

    first = [future for future in (send() for _ in range(room)) if future is not None]
    done = as_completed(first, loop=client.loop)
    for future in done:
        part = under_way.pop(future.key)
        try:
            keep(part, future.result())
        except KilledWorker:
            keep(part, [row for person in part.people for row in _alone(client, person, asked)])
        following = send()
        if following is not None:
            done.add(following)


def _alone(client: Any, person: Person, asked: Asked) -> list[Row]:
    """Work out one person of a part that killed its workers; the one who does it again is skipped."""
    from dask.distributed import KilledWorker

    try:
        rows: list[Row] = client.submit(work_out, (person,), asked, pure=False).result()
    except KilledWorker:
        return [brought_down(person.code)]
    return rows


def schema() -> "pyarrow.Schema":
    """Return the columns of a results table."""
    import pyarrow as pa

    return pa.schema(
        [
            ("person", pa.string()),
            ("series", pa.string()),
            ("source", pa.string()),
            ("outcome", pa.string()),
            ("kind", pa.string()),
            ("lower_is_better", pa.bool_()),
            ("nights", pa.int32()),
            ("mean", pa.float64()),
            ("sd", pa.float64()),
            ("p", pa.float64()),
            ("grid", pa.list_(pa.float32())),
            ("problem", pa.string()),
        ]
    )


def _write(path: Path, rows: list[Row]) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise CohortError(f"A cohort is kept as Parquet, which needs Arrow. {INSTALL}") from error
    table = pa.Table.from_pylist([row.plain() for row in rows], schema=schema())
    beside = path.with_suffix(".writing")
    parquet.write_table(table, beside)
    beside.replace(path)
