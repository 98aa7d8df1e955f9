"""It never loses a night it has said it saved: killed, on a full disk, without rights, and after a newer version."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.cli.forked import commands
from tests.web.killing import rounds, stored_nights
from tests.web.server import command, free_port, serving, start

pytestmark = pytest.mark.slow


def log(server, night: str, cramps: int = 1) -> tuple[int, str]:
    return server.send("POST", "/api/v1/nights", {"night": night, "outcomes": {"cramps": cramps}})


def test_every_acknowledged_night_survives_sigkill_in_the_middle_of_writes(tmp_path: Path):
    for number, (tally, missing) in enumerate(rounds(tmp_path, count=2, writes=60, seed=1), start=1):
        assert missing == set()
        assert tally.refused == []
        assert len(tally.acknowledged) >= 60 * number  # each round did write


@contextlib.contextmanager
def small_disk(tmp_path: Path):
    """A disk of 6 MB of our own; fails the test where none can be made."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if made.returncode != 0:
        pytest.skip("a small disk can be made by root alone; `test_a_full_database_...` covers the rest")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk can be made by root alone")
def test_on_a_full_disk_nothing_acknowledged_is_lost_and_the_answer_says_so(tmp_path: Path):
    with small_disk(tmp_path) as disk, serving(disk) as server:
        assert log(server, "1999-01-01")[0] == 201
        filler = disk / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(b"\0" * 4096):
                pass
        answers = {f"2000-{month:02}-{day:02}": None for month in range(1, 13) for day in range(1, 29)}
        for night in answers:
            answers[night], text = log(server, night)
            if answers[night] != 201:
                break
        assert answers[night] == 507
        assert "The disk is full" in text and "Make room" in text
        status, _page = server.send("GET", "/nights/")
        assert status == 200, "what was saved can still be read"
        status, page = server.press("/quiet", evening="2003-01-01")
        assert status == 507
        assert "This was not saved" in page and "The disk is full" in page
        told = command("log", "--quiet", data=disk)
        assert told.returncode == 2 and "disk" in told.stderr and "Traceback" not in told.stderr
        told = command("backup", str(disk / "b.backup"), data=disk)
        assert told.returncode == 2 and "Make room" in told.stderr
        filler.unlink()
        assert log(server, "2001-01-01")[0] == 201, "it recovers when there is room"
        saved = ["1999-01-01", "2001-01-01", *(night for night, status in answers.items() if status == 201)]
        with closing(sqlite3.connect(disk / "quietlegs.sqlite3")) as database:
            there = {night for (night,) in database.execute("SELECT evening FROM diary_night")}
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert there == set(saved)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("not a folder")
    for words in (["serve"], ["log", "--quiet"]):
        told = command(*words, data=tmp_path / "file" / "diary")
        assert told.returncode == 2
        assert f"The data folder {tmp_path / 'file' / 'diary'} cannot be written" in told.stderr
        assert "--data" in told.stderr


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path):
    command("log", "--quiet", data=tmp_path)
    with closing(sqlite3.connect(tmp_path / "quietlegs.sqlite3")) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('diary', '9999_future', '2030-01-01')"
        )
        database.commit()
    for words in (["serve"], ["log", "--cramps", "2"]):
        told = command(*words, data=tmp_path)
        assert told.returncode == 2
        assert "newer Quietlegs (diary 9999_future)" in told.stderr
    with closing(sqlite3.connect(tmp_path / "quietlegs.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM diary_night WHERE cramps = 0").fetchone() == (1,)


def test_a_damaged_database_is_named_and_a_backup_brings_the_diary_back(tmp_path: Path):
    data, copy = tmp_path / "data", tmp_path / "copy.backup"
    commands([["log", "--quiet"], ["backup", str(copy)]], data=data, cwd=tmp_path)
    database = data / "quietlegs.sqlite3"
    database.write_bytes(b"garbage" * 1000)
    for log_file in data.glob(
        "quietlegs.sqlite3-*"
    ):  # what is in the log alone, SQLite brings back by itself
        log_file.unlink()
    told = command("log", "--quiet", data=data)
    assert told.returncode == 2 and "quietlegs restore FILE" in told.stderr
    told = command("restore", str(copy), data=data)
    assert told.returncode == 0 and "1 night." in told.stderr
    kept = list((data / "kept").glob("*/quietlegs.sqlite3"))
    assert [file.read_bytes()[:7] for file in kept] == [b"garbage"]
    assert list(stored_nights(data).values()) == [0]


def test_a_port_in_use_is_named_with_another_to_choose(tmp_path: Path):
    with serving(tmp_path / "one") as server:
        told = command("serve", "--port", str(server.port), data=tmp_path / "two")
        assert told.returncode == 2
        assert f"Port {server.port} on 127.0.0.1 is in use" in told.stderr
        assert "--port" in told.stderr
        told = command("serve", "--port", str(free_port()), data=tmp_path / "one")
        assert told.returncode == 2 and "being served already" in told.stderr


def test_a_backup_taken_while_the_app_writes_is_whole_and_a_restore_waits_for_the_app_to_stop(tmp_path: Path):
    data, copy = tmp_path / "data", tmp_path / "copy.backup"
    with serving(data) as server:
        for day in range(1, 20):
            assert log(server, f"2026-01-{day:02}")[0] == 201
        (made,) = commands([["backup", str(copy)]], data=data, cwd=tmp_path)
        assert made.returncode == 0
        log(server, "2026-02-01")
        (told,) = commands([["restore", str(copy)]], data=data, cwd=tmp_path)
        assert told.returncode == 2 and "Stop it" in told.stderr
    (restored,) = commands([["restore", str(copy)]], data=data, cwd=tmp_path)
    assert restored.returncode == 0
    assert len(stored_nights(data)) == 19 and "2026-02-01" not in stored_nights(data)
    # What the restore replaced is a backup too, with the night that came later.
    kept = next((data / "kept").glob("*.backup"))
    (again,) = commands([["restore", str(kept)]], data=data, cwd=tmp_path)
    assert again.returncode == 0
    assert "2026-02-01" in stored_nights(data)


def test_the_demo_leaves_nothing_behind_and_touches_no_diary(tmp_path: Path):
    own = tmp_path / "own"
    env_tmp = tmp_path / "tmp"
    env_tmp.mkdir()
    os_tmp = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(env_tmp)
    try:
        server = start(own, "--demo")
        assert len(list(env_tmp.glob("quietlegs-demo-*"))) == 1
        assert server.send("GET", "/api/v1/nights")[1].count('"night"') > 100
        assert "simulated" in server.stop()
    finally:
        os.environ.pop("TMPDIR") if os_tmp is None else os.environ.update(TMPDIR=os_tmp)
    assert list(env_tmp.glob("quietlegs-demo-*")) == []
    assert not own.exists()
    shutil.rmtree(env_tmp)
