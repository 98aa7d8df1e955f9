"""What studies found may tip a decision; it is told, it never moves a range, and it can be left out."""

from dataclasses import replace

import numpy as np
import pytest

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.knowledge import Certainty, Direction, EvidenceEntry
from quietlegs.core.triggers import (
    Findings,
    Known,
    Strength,
    Teller,
    Verdict,
    WithoutKnown,
    find_triggers,
    known_effects,
    seal,
)
from quietlegs.core.triggers.known import MOST_INCLUSION, SCALES
from quietlegs.exchange.findings_json import findings_json
from quietlegs.exchange.findings_known import load_known, load_links
from quietlegs.exchange.findings_words import load_wording
from quietlegs.exchange.knowledge_base import load_evidence
from tests.unit.triggers.tables import coin, counts, table_of

STRETCH = "prev-stretch-bedtime"


def changed(**fields: object) -> dict[str, EvidenceEntry]:
    """Return the evidence with the entry about stretching changed."""
    evidence = dict(load_evidence())
    evidence[STRETCH] = replace(evidence[STRETCH], **fields)  # type: ignore[arg-type]
    return evidence


@pytest.mark.parametrize(
    ("name", "library_id", "entry"),
    [
        ("Calf stretch before bed", "", STRETCH),
        ("evening_stretch", "", STRETCH),
        ("My own words", "calf-stretch", STRETCH),
        ("wine", "", "cause-alcohol"),
        ("yoga stretch", "", None),  # says more than any name
        ("magnesium", "calf-stretch", None),  # the name says one thing, the library another
        ("iron tablet", "iron", None),
        ("tea", "", None),
    ],
)
def test_a_factor_leads_to_its_study_by_library_or_whole_name(
    name: str, library_id: str, entry: str | None
) -> None:
    found = load_known({name: library_id}, "cramps")
    assert {known.evidence for known in found.values()} == ({entry} if entry else set())


def test_two_factors_that_one_study_could_mean_get_none() -> None:
    assert load_known({"wine": "", "beer": "", "stretch": ""}, "cramps").keys() == {"stretch"}


def test_less_drinking_is_turned_round_to_drinking() -> None:
    given = load_evidence()["cause-alcohol"].log_rate_ratio
    assert given is not None and given.mean < 0
    assert load_known({"wine": ""}, "cramps")["wine"].log_ratio == -given.mean


def test_every_link_leads_to_a_study_on_its_own_scale_that_may_be_used() -> None:
    evidence = load_evidence()
    for link in load_links():
        for outcome, entry in link.entries.items():
            given = evidence[entry].log_rate_ratio
            assert given is not None and given.scale is SCALES[outcome][0]
            names = {" ".join(sorted(min(link.names, key=len))): ""}
            assert known_effects(names, outcome, load_links(), evidence), f"{link.id} is never used"


def test_unverified_undirected_and_missing_effects_are_not_used() -> None:
    entry = load_evidence()[STRETCH]
    assert entry.log_rate_ratio is not None
    unseen = tuple(replace(source, is_verified=False) for source in entry.sources)
    for fields in (
        {"sources": unseen},
        {"direction": Direction.UNKNOWN},
        {"log_rate_ratio": None},
        {"log_rate_ratio": replace(entry.log_rate_ratio, mean=0.0)},
    ):
        assert not known_effects({"stretch": ""}, "cramps", load_links(), changed(**fields)), fields


def test_only_better_certainty_raises_the_chance_of_mattering_and_never_far() -> None:
    strong = changed(certainty=Certainty.HIGH)
    assert load_known({"stretch": ""}, "cramps")["stretch"].inclusion is None
    assert (
        known_effects({"stretch": ""}, "cramps", load_links(), strong)["stretch"].inclusion == MOST_INCLUSION
    )


