import csv
import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from click.testing import CliRunner

from quietlegs.cli.experiment import command
from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.analysis import Verdict
from quietlegs.core.experiments.design import Linger
from quietlegs.core.experiments.factorial import analyse_two, draw_blocks, pairs_of_one
from quietlegs.core.experiments.next_try import Candidate, queue
from quietlegs.core.experiments.nights import TrialError, TrialNights
from quietlegs.core.experiments.sequences import SpaceKind, sequence_space
from quietlegs.core.experiments.two_at_once import design_two, seal_two
from quietlegs.core.experiments.words import why
from quietlegs.exchange.experiment_json import load_wording


def made(
    seed: int, *, blocks: int = 12, nights_each: int = 1, together: float = 1.0
) -> tuple[TrialNights, np.ndarray]:
    """Return nights on which the first remedy leaves a third of the cramps, and the second does nothing but with the first."""
    first, second, block = draw_blocks(blocks, nights_each, seed)
    rate = 1.5 * np.where(first, 0.3, 1.0) * np.where(first & second, together, 1.0)
    cramps = np.random.default_rng(seed).poisson(rate).astype(float)
    size = len(first)
    nights = TrialNights(
        evenings=np.arange(size) + 739_000, treated=first, block=block, outcome=cramps,
        is_washout=np.zeros(size, bool), adhered=np.full(size, np.nan), reference="none", treatment="stretch",
        outcome_name="cramps", kind=OutcomeKind.COUNT,
    )  # fmt: skip
    return nights, second


def test_every_block_holds_all_four_conditions() -> None:
    first, second, block = draw_blocks(5, 3, seed=1)
    for label in range(1, 6):
        rows = block == label
        assert sorted(set(zip(first[rows], second[rows], strict=True))) == [
            (a, b) for a in (False, True) for b in (False, True)
        ]


def test_each_remedy_is_tested_over_pairs_at_the_same_state_of_the_other() -> None:
    nights, second = made(1, blocks=5, nights_each=3)
    space = sequence_space(pairs_of_one(nights, second, "bath"), SpaceKind.PAIRS)
    assert len(space.strata.strata) == 10 and space.size == 2**10
    assert all(stratum.count.sum() == 6 for stratum in space.strata.strata)


def test_the_one_that_works_is_told_from_the_one_that_does_not() -> None:
    found = [analyse_two(*made(seed), "bath") for seed in range(12)]
    assert sum(one.first.verdict is Verdict.HELPS for one in found) >= 9
    assert sum(one.second.verdict in (Verdict.HELPS, Verdict.HARMS) for one in found) <= 2


def test_what_both_bring_beyond_each_alone_is_told_only_where_the_nights_show_it() -> None:
    apart = [analyse_two(*made(seed, blocks=20), "bath").first for seed in range(10)]
    in_each_others_way = [
        analyse_two(*made(seed, blocks=20, together=4.0), "bath").first for seed in range(10)
    ]
    told = [found.effect.together for found in apart]
    assert sum(one.is_sure for one in told) <= 2
    assert sum(one.value.low < 1 < one.value.high for one in told) >= 7
    assert "cannot tell. Nights with both" in next(
        line
        for found, one in zip(apart, told, strict=True)
        if not one.is_sure
        for line in why(found, load_wording())
        if "both" in line
    )
    assert sum(found.effect.together.is_sure for found in in_each_others_way) >= 8
    line = next(line for line in why(in_each_others_way[0], load_wording()) if "both" in line)
    assert "brought more cramps than each one by itself leads to expect" in line


def test_the_other_remedy_does_not_blur_the_size_of_this_one() -> None:
    nights, second = made(4, blocks=20, together=0.2)
    first = analyse_two(nights, second, "bath").first
    swapped = analyse_two(replace(nights, treated=second, treatment="bath"), nights.treated, "stretch").second
    assert first.effect.value == swapped.effect.value  # both fits hold the same two remedies
    with_, without = first.effect.treatment.per_night.mean, first.effect.reference.per_night.mean
    assert with_ == pytest.approx(nights.outcome[nights.treated].mean(), rel=0.2)
    assert without == pytest.approx(nights.outcome[~nights.treated].mean(), rel=0.2)


@pytest.mark.parametrize("seed", [-1, 1 << 128])
def test_a_seed_that_does_not_fit_the_seal_is_refused(seed: int) -> None:
    design = design_two(
        Linger.GONE_NEXT_DAY,
        first="stretch",
        second="bath",
        outcome="cramps",
        nights=48,
        start=date(2026, 1, 1),
    )
    with pytest.raises(ValueError, match="2\\^128"):
        seal_two(design, seed)


