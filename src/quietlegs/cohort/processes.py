"""Several processes on this computer. Their start costs about half a second of one core each; a cluster's workers cost four times that.

A process that dies takes the parts that were under way with it. Each of them is then worked out again in a process of its own;
where that dies too, its people are taken one by one, and whoever brings it down is skipped.
"""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context

from quietlegs.cohort.inputs import Part
from quietlegs.cohort.people import Asked, Person, Row, brought_down, work_out

Work = Callable[[tuple[Person, ...], Asked], list[Row]]
Keep = Callable[[Part, list[Row]], None]
UNDER_WAY_PER_WORKER = 2
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def on_processes(
    waiting: Iterator[Part], asked: Asked, keep: Keep, *, workers: int, work: Work = work_out
) -> None:
    """Work out the waiting parts on so many processes, and keep each as soon as it is done.

    Args:
        waiting: parts, read as they are needed: a few for each process are held at a time.
        asked: what is asked of every person.
        keep: called with each part and its rows, in whatever order they finish.
        workers: processes.
        work: turns people into rows; a function of a module, so that it can be sent.
    """
    room = UNDER_WAY_PER_WORKER * workers
    under_way: dict[Future[list[Row]], Part] = {}
    more = True
    with _one_thread_each():
        while more or under_way:
            with _pool(workers) as pool:
                more = _until_it_breaks(pool, waiting, asked, keep, work, under_way, room, more)
            lost, under_way = list(under_way.values()), {}
            for part in lost:
                keep(part, _carefully(part, asked, work))


def _until_it_breaks(
    pool: ProcessPoolExecutor,
    waiting: Iterator[Part],
    asked: Asked,
    keep: Keep,
    work: Work,
    under_way: dict[Future[list[Row]], Part],
    room: int,
    more: bool,
) -> bool:
    """Keep parts under way until all are done, or a process dies; return whether parts may still be waiting.

    What a death took with it stays in ``under_way``.
    """
    while more or under_way:
        while more and len(under_way) < room:
            part = next(waiting, None)
            more = part is not None
            if part is not None:
                under_way[pool.submit(work, part.people, asked)] = part
        done, _ = wait(under_way, return_when=FIRST_COMPLETED)
        for future in done:
            if isinstance(future.exception(), BrokenProcessPool):
                return more
            keep(under_way[future], future.result())
            del under_way[future]
    return False


def _carefully(part: Part, asked: Asked, work: Work) -> list[Row]:
    """Work out a part that was under way when a process died: alone, then person by person."""
    rows = _in_its_own_process(part.people, asked, work)
    if rows is not None:
        return rows
    found: list[Row] = []
    for person in part.people:
        rows = _in_its_own_process((person,), asked, work)
        found += [brought_down(person.code)] if rows is None else rows
    return found


def _in_its_own_process(people: tuple[Person, ...], asked: Asked, work: Work) -> list[Row] | None:
    with _pool(1) as pool:
        try:
            return pool.submit(work, people, asked).result()
        except BrokenProcessPool:
            return None


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool whose processes start afresh: a fork would copy whatever threads of this one hold."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_leave_interrupts)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _leave_interrupts() -> None:
    """Let Ctrl+C reach only the process that can say what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Give processes that start now one thread for linear algebra: the matrices are small, and the cores are taken."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
