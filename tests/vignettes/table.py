"""Counts how the check does on the vignettes, and writes docs/reference/triage.md: python -m tests.vignettes.table"""

from collections import Counter
from pathlib import Path

from quietlegs.core.assessment.triage_flags import Disposition
from quietlegs.exchange.checks import load_guidance
from tests.vignettes.people import results

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "triage.md"

HEAD = """# Triage and what it may be: how the check does on its vignettes

Made by `python -m tests.vignettes.table` from the people in `tests/vignettes/people`. A test compares this page with a
fresh count, so it cannot go stale.

**Read it with care.** The people were written from the same sources as the rules, by the makers of the rules. The table
shows that the rules do what the sources say at their boundaries, and that nobody among these people is sent home who
should be seen. It does not show how often the check is right in real people. No clinical study of it exists.
"""

TAIL = """
## How it decides

- A red flag is a rule over single questions. Each answer is yes, no or *not sure*; a question can also be unanswered.
- An unanswered question could still get any answer. The check works out the least and the most urgent result that
  remain possible. It commits only when the two are the same; until then `disposition` is null and `ask_next` lists the
  questions that could raise it, the most serious first.
- An emergency that is certain ends the questions at once.
- *Not sure* (`null` in a file of answers) is an answer, and never a no. If a yes would have been an emergency or a
  same-day matter, *not sure* asks for help the same day. If a yes would have meant an appointment, so does *not sure*.
  Such flags are listed in `not_ruled_out`.
- `ruled_out` names the flags to which the answers say no. A flag in none of the lists was not asked to its end.
- A red flag's own id stands for its whole question. Yes gives its main urgency; its single questions may still raise it
  and are named in `ask_next`, but do not hold up the result. No rules it out, unless single questions fire it.
- What is asked depends on the person. A flag for people with diabetes is asked when diabetes is known or unknown. A
  list of conditions or medicines that is given is taken as complete, except that a medicine nobody can read may be any
  of those asked about. Leaving the list out means that nobody knows. `pregnant` means pregnant now, or gave birth in the
  last 6 weeks.
- Under 18 only the children's flag is asked, and the least answer is to see a doctor.
- Answers that do not fit together are named in `contradictions`, to be asked again. Until then the safer one counts.

Laws that are tested as properties: the order of the flags does not matter; a yes never makes it less urgent (but for
the one question in which yes is good news: "Has a doctor already explained it?"); more answers never lower what is
already certain; a missing answer never reassures; and "none of these" on every screen settles triage for everybody.

Two slow, plain ways stand as oracles: every completion of the missing answers is tried for each flag, and every set of
conditions is added up one by one.

## A file of answers

```yaml
age: 67
sex: female
pregnant: no
conditions: [type 2 diabetes]
medicines: [bendroflumethiazide 2.5mg od]
answers:
  rf-stroke: no            # a whole question
  rf-dvt.swelling: yes     # one part of a question
  rf-dvt.pain: not sure    # never counted as no
  visible_hard_muscle: yes # a feature
  fibromyalgia.wpi: 7      # counted elsewhere, 0 to 19
```

`quietlegs check answers.yaml` says what it comes to; `--json` gives one document. An unknown question or an answer that is
not clear is named on stderr, the rest is judged, and the exit status is 1. A question that stands twice is refused (2).

## How it finds what it may be

Each condition has a share of adults (adjusted to age, sex and what is known), and each feature a word from *always* to
*never*. The words are judgement and stand for 95, 80, 40, 10 and 2 in 100. Published likelihood ratios stand in where
they are about the same question. Up to 3 conditions may hold together, and any of them can bring a symptom (a noisy
or). All sets are added up exactly. Because questions overlap, an answer counts for 4 fifths of its full weight.
The result ranks conditions. It is not a measured probability, and it is shown as *fits well*, *partly* or *poorly*.
The next question is the one whose answer is expected to tell most (mutual information).
"""


def page() -> str:
    """Return the page."""
    return "\n".join([HEAD, *_triage(), *_conditions(), *_misses(), TAIL])


def _triage() -> list[str]:
    cells: Counter[tuple[Disposition, Disposition | None]] = Counter()
    for one, result in results():
        cells[one.expect, result.triage.disposition] += 1
    total = sum(cells.values())
    under = sum(count for (want, got), count in cells.items() if got is None or got.urgency < want.urgency)
    over = sum(
        count for (want, got), count in cells.items() if got is not None and got.urgency > want.urgency
    )
    columns = list(Disposition)
    rows = ["## Urgency", "", "| should be | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    for want in columns:
        rows.append(f"| {want} | " + " | ".join(str(cells[want, got]) for got in columns) + " |")
    flags = {one.flag for one, _ in results() if one.flag}
    right = [
        (one.flag in {fired.flag.id for fired in result.triage.sure}) is one.fires
        for one, result in results()
        if one.flag
    ]
    return [
        *rows,
        "",
        f"- people: {total}, of whom {sum(one.file == 'self_care' for one, _ in results())} only need self-care",
        f"- under-triage (less urgent than it should be, or no answer): {under}",
        f"- over-triage (more urgent than it should be): {over}",
        f"- red flags tried on both sides of their boundary: {len(flags)} of {len(load_guidance().flags)}; "
        f"as they should be: {sum(right)} of {len(right)} people",
        "",
    ]


def _conditions() -> list[str]:
    tried = [
        (one, [like.condition.id for like in result.likely]) for one, result in results() if one.condition
    ]
    first = sum(ids[:1] == [one.condition] for one, ids in tried)
    third = sum(one.condition in ids[:3] for one, ids in tried)
    return [
        "## What it may be",
        "",
        f"- people: {len(tried)}, 2 for each of {len({one.condition for one, _ in tried})} conditions",
        f"- the condition comes first: {first} of {len(tried)}",
        f"- the condition is among the first 3: {third} of {len(tried)}",
        "",
    ]


def _misses() -> list[str]:
    wrong = [
        f"- {one.who}: {one.condition} expected, {result.likely[0].condition.id} came first"
        for one, result in results()
        if one.condition and (not result.likely or result.likely[0].condition.id != one.condition)
    ]
    return ["Not first:", "", *wrong, ""] if wrong else []


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