def test_a_block_that_lacks_a_condition_is_refused() -> None:
    nights, second = made(2)
    with pytest.raises(TrialError, match="does not hold all four"):
        analyse_two(nights, np.zeros_like(second), "bath")


def test_a_file_of_four_conditions_is_analysed_for_both(tmp_path) -> None:
    nights, second = made(3)
    names = {(0, 0): "none", (1, 0): "stretch", (0, 1): "bath", (1, 1): "stretch+bath"}
    rows = ["night,condition,block,cramps"]
    rows += [
        f"{nights.evening(i)},{names[int(nights.treated[i]), int(second[i])]},{nights.block[i]},{nights.outcome[i]:.0f}"
        for i in range(len(nights))
    ]
    (tmp_path / "two.csv").write_text("\n".join(rows))
    told = json.loads(
        CliRunner().invoke(command, ["analyse", str(tmp_path / "two.csv"), "--factorial", "--json"]).stdout
    )
    assert [one["conditions"][1] for one in told["remedies"]] == ["stretch", "bath"]
    assert told["remedies"][0]["verdict"] == "helps"
    assert {one["together"]["other"] for one in told["remedies"]} == {"stretch", "bath"}


def test_two_remedies_are_sealed_lived_and_analysed_from_the_command_line(tmp_path) -> None:
    sealed, csv_file = tmp_path / "two.json", tmp_path / "two.csv"
    run = CliRunner().invoke
    new = [
        "new",
        str(sealed),
        "--try",
        "stretch",
        "--and",
        "bath",
        "--nights",
        "50",
        "--start",
        "2026-01-01",
        "--seed",
        "3",
    ]
    told = json.loads(run(command, [*new, "--pause", "2026-01-03..2026-01-06", "--json"]).stdout)
    assert (told["blocks"], told["nights"], told["first"], told["last"]) == (
        12,
        48,
        "2026-01-01",
        "2026-02-23",
    )
    run(command, ["schedule", str(sealed), "--night", "2026-02-28", "--csv", str(csv_file)])
    rows = list(csv.DictReader(csv_file.open()))
    assert rows[0]["night"] == "2026-01-07"  # a block of four is not cut by a rest
    assert {row["condition"] for row in rows} == {"none", "stretch", "bath", "stretch+bath"}
    luck = np.random.default_rng(5)
    for row in rows:
        row["cramps"] = str(luck.poisson(0.2 if "stretch" in row["condition"] else 1.5))
    analyse = ["analyse", str(csv_file), "--factorial", "--sealed", str(sealed), "--json"]
    write_rows(csv_file, rows)
    run(command, ["schedule", str(sealed), "--night", "2026-02-28", "--csv", str(csv_file)])
    assert list(csv.DictReader(csv_file.open())) == rows  # what was noted stays, and nothing comes twice
    found = json.loads(run(command, analyse).stdout)
    assert found["remedies"][0]["verdict"] == "helps" and found["remedies"][1]["verdict"] != "helps"
    rows[0]["condition"], rows[1]["condition"] = rows[1]["condition"], rows[0]["condition"]
    write_rows(csv_file, rows)
    refused = run(command, analyse)
    assert refused.exit_code == 2 and "was drawn for it" in refused.stderr


def write_rows(path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--and", "Stretch"], "two names that differ"),
        (["--and", "bath", "--nights", "15"], "at least 16 nights"),
        (["--and", "bath", "--against", "rest"], "Leave out --against"),
        (["--and", "quinine"], "quinine"),
    ],
)
def test_two_remedies_that_cannot_be_tried_at_once_are_refused(tmp_path, more: list[str], told: str) -> None:
    answer = CliRunner().invoke(command, ["new", str(tmp_path / "x.json"), "--try", "stretch", *more])
    assert answer.exit_code and told.casefold() in f"{answer.exception}{answer.output}".casefold()
    assert not (tmp_path / "x.json").exists()


def test_what_may_well_help_and_is_little_known_comes_first_in_the_queue() -> None:
    candidates = [
        Candidate("sure of nothing", mean=0.0, sd=0.02),
        Candidate("perhaps", mean=-0.1, sd=0.4),
        Candidate("perhaps, and a lot of work", mean=-0.1, sd=0.4, minutes=60),
        Candidate("known to help", mean=-0.5, sd=0.02),
    ]
    ranked = queue(candidates, events_per_night=0.5)
    assert ranked[0].id == "perhaps"
    values = {worth.id: worth.value for worth in ranked}
    assert values["known to help"] == pytest.approx(0, abs=0.05)  # nothing to learn: just keep it
    assert all(value > -1e-6 for value in values.values())
