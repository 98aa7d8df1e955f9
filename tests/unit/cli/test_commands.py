"""The command line as a person meets it: a real process, its words, its exit status, and never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from quietlegs.cli import VERBS
from tests.unit.cli.forked import commands
from tests.web.server import command

BINARY = bytes(range(256)) * 40
HOSTILE_FILES = {
    "empty": b"",
    "binary": BINARY,
    "half.json": b'{"format": "quietlegs-diary", "version": 1, "nights": [',
    "deep.json": b"[" * 100_000,
    "nul.csv": b"night,cramps\0\n2026-01-01,1\n",
    "other.csv": b"a;b;c\n1;2;3\n",
    "bad.csv": b"night,cramps\n2026-01-01,x\n2026-13-01,-2\n",
    "bad.yaml": b"answers: [unclosed\n\t- x",
}
# What each verb is given. {} is a hostile file; a folder and a file that is not there come by themselves.
USES = {
    "serve": [["--port", "0"], ["--port", "99999"], ["--host", "no such host", "--port", "8999"],
              ["--phone", "--demo"], ["--phone", "--port", "8444", "--phone-port", "8443"]],
    "log": [["--cramps", "-1"], ["--severity", "nan"], ["--factor", "x"], ["--factor", "=1"], ["--night", "2026-02-30"],
            ["--night", "2999-01-01", "--quiet"], ["--outcome", "cramps=1e400"], ["--note", "\udcff"], ["--quiet", "--cramps", "2"], []],
    "import": [["{}"], ["--from", "nonsense", "{}"], ["--keep-good", "{}"]],
    "export": [["give.zip", "--to", "research"], ["/no/such/folder/x.csv"], ["x.unknown"], ["/", "--to", "csv"]],
    "backup": [["/no/such/folder/x"], ["/"]],
    "restore": [["{}"]],
    "token": [["--revoke"], ["nobody", "--revoke"], [""], ["x" * 200]],
    "pair": [["phone"]],
    "unlock": [["1234"]],
    "completion": [["tcsh"], []],
    "triggers": [["{}"], ["{}", "--outcome", "nonsense"]],
    "check": [["{}"]],
    "medicines": [["--no-such-option"]],
    "plan": [["{}"]],
    "experiment": [["analyse", "{}"], ["power", "--baseline", "-1"], ["schedule", "/not there.json"]],
    "ask": [["x" * 600], [" "]],
    "article": [["/not there.txt"], ["--html", "/no/such/folder/x.html", "/not there.txt"]],
    "report": [[], ["--pdf", "/no/such/folder/x.pdf"], ["--text", "--json"]],
    "cohort": [["/not there", "--out", "out"]],
    "simulate": [["--nights", "-1", "--seed", "1", "out.csv"], ["--nights", "10", "--seed", "1", "/no/such/folder/x.csv"]],
}  # fmt: skip


NO_ANSWERS_YET = ("check", "plan")


def assert_told_plainly(done) -> None:
    words = done.args
    # An empty file of answers is a person who has not answered yet: that is told, and is no fault.
    fine = words[0] in NO_ANSWERS_YET and done.returncode == 0 and Path(words[1]).name == "empty"
    assert fine or done.returncode in (1, 2), (
        f"{words}: exit status {done.returncode}\n{done.stdout}{done.stderr}"
    )
    assert "Traceback" not in done.stderr, f"{words}:\n{done.stderr}"
    assert (done.stdout if fine else done.stderr).strip(), f"{words}: nothing was said"


def test_every_verb_is_tried():
    assert set(USES) == set(VERBS)


def test_bad_use_is_told_plainly_by_every_verb(tmp_path: Path):
    files = [str(tmp_path), str(tmp_path / "not there")]
    for name, content in HOSTILE_FILES.items():
        (tmp_path / name).write_bytes(content)
        files.append(str(tmp_path / name))
    uses = []
    for verb, given in USES.items():
        for words in given:
            # Every file to the first use of a verb; one to those that are wrong in themselves.
            for file in (files if words == given[0] else files[:1]) if "{}" in words else [""]:
                uses.append([verb, *(file if word == "{}" else word for word in words)])
    for done in commands(uses, data=tmp_path / "data", cwd=tmp_path):
        assert_told_plainly(done)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_help_of_every_verb_teaches_by_example(verb: str, tmp_path: Path):
    from click.testing import CliRunner

    from quietlegs.cli import group

    shown = CliRunner().invoke(group, [verb, "--help"], prog_name="quietlegs")
    assert shown.exit_code == 0
    assert f"quietlegs {verb}" in shown.output.split("Usage:", 1)[1].split("\n", 2)[2], "no example"


def test_a_diary_goes_out_and_comes_back_in_through_the_app(tmp_path: Path):
    given = tmp_path / "given.csv"
    given.write_text(
        "night,cramps,severity,pain,water[ml],stretch,coffees[count],stress[0-10],places,sore[next morning],note\n"
        '2026-03-01,2,7.5,3,750,yes,0,4,left-calf,no,"=1+1, ""quoted"""\n'
        "2026-03-02,0,,,,no,1,,,,\n"
        "2026-03-05,,,,0.1,,,,,,only a note\n"
    )
    taken, *_, repeated = commands(
        [
            ["import", "--json", str(given)],
            ["export", "out.csv"],
            ["export", "out.json"],
            ["import", "--json", str(given)],
        ],
        data=tmp_path / "data",
        cwd=tmp_path,
    )
    assert json.loads(taken.stdout)["files"][0]["new_nights"] == 3
    counts = json.loads(repeated.stdout)["files"][0]
    assert (counts["new_nights"], counts["changed_nights"], counts["same_nights"]) == (0, 0, 3)
    for ending in ("csv", "json"):
        data = tmp_path / f"from {ending}"
        back = commands([["import", f"out.{ending}"], ["export", f"again.{ending}"]], data=data, cwd=tmp_path)
        assert [done.returncode for done in back] == [0, 0]
        assert (tmp_path / f"again.{ending}").read_bytes() == (tmp_path / f"out.{ending}").read_bytes()


