"""What both pages of the insights show: drawings, icons, and a share of nights as twenty dots."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from quietlegs.core.triggers import Finding, Group, Reason, Strength, Verdict
from quietlegs.core.triggers.frequencies import counts_events
from quietlegs.exchange.figures import dots_picture, filled_of
from quietlegs.exchange.figures.files import svg_in_page
from quietlegs.exchange.findings_lines import Lines
from quietlegs.web.shell.numbers import said_number

_ICONS = {
    Verdict.RAISES: "up",
    Verdict.LOWERS: "down",
    Verdict.NO_CLEAR_EFFECT: "equal",
    Verdict.NOT_ENOUGH_NIGHTS: "hourglass",
    Verdict.CANNOT_TELL_APART: "tangle",
}


def drawing(svg: str) -> SafeString:
    """Return a drawing for a template. It is built of escaped parts by ``quietlegs.exchange.figures``."""
    return mark_safe(svg_in_page(svg))  # noqa: S308


@dataclass(frozen=True, slots=True)
class Dots:
    """Twenty dots for one side: a heading, a sentence, the drawing."""

    heading: str
    sentence: str
    picture: SafeString | None


def icon_of(finding: Finding) -> str:
    """Return the icon that stands beside a finding's word."""
    if finding.reason is Reason.SEALED:
        return "sealed"
    return "question" if finding.strength is Strength.POSSIBLE else _ICONS[finding.verdict]


def sides_of(finding: Finding, lines: Lines) -> list[Dots]:
    """Return the nights with and without a factor, as twenty dots each; of a finding that has nights to compare."""
    seen = finding.comparison
    assert seen is not None
    with_words = lines.teller.with_words(finding)
    tell = _means if seen.every_night else _dots
    return [tell(with_words, seen.with_it, lines), tell(_("Otherwise"), seen.without, lines)]


def _means(heading: str, group: Group, lines: Lines) -> Dots:
    """Say the mean number of events where every night had one: twenty full dots on both sides would say nothing."""
    values = {
        "mean": said_number(group.mean),
        "many": lines.teller.outcome.many,
        "nights": lines.teller.wording.nights(group.nights),
    }
    return Dots(heading, _("%(mean)s %(many)s on average, over %(nights)s.") % values, None)


def _dots(heading: str, group: Group, lines: Lines) -> Dots:
    findings, words = lines.teller.findings, lines.teller.outcome
    if group.nights == 0:
        return Dots(heading, _("No nights yet."), None)
    if not counts_events(findings.outcome_kind):
        values = {
            "mean": said_number(group.value),
            "low": said_number(group.low),
            "high": said_number(group.high),
            "unit": words.unit,
            "nights": lines.teller.wording.nights(group.nights),
        }
        said = _("%(mean)s %(unit)s on average, over %(nights)s. It could be %(low)s to %(high)s.") % values
        return Dots(heading, said.replace("  ", " "), None)
    full, either, open_ones = filled_of(group.value, group.low, group.high)
    values = {
        "k": round(20 * group.value),
        "low": round(20 * group.low),
        "high": round(20 * group.high),
        "event": words.event,
        "nights": lines.teller.wording.nights(group.nights),
        "events": group.events,
    }
    said = _(
        "%(events)s of %(nights)s %(event)s. That is about %(k)s in 20. It could be %(low)s to %(high)s."
    )
    label = _("20 dots for 20 nights: %(full)s filled, %(either)s half filled, %(open)s open.") % {
        "full": full,
        "either": either,
        "open": open_ones,
    }
    return Dots(
        heading, said % values, drawing(dots_picture(group.value, group.low, group.high, label=label))
    )


def query_of(outcome: str, studies: bool) -> str:
    """Return what an address says of the question: nothing for cramps with studies, the usual one."""
    asked = {} if outcome == "cramps" else {"outcome": outcome}
    asked |= {} if studies else {"studies": "off"}
    return f"?{urlencode(asked)}" if asked else ""
