import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from quietlegs.cli.experiment import command
from quietlegs.core.experiments import words
from quietlegs.core.experiments.analysis import Verdict, analyse
from quietlegs.core.experiments.safety import Allows, Circumstances
from quietlegs.exchange.experiment_csv import (
    ExperimentFileError,
    read_experiment_csv,
    write_experiment_csv,
)
from quietlegs.exchange.experiment_json import load_wording
from quietlegs.exchange.experiment_safety import advice_for, check_remedy
from quietlegs.exchange.experiment_trial import trial_nights
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.exchange.studyu import is_studyu, read_studyu
from tests.unit.experiments.trials import nightly

GOOD = """night,condition,block,cramps,washout,adhered,water[ml]
2026-03-02,stretch,2,0,no,yes,900
2026-03-01,none,1,2,no,yes,1000
2026-03-04,none,4,,no,,
2026-03-03,Stretch,3,1,yes,no,700
"""


def test_nights_come_in_any_order_and_an_empty_cell_is_not_known() -> None:
    file = read_experiment_csv(GOOD.encode())
    nights, _ = trial_nights(file)
    assert [nights.evening(i).day for i in range(4)] == [1, 2, 3, 4]
    assert nights.reference == "none" and nights.treatment == "stretch"
    assert np.isnan(nights.outcome[3]) and nights.is_washout.tolist() == [False, False, True, False]
    assert nights.adhered[:3].tolist() == [1, 1, 0] and np.isnan(nights.adhered[3])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("night,cramps\n2026-03-01,1\n", "no column condition"),
        ("date,condition\n2026-03-01,a\n", "--night NAME"),
        (
            "night,condition,cramps\n2026-03-01,a,1\n2026-03-01,b,1\n",
            "Line 3: The night 2026-03-01 stands on line 2",
        ),
        ("night,condition,cramps\nyesterday,a,1\n", "Line 2, column night: “yesterday” is no date"),
        ("night,condition,adhered\n2026-03-01,a,maybe\n", "neither yes nor no"),
        ("night,condition,block\n2026-03-01,a,x\n", "no whole number"),
        ("night,condition,cramps\n2026-03-01,,1\n", "has no condition"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ExperimentFileError, match=told.replace("(", r"\(")):
        read_experiment_csv(text.encode())


def test_conditions_that_differ_in_capitals_alone_are_one() -> None:
    file = read_experiment_csv(b"night,condition,cramps\n2026-03-01,Stretch,1\n2026-03-02,stretch ,0\n")
    with pytest.raises(ExperimentFileError, match="named alike"):
        trial_nights(file)


def test_three_conditions_ask_which_two() -> None:
    rows = "".join(f"2026-03-{d:02},{c},1\n" for d, c in enumerate(["none", "bath", "walk"], start=1))
    file = read_experiment_csv(f"night,condition,cramps\n{rows}".encode())
    with pytest.raises(ExperimentFileError, match="--treatment NAME --reference NAME"):
        trial_nights(file)
    nights, _ = trial_nights(file, treatment="bath", reference="walk")
    assert len(nights) == 2 and nights.reference == "walk"


def test_what_is_written_comes_back() -> None:
    nights = nightly(12, rate=2, seed=3)
    again, _ = trial_nights(read_experiment_csv(write_experiment_csv(nights)), outcome="cramps")
    for name in ("evenings", "treated", "block", "is_washout"):
        assert np.array_equal(getattr(nights, name), getattr(again, name))
    assert np.array_equal(nights.outcome, again.outcome, equal_nan=True)


cells = st.sampled_from(
    ["2026-03-01", "2026-03-02", "none", "stretch", "1", "0.5", "yes", "", '"', "=1+1", "\ufeff", "\0"]
)
tables = st.lists(st.lists(cells, max_size=5).map(",".join), max_size=6).map(
    lambda rows: "\n".join(["night,condition,block,cramps,adhered", *rows]).encode()
)


