import json
import os
import signal
from pathlib import Path

import distributed
import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from quietlegs.cohort.inputs import CohortError, parts
from quietlegs.cohort.outputs import cohort_document, gather, write
from quietlegs.cohort.people import Asked, Person, Row, work_out
from quietlegs.cohort.processes import on_processes
from quietlegs.cohort.run import run
from quietlegs.core.inference import Scenario, simulate_diary
from quietlegs.exchange.diary_csv import write_diary_csv
from quietlegs.exchange.experiment_csv import write_experiment_csv
from tests.unit.experiments.trials import nightly

PEOPLE, DIARIES = 24, 2


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut cohorts into parts of 10, so that a few people make three parts."""
    monkeypatch.setattr("quietlegs.cohort.inputs.PEOPLE_IN_PART", 10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 24 experiments, 2 diaries and 2 files that nobody can use."""
    made = tmp_path_factory.mktemp("cohort")
    for seed in range(PEOPLE):
        (made / f"p{seed:02}.csv").write_bytes(
            write_experiment_csv(nightly(10, ratio=0.6, rate=1.2, seed=seed))
        )
    for seed in range(DIARIES):
        diary = simulate_diary(seed, Scenario(nights=40, factors=1, matter=1)).diary()
        (made / f"q{seed}.csv").write_bytes(write_diary_csv(diary))
    (made / "broken.csv").write_text("night,condition,cramps\n2026-01-01,a,1\n")
    (made / "empty.csv").write_text("")
    (made / "people.csv").write_text(
        "person,restless\n" + "".join(f"p{i:02},{'yes' if i % 2 else 'no'}\n" for i in range(PEOPLE))
    )
    return made


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of results of one core, filled by whoever runs first."""
    return tmp_path_factory.mktemp("alone")


@pytest.fixture
def alone(folder: Path, done: Path) -> dict:
    """Return the results of one core."""
    return cohort_document(gather(run(folder, done, Asked()), {}))


def numbers(document: object) -> list[float]:
    if isinstance(document, dict):
        return [n for value in document.values() for n in numbers(value)]
    if isinstance(document, list):
        return [n for value in document for n in numbers(value)]
    return [float(document)] if isinstance(document, int | float) else []


def test_a_bad_file_is_skipped_with_its_reason_and_stops_nobody(alone: dict) -> None:
    assert [one["person"] for one in alone["skipped"]] == ["broken", "empty"]
    assert alone["people"] == PEOPLE + DIARIES
    (series,) = [one for one in alone["series"] if one["source"] == "experiment"]
    assert series["people"] == PEOPLE and series["pooled"]["mean_ratio"]["high"] < 1


def test_a_diary_is_a_diary_though_a_factor_has_the_word_condition_in_it() -> None:
    table = simulate_diary(1, Scenario(nights=40, factors=1, matter=1)).diary()
    name = next(iter(table.factors)).name
    raw = write_diary_csv(table).replace(name.encode(), b"air conditioning", 1)
    (row,) = work_out([Person("p1", raw)], Asked())
    assert (row.source, row.series, row.problem) == ("diary", "air conditioning", None)


def test_a_reason_holds_none_of_the_diarys_words() -> None:
    raw = b"night,cramps\n2026-03-01,my HIV clinic visit\n2026-03-02,0\n"
    (row,) = work_out([Person("p1", raw)], Asked())
    assert row.problem is not None
    assert row.problem.startswith("Line 2, column cramps")
    assert "clinic" not in row.problem


def test_a_cluster_that_loses_a_worker_gives_the_same_answer(
    folder: Path, alone: dict, tmp_path: Path
) -> None:
    killed = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:

        def kill_one(_: int) -> None:
            if not killed:
                with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
                    killed.append(next(iter(client.run(os.getpid).values())))
                os.kill(killed[0], signal.SIGKILL)

        files = run(folder, tmp_path, Asked(), scheduler=cluster.scheduler_address, on_progress=kill_one)
    again = cohort_document(gather(files, {}))
    assert killed and again["skipped"] == alone["skipped"]
    assert numbers(again) == pytest.approx(numbers(alone), abs=1e-9, rel=1e-9)


def test_a_run_that_broke_off_goes_on_where_it_was(folder: Path, tmp_path: Path) -> None:
    class StopError(Exception):
        """The power goes."""

    def stop(_: int) -> None:
        raise StopError

    with pytest.raises(StopError):
        run(folder, tmp_path, Asked(), on_progress=stop)
    (first,) = (tmp_path / "parts").glob("*.parquet")
    written = first.stat().st_mtime_ns
    assert len(run(folder, tmp_path, Asked())) == 3
    assert first.stat().st_mtime_ns == written
    other = {part.key for part in parts(folder, "another question")}
    assert first.stem not in other  # a kept part answers only the question it was worked out for


def test_parquet_gives_what_csv_gives(folder: Path, tmp_path: Path) -> None:
    import csv

    rows = []
    for seed in range(4):
        with (folder / f"p{seed:02}.csv").open() as opened:
            rows += [{"person": f"p{seed:02}", **row} for row in csv.DictReader(opened)]
    for row in rows:
        row["cramps"] = float(row["cramps"]) if row["cramps"] else None
        row["block"] = int(row["block"])
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "people.parquet")
    from_parquet = next(iter(parts(tmp_path / "people.parquet", ""))).people
    from_csv = [Person(f"p{s:02}", (folder / f"p{s:02}.csv").read_bytes()) for s in range(4)]
    assert [r.grid for r in work_out(from_parquet, Asked())] == [r.grid for r in work_out(from_csv, Asked())]


def test_a_person_in_two_places_is_refused(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([{"person": "x", "night": "2026-01-01", "condition": "a", "cramps": 1}])
    parquet.write_table(table, tmp_path / "1.parquet")
    parquet.write_table(table, tmp_path / "2.parquet")
    with pytest.raises(CohortError, match="x stands in two places"):
        list(parts(tmp_path, ""))


def test_the_outputs_say_the_same_as_parquet_json_and_a_page(
    folder: Path, done: Path, tmp_path: Path
) -> None:
    from quietlegs.cohort.inputs import read_strata

    cohort = gather(run(folder, done, Asked()), read_strata(folder))
    people, document, page = write(cohort, tmp_path)
    table = parquet.read_table(people)
    assert table.num_rows == PEOPLE + DIARIES
    told = json.loads(Path(document).read_text())
    (series,) = [one for one in told["series"] if one["source"] == "experiment"]
    assert series["strata"]["restless"]["people"] == PEOPLE // 2
    shown = Path(page).read_text()
    assert "<svg" in shown and "broken" in shown and "http" not in shown.replace("http-equiv", "")
    assert np.isfinite(
        table.column("mean").to_numpy()[table.column("series").to_numpy() == series["name"]]
    ).all()


def test_a_study_package_holds_what_cent_asks_for_and_tells_nobody(
    folder: Path, done: Path, alone: dict
) -> None:
    import csv
    import io
    import zipfile

    from quietlegs.cohort.inputs import read_trials
    from quietlegs.exchange.study_package import study_package

    trials = read_trials(folder, Asked())
    raw = study_package(trials, alone, secret=b"x" * 32)
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        files = {name: packed.read(name).decode() for name in packed.namelist()}
    assert set(files) == {
        "protocol.json", "sequences.csv", "data.csv", "data-dictionary.csv", "results.json", "CENT-checklist.csv",
    }  # fmt: skip
    whole = "".join(files.values())
    assert "2026-0" not in whole and not any(f"p{i:02}" in whole for i in range(PEOPLE))
    rows = list(csv.DictReader(io.StringIO(files["data.csv"])))
    assert len(rows) == sum(len(nights) for nights in trials.values())
    assert list(rows[0]) == [
        row["column"] for row in csv.DictReader(io.StringIO(files["data-dictionary.csv"]))
    ]
    other = study_package(trials, alone, secret=b"y" * 32)
    assert raw == study_package(trials, alone, secret=b"x" * 32) and raw != other


def test_two_processes_give_the_same_answer_as_one(folder: Path, alone: dict, tmp_path: Path) -> None:
    again = cohort_document(gather(run(folder, tmp_path, Asked(), workers=2), {}))
    assert again["skipped"] == alone["skipped"]
    assert numbers(again) == pytest.approx(numbers(alone), abs=1e-9, rel=1e-9)


def deadly(people: tuple[Person, ...], asked: Asked) -> list[Row]:
    """Work as usual, but let the process be killed: by p03 each time, by p11 only until somebody has noted it."""
    for person in people:
        once = Path(asked.treatment or "")
        if person.code == "p03" or (person.code == "p11" and not once.exists()):
            once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return work_out(people, Asked())


def test_who_brings_down_a_process_is_skipped_and_all_others_are_worked_out(
    folder: Path, alone: dict, tmp_path: Path
) -> None:
    kept: dict[str, list[Row]] = {}
    asked = Asked(treatment=str(tmp_path / "killed"))
    on_processes(
        parts(folder, ""), asked, lambda part, rows: kept.setdefault(part.key, rows), workers=2, work=deadly
    )
    rows = [row for found in kept.values() for row in found]
    assert {row.person for row in rows if row.problem} == {"p03", "broken", "empty"}
    assert len({row.person for row in rows}) == PEOPLE + DIARIES + 2