@pytest.fixture(scope="module")
def both() -> tuple[Findings, Findings]:
    """120 nights on which stretching goes with somewhat fewer cramps: without studies, and with a telling one."""
    stretch, tea = coin(21, 120), coin(22, 120)
    cramps = counts(25, lambda t: 0.9 * (0.6 if stretch[t] else 1.0), 120)
    table = table_of(cramps, stretch=stretch, tea=tea)
    told = Known(STRETCH, "Stretching", "high", -0.5, 0.3, MOST_INCLUSION)
    return find_triggers(table), find_triggers(table, known={"stretch": told})


def test_a_study_changes_the_decision_and_not_the_range(both: tuple[Findings, Findings]) -> None:
    plain, told = (findings_json(findings)["findings"][0] for findings in both)  # type: ignore[index]
    assert told["lfsr"] < plain["lfsr"]
    assert [told[part] for part in ("ratio", "low", "high")] == [
        plain[part] for part in ("ratio", "low", "high")
    ]


def test_the_answer_without_studies_is_given_beside_it(both: tuple[Findings, Findings]) -> None:
    plain, told = both
    for bare, finding in zip(plain.findings, told.findings, strict=True):
        assert bare.known is None and bare.without_known is None
        assert bare.estimate is not None and finding.without_known is not None
        assert finding.without_known.lfsr == bare.estimate.lfsr
        assert (finding.without_known.verdict, finding.without_known.strength) == (
            bare.verdict,
            bare.strength,
        )
    assert told.model.settings["priors"] == ["stretch"] and plain.model.settings["priors"] == []
    assert "Stretching" in Teller(load_wording(), told, {}).sentence(told.findings[0])
    assert "Stretching" not in Teller(load_wording(), told, {}).sentence(told.findings[-1])


def test_a_sealed_factor_gives_nothing_away(both: tuple[Findings, Findings]) -> None:
    finding = seal(both[1], {"stretch"}).findings[0]
    assert finding.known is None and finding.without_known is None


def test_an_effect_on_restless_legs_is_worked_out_in_log_odds_of_the_score() -> None:
    """A ratio of scores becomes the difference at the mean score: a known effect moves the answer its own way."""
    rng = np.random.default_rng(4)
    score = np.clip(np.round(rng.normal(4, 2, 150)), 0, 10)
    table = table_of(score, name="restless", kind=OutcomeKind.SCALE, exercise=coin(5, 150), tea=coin(6, 150))
    chances = []
    for sign in (-1, 1):
        known = {"exercise": Known("x", "X", "low", sign * 0.2, 0.3, MOST_INCLUSION)}
        finding = find_triggers(table, outcome="restless", known=known).findings[0]
        assert finding.estimate is not None and finding.without_known is not None
        chances.append(finding.estimate.lfsr - finding.without_known.lfsr)
    assert (chances[0] < chances[1]) == (finding.estimate.effect < 0)


def test_a_study_on_cramps_says_nothing_of_other_outcomes() -> None:
    assert not load_known({"stretch": ""}, "sleep_hours")
    known = {"stretch": Known("x", "X", "low", -0.5, 0.3, MOST_INCLUSION)}
    table = table_of(
        coin(3, 120), name="woke", kind=OutcomeKind.YES_NO, stretch=coin(5, 120), tea=coin(6, 120)
    )
    assert find_triggers(table, outcome="woke", known=known).findings[0].known is None


def test_an_answer_that_hangs_on_a_study_says_what_it_would_be_without(
    both: tuple[Findings, Findings],
) -> None:
    findings = both[1]
    finding = findings.findings[0]
    assert finding.estimate is not None
    hangs = replace(
        finding,
        verdict=Verdict.LOWERS,
        strength=Strength.CLEAR,
        without_known=WithoutKnown(0.2, Verdict.NOT_ENOUGH_NIGHTS, Strength.POSSIBLE),
    )
    teller = Teller(load_wording(), findings, {})
    assert "Without it the answer is: perhaps fewer." in teller.sentence(hangs)
    assert "about another factor" in teller.sentence(replace(hangs, known=None))