@given(st.one_of(st.binary(max_size=300), tables))
def test_whatever_a_file_holds_it_is_read_whole_or_refused_with_what_to_mend(raw: bytes) -> None:
    for read in (read_experiment_csv, read_studyu):
        try:
            file = read(raw)
        except ExperimentFileError as refusal:
            assert refusal.problems and all(problem.what for problem in refusal.problems)
            continue
        nights = len(file.evenings)
        assert nights > 0 and np.all(np.diff(file.evenings) > 0)
        arrays = (file.condition, file.block, file.is_washout, file.adhered, *file.columns.values())
        assert all(len(array) == nights for array in arrays)
        assert set(file.condition) <= set(range(len(file.conditions)))


@pytest.mark.parametrize("verdict", [Verdict.HELPS, Verdict.HARMS, Verdict.NO_USEFUL_DIFFERENCE])
@pytest.mark.parametrize(
    "names",
    [("verapamil", "none"), ("none", "gabapentin 300"), ("no amlodipine", "amlodipine"), ("quinine", "placebo"),
     ("without my tablets", "none"), ("X", "Y")],
)  # fmt: skip
def test_nobody_is_told_to_stop_what_may_be_a_prescribed_medicine(
    verdict: Verdict, names: tuple[str, str]
) -> None:
    nights = replace(nightly(12, seed=3), treatment=names[0], reference=names[1])
    found = replace(analyse(nights), verdict=verdict)
    said = " ".join(words.what_now(found, None, load_wording(), advice_for(*names)))
    assert "talk to whoever prescribed it" in said.casefold()
    assert "whoever prescribed it today" in said or verdict is not Verdict.HARMS
    if "X" not in names:  # of what no medicine is known, the sentence stands before the rest
        assert not any(word in said.casefold().split() for word in ("stop", "drop", "keep", "leave"))
    else:
        assert said.casefold().startswith("if a prescribed medicine") or verdict is Verdict.HELPS


def test_leaving_out_a_medicine_is_for_a_trial_led_by_a_clinician() -> None:
    for name in (
        "No blood pressure tablets: skip the dose",
        "without my tablets",
        "stop taking my medicine",
        "half the dose",
    ):
        assert not check_remedy(name, has_agreement=True).is_open, name
    for name in ("A pillow under my calves", "Stop coffee at noon", "No screens in bed"):
        assert check_remedy(name).is_open, name


STUDYU = (
    "measurement_time,measurement_id,measurement_name,participant_id,participant_started_at,current_day_of_study,"
    "current_intervention_id,current_intervention_name,survey1_question1_text,survey1_question1_response\n"
)


def studyu_rows(person: str) -> str:
    return "".join(
        f"2026-03-{day + 1:02} 08:00:00,m,Daily,{person},2026-03-01 00:00:00,{day},i,{'Tea' if day % 8 < 4 else 'None'},"
        f"Pain,{day % 5}\n"
        for day in range(1, 17)
    )


def test_a_studyu_export_is_read_with_mornings_counted_to_the_evening_before() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr("measurements.csv", STUDYU + studyu_rows("p1"))
    raw = packed.getvalue()
    assert is_studyu(raw)
    nights, _ = trial_nights(read_studyu(raw))
    assert (
        nights.outcome_name == "Pain"
        and nights.treatment == "Tea"
        and nights.evening(0).isoformat() == "2026-03-01"
    )
    with pytest.raises(ExperimentFileError, match="2 people: p1, p2"):
        read_studyu((STUDYU + studyu_rows("p1") + studyu_rows("p2")).encode())


@pytest.mark.parametrize(
    "remedy",
    [
        "quinine",
        "Tonic water with lime",
        "potassium tablets",
        "salt substitute",
        "tramadol 50 mg",
        "Slow-K",
        "vitamin K2",
    ],
)
def test_quinine_opioids_and_potassium_are_never_tried(remedy: str) -> None:
    gate = check_remedy(remedy, has_agreement=True, clinician="Dr Who", answers={"kidney-disease": False})
    assert gate.allows is Allows.NEVER and not gate.is_open and gate.stopped_by[0].evidence


def test_a_supplement_asks_first_and_an_open_question_is_not_a_no() -> None:
    assert not check_remedy("magnesium", has_agreement=True).is_open
    answered = {"kidney-disease": False, "heart-block-or-myasthenia": False}
    assert not check_remedy("magnesium", answers=answered).is_open
    assert check_remedy("magnesium", answers=answered, has_agreement=True).is_open
    stopped = check_remedy("magnesium", answers={**answered, "kidney-disease": True}, has_agreement=True)
    assert "dangerous level" in stopped.stopped_by[0].sentence


