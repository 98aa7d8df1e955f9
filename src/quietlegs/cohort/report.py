"""The report of a cohort: a page that stands alone, with a forest plot of every series and how it was done."""

from html import escape

import numpy as np

from quietlegs.cohort.series import Cohort, Series
from quietlegs.core.experiments.pool import INTERVAL_MASS, Pool, Span
from quietlegs.version import __version__

PEOPLE_DRAWN = 60
ROW = 20
WIDTH, LABEL, PLOT = 760, 220, 400
EDGE = 2.0  # log ratios drawn; beyond, an arrow

STYLE = """
:root { color-scheme: light dark; --ink: #161c33; --paper: #fff; --line: #6b7390; --accent: #2f3c8f; }
@media (prefers-color-scheme: dark) { :root { --ink: #f4e8d6; --paper: #17130f; --line: #a79f93; --accent: #9fb0ff; } }
body { font: 1.05rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-inline-size: 52rem;
  margin: 2rem auto; padding-inline: 1rem; }
figure { margin: 0; overflow-x: auto; } svg { max-inline-size: 100%; block-size: auto; }
text { fill: var(--ink); font-size: 13px; } .line { stroke: var(--line); } .own { stroke: var(--ink); }
.dot { fill: var(--ink); } .pooled { fill: var(--accent); stroke: var(--accent); }
table { border-collapse: collapse; inline-size: 100%; } th, td { text-align: start; padding: .3rem .6rem; border-block-end: 1px solid var(--line); }
td.n, th.n { text-align: end; font-variant-numeric: tabular-nums; }
"""


def report_html(cohort: Cohort) -> str:
    """Return the report as one HTML page without scripts or requests."""
    series = "\n".join(_series(number, one) for number, one in enumerate(cohort.series, start=1))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Results of {cohort.people} people</title><style>{STYLE}</style></head><body><main>
