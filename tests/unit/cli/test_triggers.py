"""``quietlegs triggers`` and ``quietlegs simulate``: from a made-up diary to a table, a picture and JSON."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quietlegs.cli import group

FIELDS = {
    "factor", "lag", "unit", "nights_with", "ratio", "low", "high", "mass", "log_ratio", "log_ratio_sd", "lfsr",
    "verdict", "more_nights", "confounded_with", "sentence",
}  # fmt: skip


def run(*words: object) -> Result:
    return CliRunner().invoke(group, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    folder = tmp_path_factory.mktemp("diary")
    diary, truth = folder / "diary.csv", folder / "truth.json"
    done = run("simulate", "--nights", 365, "--seed", 1, "--cramps-per-week", 6, "--truth", truth, diary)
    assert done.exit_code == 0, done.output
    return diary, json.loads(truth.read_text())


def test_the_same_seed_makes_the_same_diary(made: tuple[Path, dict], tmp_path: Path) -> None:
    run("simulate", "--nights", 365, "--seed", 1, "--cramps-per-week", 6, tmp_path / "again.csv")
    run("simulate", "--nights", 365, "--seed", 2, "--cramps-per-week", 6, tmp_path / "other.csv")
    assert (tmp_path / "again.csv").read_bytes() == made[0].read_bytes()
    assert (tmp_path / "other.csv").read_bytes() != made[0].read_bytes()


def test_the_truth_names_every_factor_and_every_night(made: tuple[Path, dict]) -> None:
    _, truth = made
    assert len(truth["factors"]) == 8
    assert sum(f["log_ratio"] != 0 for f in truth["factors"]) == 2
    assert len(truth["rate"]) == len(truth["cramps"]) == truth["nights"] == 365


def test_the_json_has_the_agreed_fields(made: tuple[Path, dict]) -> None:
    document = json.loads(run("triggers", made[0], "--json").stdout)
    assert set(document["findings"][0]) >= FIELDS
    assert 300 < document["nights"]["logged"] <= document["nights"]["span"] <= 365
    assert document["baseline"]["low"] < document["baseline"]["per_night"] < document["baseline"]["high"]
    assert {"id", "level", "sentence"} <= set(document["data_health"][0])
    assert {"name", "version", "settings"} <= set(document["model"])


def test_what_is_found_is_true(made: tuple[Path, dict]) -> None:
    diary, truth = made
    document = json.loads(run("triggers", diary, "--json").stdout)
    effects = {f["factor"]: f["log_ratio"] for f in truth["factors"]}
    found = [f for f in document["findings"] if f["verdict"] in ("raises", "lowers")]
    assert found
    for finding in found:
        assert (effects[finding["factor"]] > 0) == (finding["verdict"] == "raises")


def test_a_lag_can_be_chosen(made: tuple[Path, dict]) -> None:
    document = json.loads(run("triggers", made[0], "--lag", 2, "--lag", 0, "--json").stdout)
    assert {f["lag"] for f in document["findings"]} == {0, 2}


def test_the_table_says_nights_ranges_and_how_many_may_be_chance(made: tuple[Path, dict]) -> None:
    told = run("triggers", made[0]).stdout
    assert re.search(r"^Factor 1 .* \d", told, re.MULTILINE)
    assert "Could be" in told and "How good the nights are" in told
    assert "chance" in told


def test_a_score_is_told_by_differences(made: tuple[Path, dict]) -> None:
    finding = json.loads(run("triggers", made[0], "--outcome", "severity", "--json").stdout)["findings"][0]
    assert {"difference", "low", "high"} <= set(finding)
    assert "ratio" not in finding


@pytest.mark.parametrize(
    ("ending", "start"),
    [(".svg", b"<?xml"), (".png", b"\x89PNG"), (".html", b"<!doctype html>"), (".pdf", b"%PDF")],
)
def test_it_can_be_drawn(made: tuple[Path, dict], tmp_path: Path, ending: str, start: bytes) -> None:
    done = run("triggers", made[0], "--plot", tmp_path / f"nights{ending}")
    assert done.exit_code == 0
    drawn = (tmp_path / f"nights{ending}").read_bytes()
    assert drawn.startswith(start)
    assert b"http://" not in drawn.replace(b"http://www.w3.org/2000/svg", b"") or ending in (".png", ".pdf")


def test_a_factor_named_like_markup_stays_text(tmp_path: Path) -> None:
    diary = tmp_path / "diary.csv"
    rows = [
        f"2026-{1 + d // 28:02}-{1 + d % 28:02},{d % 3 == 0:d},{'yes' if d % 2 else 'no'}" for d in range(80)
    ]
    diary.write_text('night,cramps,<script>&"x"{y}\n'.replace('&"x"', "&x") + "\n".join(rows))
    run("triggers", diary, "--plot", tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page.lower()


def test_an_ending_that_is_no_picture_is_refused_before_any_work(tmp_path: Path) -> None:
    done = run("triggers", tmp_path / "no.csv", "--plot", "nights.docx")
    assert done.exit_code == 2
    assert ".svg, .png, .html, .pdf" in done.stderr


def test_studies_are_told_and_can_be_left_out(made: tuple[Path, dict], tmp_path: Path) -> None:
    diary = tmp_path / "stretch.csv"
    diary.write_text(made[0].read_text().replace("factor 1", "stretch", 1))
    told, bare = run("triggers", diary), run("triggers", diary, "--no-priors")
    assert "For stretch, what studies found was used too." in told.stdout
    assert "Studies" in told.stdout and "stud" not in bare.stdout.lower()
    used = json.loads(run("triggers", diary, "--json").stdout)
    plain = json.loads(run("triggers", diary, "--no-priors", "--json").stdout)
    assert used["model"]["settings"]["priors"] == ["stretch"] and not plain["model"]["settings"]["priors"]
    for with_it, without in zip(used["findings"], plain["findings"], strict=True):
        assert (with_it["prior"] is not None) == (with_it["factor"] == "stretch" and with_it["lag"] == 0)
        assert with_it["without_priors"]["lfsr"] == without["lfsr"] and without["without_priors"] is None
        assert with_it["without_priors"]["verdict"] == without["verdict"]


def test_the_short_cut_is_checked_only_when_asked(made: tuple[Path, dict]) -> None:
    plain = json.loads(run("triggers", made[0], "--json").stdout)
    asked = json.loads(run("triggers", made[0], "--check-laplace", "--json").stdout)
    ids = [[remark["id"] for remark in document["data_health"]] for document in (plain, asked)]
    assert not any(name.startswith("laplace") for name in ids[0])
    assert sum(name in ("laplace_good", "laplace_doubtful") for name in ids[1]) == 1
    assert asked["findings"] == plain["findings"]