def test_the_profile_answers_only_with_a_yes() -> None:
    person = Circumstances(conditions=frozenset({"kidney-disease"}))
    gate = check_remedy("magnesium citrate", person=person, has_agreement=True)
    assert gate.stopped_by and [q.id for q in gate.to_answer] == ["heart-block-or-myasthenia"]


def test_a_medicine_is_for_a_trial_led_by_a_clinician() -> None:
    for name in ("gabapentin", "amitriptyline 10mg", "verapamil"):
        assert not check_remedy(name, has_agreement=True).is_open
        assert check_remedy(name, clinician="Dr Ada").is_open


def test_what_the_plan_offers_is_free_unless_something_about_the_person_is_against_it() -> None:
    for item in load_plan_book().items.values():
        assert check_remedy(item.title, plan_item=item.id).is_open, item.id
    clot = Circumstances(conditions=frozenset({"possible-clot"}))
    assert not check_remedy("Stretch", plan_item="stretch-calves", person=clot).is_open


def run(*words: str, folder: Path | None = None):
    return CliRunner().invoke(command, list(words), catch_exceptions=False)


def test_power_says_the_chance_for_each_length_and_is_honest_when_it_is_poor() -> None:
    told = json.loads(run("power", "--baseline", "0.5", "--ratio", "0.6", "--json").stdout)
    chances = [one["chance"] for one in told["chances"]]
    assert chances == sorted(chances) and chances[0] < 0.2
    assert told["enough_nights"] is None and "one person alone cannot tell" in told["sentence"]
    assert (
        json.loads(run("power", "--baseline", "2", "--ratio", "0.4", "--json").stdout)["enough_nights"] <= 168
    )


def test_a_trial_is_sealed_lived_and_analysed_and_a_changed_order_is_refused(tmp_path: Path) -> None:
    sealed, nights = tmp_path / "trial.json", tmp_path / "nights.csv"
    made = json.loads(run("new", str(sealed), "--try", "stretch", "--start", "2026-01-01", "--json").stdout)
    assert made["nights"] == 56 and len(made["seal"]) == 64
    assert "stretch" not in sealed.read_text()  # opening the file does not show the order
    run("schedule", str(sealed), "--night", "2026-02-25", "--csv", str(nights))
    rows = nights.read_text().splitlines()
    lived = [
        rows[0],
        *(row.replace(",,", f",{i % 3 if ',none,' in row else 0},", 1) for i, row in enumerate(rows[1:])),
    ]
    nights.write_text("\n".join(lived))
    told = json.loads(run("analyse", str(nights), "--sealed", str(sealed), "--json").stdout)
    assert (
        told["verdict"] == "helps"
        and told["randomised"] == "yes"
        and told["monitoring"]["planned_pairs"] == 28
    )
    first = lived[1].replace("none", "X").replace("stretch", "none").replace("X", "stretch")
    nights.write_text("\n".join([lived[0], first, *lived[2:]]))
    refused = run("analyse", str(nights), "--sealed", str(sealed))
    assert (
        refused.exit_code == 2
        and "nights.csv: The order was changed: the night of 2026-01-01" in refused.stderr
    )


def test_a_refused_remedy_ends_with_status_1_and_a_reason(tmp_path: Path) -> None:
    ended = run("new", str(tmp_path / "t.json"), "--try", "quinine")
    assert ended.exit_code == 1 and "never tried" in ended.stderr and not (tmp_path / "t.json").exists()


def test_lengths_that_hold_too_few_pairs_are_refused_with_the_nights_that_are_needed():
    ended = run("power", "--baseline", "1", "--nights", "12", "--linger", "unknown")
    assert ended.exit_code == 2 and "84 nights" in ended.stderr


def test_more_pairs_than_planned_are_said_and_not_counted(tmp_path: Path) -> None:
    (tmp_path / "n.csv").write_bytes(write_experiment_csv(nightly(28, ratio=0.3, rate=1.5, seed=2)))
    told = json.loads(run("analyse", str(tmp_path / "n.csv"), "--planned-pairs", "10", "--json").stdout)
    assert (
        "beyond_plan" in told["warning_ids"]
        and max(look["pair"] for look in told["monitoring"]["looks"]) <= 10
    )
