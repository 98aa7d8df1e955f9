"""A backup that is not whole, not ours or not for this version is refused before anything is touched."""

import hashlib
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quietlegs.exchange import backup_file
from quietlegs.exchange.backup_file import BackupError
from tests.unit.cli.forked import commands


@pytest.fixture(scope="module")
def backup(tmp_path_factory) -> bytes:
    """A real backup of a diary with one night."""
    folder = tmp_path_factory.mktemp("backup")
    logged, made = commands(
        [["log", "--night", "2026-03-01", "--cramps", "2"], ["backup", "it.backup"]],
        data=folder / "data",
        cwd=folder,
    )
    assert (logged.returncode, made.returncode) == (0, 0), made.stderr
    return (folder / "it.backup").read_bytes()


def sealed(members: dict[str, bytes], *, version: int = 1) -> bytes:
    """Return a backup file with a right checksum, whatever is in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    content = packed.getvalue()
    return (
        b"quietlegs-backup %d sha256=%s\n" % (version, hashlib.sha256(content).hexdigest().encode()) + content
    )


def database(script: str, tmp_path: Path) -> bytes:
    path = tmp_path / "made.sqlite3"
    with closing(sqlite3.connect(path)) as made:
        made.executescript(script)
    content = path.read_bytes()
    path.unlink()
    return content


def with_database(content: bytes, **about) -> bytes:
    stated = {"database_bytes": len(content), "made_at": "2026-03-01", **about}
    return sealed({"about.json": json.dumps(stated).encode(), "quietlegs.sqlite3": content})


DIARY = "CREATE TABLE diary_night (id); CREATE TABLE django_migrations (app, name);"


def test_no_backup_that_is_not_whole_ours_or_for_this_version_touches_the_diary(
    backup: bytes, tmp_path: Path
):
    newer = database(DIARY + "INSERT INTO django_migrations VALUES ('diary', '9999_future')", tmp_path)
    broken = bytearray(database(DIARY, tmp_path))
    broken[4096:4196] = b"\xff" * 100  # the head of the second page, where a table begins
    hostile = {
        "truncated": backup[: len(backup) // 2],
        "one letter changed": backup[:3000] + bytes([backup[3000] ^ 1]) + backup[3001:],
        "newer format": backup.replace(b"quietlegs-backup 1", b"quietlegs-backup 2", 1),
        "newer database": with_database(newer),
        "damaged database": with_database(bytes(broken)),
        "no columns": with_database(database(DIARY, tmp_path)),
        "no database": with_database(b"garbage" * 999),
        "another database": with_database(database("CREATE TABLE other (id)", tmp_path)),
        "other files": sealed({"../../etc/passwd": b"x", "about.json": b"{}"}),
        "larger than it says": sealed(
            {"about.json": b'{"database_bytes": 3}', "quietlegs.sqlite3": b"x" * 4000}
        ),
        "no number": sealed({"about.json": b'{"database_bytes": "a"}', "quietlegs.sqlite3": b""}),
        "no zip": b"quietlegs-backup 1 sha256=" + hashlib.sha256(b"x").hexdigest().encode() + b"\nx",
    }
    for name, content in hostile.items():
        (tmp_path / name).write_bytes(content)
    show = ["export", "-", "--to", "csv"]
    *_, before = commands(
        [["log", "--night", "2026-03-05", "--quiet"], show], data=tmp_path / "data", cwd=tmp_path
    )
    *refused, after = commands(
        [*(["restore", name] for name in hostile), show], data=tmp_path / "data", cwd=tmp_path
    )
    for done in refused:
        assert done.returncode == 2, done.args
        assert "Traceback" not in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert after.returncode == 0, after.stderr
    assert after.stdout == before.stdout == "night,cramps\r\n2026-03-05,0\r\n"
    assert not (tmp_path / "data" / "kept").exists()
    assert not list((tmp_path / "data").glob("restoring-*"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_change_of_a_backup_is_noticed(backup: bytes, tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp()
    at = data.draw(st.integers(0, len(backup) - 1))
    if data.draw(st.booleans()):
        changed = backup[:at]
    else:
        changed = backup[:at] + bytes([backup[at] ^ (1 << data.draw(st.integers(0, 7)))]) + backup[at + 1 :]
    path = folder / "changed.backup"
    path.write_bytes(changed)
    with pytest.raises(BackupError):
        backup_file.check(path)


def test_a_backup_opens_in_any_zip_program(backup: bytes):
    with zipfile.ZipFile(io.BytesIO(backup)) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("about.json"))["nights"] == 1
        assert archive.read("quietlegs.sqlite3").startswith(b"SQLite format 3\0")