def test_a_file_with_problems_changes_nothing_unless_the_person_says_so(tmp_path: Path):
    (tmp_path / "diary.csv").write_text("night,cramps\n2026-03-01,2\n2026-03-02,-1\n2026-03-03,1\n")
    show = ["export", "-", "--to", "csv"]
    refused, unchanged, tried, still, kept, shown = commands(
        [
            ["import", "diary.csv"],
            show,
            ["import", "--keep-good", "--dry-run", "--json", "diary.csv"],
            show,
            ["import", "--keep-good", "diary.csv"],
            show,
        ],
        data=tmp_path / "data",
        cwd=tmp_path,
    )
    assert refused.returncode == 1
    assert "Line 3, column cramps: -1 is not possible. Enter 0 to 100." in refused.stderr
    assert "--keep-good" in refused.stderr
    assert json.loads(tried.stdout)["files"][0]["new_nights"] == 2
    assert (unchanged.stdout, still.stdout) == ("night\r\n", "night\r\n")
    assert kept.returncode == 1, "something was left out"
    assert shown.stdout.splitlines() == ["night,cramps", "2026-03-01,2", "2026-03-03,1"]


def test_a_night_is_logged_and_added_to(tmp_path: Path):
    words = ["log", "--night", "2026-03-01", "--json"]
    first, second, typo = commands(
        [
            [*words, "--cramps", "2", "--severity", "7", "--factor", "water[ml]=750", "--new-factors"],
            [*words, "--outcome", "sleep_hours=6.5", "--factor", "Water=0"],
            [*words, "--factor", "watre=1"],
        ],
        data=tmp_path / "data",
        cwd=tmp_path,
    )
    assert json.loads(first.stdout) == {
        "night": "2026-03-01",
        "is_quiet": False,
        "outcomes": {"cramps": 2, "severity": 7},
        "factors": {"water": 750},
        "note": "",
    }
    assert json.loads(second.stdout)["outcomes"] == {"cramps": 2, "severity": 7, "sleep_hours": 6.5}
    assert json.loads(second.stdout)["factors"] == {"water": 0}
    assert (typo.returncode, typo.stdout) == (1, "")
    assert "Did you mean water?" in typo.stderr


def test_an_export_never_replaces_a_file_unasked(tmp_path: Path):
    (tmp_path / "x.csv").write_text("mine")
    (refused,) = commands([["export", "x.csv"]], data=tmp_path / "data", cwd=tmp_path)
    assert refused.returncode == 2 and "--force" in refused.stderr
    assert (tmp_path / "x.csv").read_text() == "mine"
    (forced,) = commands([["export", "--force", "x.csv"]], data=tmp_path / "data", cwd=tmp_path)
    assert forced.returncode == 0
    assert (tmp_path / "x.csv").stat().st_mode & 0o077 == 0, "a diary is for its owner's eyes"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_completion(shell: str, tmp_path: Path):
    assert "_QUIETLEGS_COMPLETE" in command("completion", shell, data=tmp_path).stdout


def test_help_answers_at_once_since_no_verb_is_imported_for_it(tmp_path: Path):
    """Click alone answers in a twentieth of a second; what would make it slow is not there."""
    run = (
        "import sys, runpy; sys.argv = ['quietlegs', '--help']\n"
        "try: runpy.run_module('quietlegs', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'django', 'numpy', 'scipy', 'yaml', 'pydantic'}))\n"
    )
    told = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True).stdout
    assert all(verb in told for verb in VERBS)
    assert told.splitlines()[-1] == "[]"


def test_an_import_is_taken_back_by_its_number(tmp_path: Path):
    (tmp_path / "diary.csv").write_text("night,cramps\n2026-01-01,2\n")
    done = commands(
        [
            ["import", "--json", "diary.csv"],
            ["import", "--past"],
            ["import", "--undo", "1", "--json"],
            ["import", "--undo", "1"],
            ["import", "--undo", "7"],
            ["import", "--undo", "1", "diary.csv"],
            ["export", "--to", "csv", "-"],
        ],
        data=tmp_path / "data",
        cwd=tmp_path,
    )
    assert json.loads(done[0].stdout)["files"][0]["import"] == 1
    assert done[1].stdout.startswith("1: diary.csv, ")
    assert json.loads(done[2].stdout)["nights_gone"] == 1
    assert "Nothing changed" in done[3].stdout
    assert [one.returncode for one in done[3:]] == [0, 2, 2, 0]
    assert done[6].stdout.strip() == "night"


def test_any_table_comes_in_by_a_map_that_is_first_written_as_a_guess(tmp_path: Path):
    (tmp_path / "mine.csv").write_text("Date;Cramps;Mood\n13.03.2026;2;5,5\n")
    done = commands(
        [
            ["import", "mine.csv"],
            ["import", "mine.csv", "--map", "map.yaml"],
            ["import", "mine.csv", "--map", "map.yaml"],
            ["export", "--to", "csv", "-"],
        ],
        data=tmp_path / "data",
        cwd=tmp_path,
    )
    assert "--map" in done[0].stderr
    assert "Mood: factor" in done[1].stdout
    assert [one.returncode for one in done[1:]] == [0, 0, 0]
    assert done[3].stdout.split() == ["night,cramps,Mood", "2026-03-13,2,5.5"]