<h1>Results of {cohort.people} people</h1>
<p>{len(cohort.series)} series. {_skipped_line(cohort)}</p>
{series}
{_skipped(cohort)}
{_methods()}
</main></body></html>
"""


def _skipped_line(cohort: Cohort) -> str:
    if not cohort.skipped:
        return "Nobody was skipped."
    return f"{len(cohort.skipped)} could not be used; the reasons are below."


def _ratio(span: Span, kind: str) -> str:
    if kind in ("count", "yesno"):
        low, mean, high = (f"{np.exp(v):.2f}" for v in (span.low, span.mean, span.high))
        return f"{mean} times ({low} to {high})"
    return f"{span.mean:+.2f} ({span.low:+.2f} to {span.high:+.2f})"


def _series(number: int, one: Series) -> str:
    head = f"<section><h2>{number}. {escape(one.name)}</h2><p>Outcome: {escape(one.outcome)}. {len(one.codes)} people."
    if one.pool is None:
        return f"{head} Too few to pool: at least 3 are needed.</p></section>"
    pooled = one.pool
    helps = pooled.probability_mean_below_0 if one.lower_is_better else 1 - pooled.probability_mean_below_0
    new = pooled.probability_new_below_0 if one.lower_is_better else 1 - pooled.probability_new_below_0
    note = (
        ""
        if one.source == "experiment"
        else " These are associations in diaries, not the results of experiments."
    )
    rows = [
        ("On average", _ratio(pooled.mean, one.kind)),
        (
            "Between people (standard deviation)",
            f"{pooled.spread.mean:.2f} ({pooled.spread.low:.2f} to {pooled.spread.high:.2f})",
        ),
        ("For a further person", _ratio(pooled.new_person, one.kind)),
        ("Chance that it helps on average", f"{100 * helps:.0f} in 100"),
        ("Chance that it helps a further person", f"{100 * new:.0f} in 100"),
    ]
    if one.inclusion is not None:
        rows.append(
            (
                "Share of people for whom it does anything",
                f"{100 * one.inclusion.mean:.0f} in 100 ({100 * one.inclusion.low:.0f} to {100 * one.inclusion.high:.0f})",
            )
        )
    for name, part in one.strata.items():
        rows.append(
            (
                f"Only {name}",
                _ratio(part.mean, one.kind) + f", {part.people} people" if part else "fewer than 3 people",
            )
        )
    body = "".join(f"<tr><th scope=row>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in rows)
    return f"{head}{note}</p><table><caption>What they say together</caption><tbody>{body}</tbody></table>{_forest(one, pooled)}</section>"


def _x(value: float) -> float:
    return LABEL + PLOT * (min(max(value, -EDGE), EDGE) + EDGE) / (2 * EDGE)


def _forest(one: Series, pooled: Pool) -> str:
    """Draw people by their own estimate, and below them the average and a further person."""
    order = np.argsort(one.own_mean, kind="stable")
    shown = (
        order
        if len(order) <= PEOPLE_DRAWN
        else order[np.linspace(0, len(order) - 1, PEOPLE_DRAWN).astype(int)]
    )
    height = ROW * (len(shown) + 4) + 10
    marks = [f'<line class="line" x1="{_x(0):.1f}" x2="{_x(0):.1f}" y1="0" y2="{height - 24}"/>']
    for row, i in enumerate(shown):
        y = ROW * row + 14
        low, high = one.own_mean[i] - 1.645 * one.own_sd[i], one.own_mean[i] + 1.645 * one.own_sd[i]
        marks.append(_bar(y, escape(one.codes[i][:26]), low, one.own_mean[i], high, "own"))
    for row, (name, span) in enumerate((("Average", pooled.mean), ("A further person", pooled.new_person))):
        y = ROW * (len(shown) + row) + 22
        marks.append(_bar(y, name, span.low, span.mean, span.high, "pooled"))
    words = (
        ("a quarter", "half", "the same", "double", "four times")
        if one.kind in ("count", "yesno")
        else ("-1.4", "-0.7", "0", "+0.7", "+1.4")
    )
    for word, at in zip(words, np.log([0.25, 0.5, 1, 2, 4]), strict=True):
        marks.append(f'<text x="{_x(float(at)):.1f}" y="{height - 6}" text-anchor="middle">{word}</text>')
    part = (
        ""
        if len(shown) == len(order)
        else f" {len(shown)} of {len(order)} people are drawn, evenly over their order."
    )
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="Forest plot of {len(shown)} people">'
        f"{''.join(marks)}</svg><figcaption>Each line is one person with an interval of 90 in 100, by their own nights alone.{part}"
        f"</figcaption></figure>"
    )


def _bar(y: float, name: str, low: float, mean: float, high: float, kind: str) -> str:
    thick = 4 if kind == "pooled" else 1.5
    number = f"{mean:+.2f}"
    return (
        f'<text x="0" y="{y + 4}">{name}</text><line class="{kind}" x1="{_x(low):.1f}" x2="{_x(high):.1f}" y1="{y}" y2="{y}" '
        f'stroke-width="{thick}"/><circle class="{"pooled" if kind == "pooled" else "dot"}" cx="{_x(mean):.1f}" cy="{y}" r="{thick + 2}"/>'
        f'<text x="{LABEL + PLOT + 20}" y="{y + 4}">{number}</text>'
    )


def _skipped(cohort: Cohort) -> str:
    if not cohort.skipped:
        return ""
    rows = "".join(
        f"<tr><th scope=row>{escape(code)}</th><td>{escape(why)}</td></tr>"
        for code, why in cohort.skipped[:500]
    )
    more = f"<p>and {len(cohort.skipped) - 500} more in cohort.json</p>" if len(cohort.skipped) > 500 else ""
    return f"<section><h2>Skipped</h2><table><tbody>{rows}</tbody></table>{more}</section>"


def _methods() -> str:
    return f"""<section><h2>How it was done</h2>
<p>Each person's nights were fitted by a latent autoregressive model. The log-likelihood of the effect on a grid of 101 points
went into a hierarchical model: effects are normal between people, with mean and standard deviation integrated over a lattice
(prior of the mean N(0, 0.5), of the standard deviation gamma(2, 2)). Intervals hold {round(100 * INTERVAL_MASS)} in 100. Numbers
on the log scale: -0.69 is half, +0.69 double.</p>
<p>Only these grids were pooled, not the diaries. Everything is in people.parquet and cohort.json. Quietlegs {__version__}.</p>
</section>"""
