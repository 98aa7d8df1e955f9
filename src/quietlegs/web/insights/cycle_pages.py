"""The cycle: what the page gets for its picture and the list beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quietlegs.core.triggers import Cycle, CycleArrow, Strength, Teller
from quietlegs.core.triggers.cycle import LEAST_NIGHTS
from quietlegs.exchange.figures import Arrow, Node, cycle_picture
from quietlegs.exchange.figures.files import svg_in_page
from quietlegs.exchange.findings_words import load_wording


@dataclass(frozen=True, slots=True)
class ArrowLine:
    """One arrow in words. ``kind`` is clear, maybe or open, and draws its key."""

    kind: str
    word: str
    between: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CyclePart:
    """The circle with its sentence and its list."""

    picture: SafeString
    about: str
    arrows: Sequence[ArrowLine]


def cycle_part(cycle: Cycle | None) -> CyclePart | None:
    """Return the cycle for the page; None where there is none to draw."""
    if cycle is None:
        return None
    names = _names()
    arrows = [Arrow(a.source, a.target, _is_clear(a)) for a in cycle.drawn]
    drawn = ""
    if arrows:  # a ring without an arrow says nothing that the sentence does not
        drawn = cycle_picture(
            [Node(s, *names[s]) for s in cycle.stations], arrows, label=_label(cycle, names)
        )
    count, asked = len(cycle.drawn), len(cycle.arrows)
    about = ngettext(
        "%(count)s of %(asked)s arrows shows in your nights.",
        "%(count)s of %(asked)s arrows show in your nights.",
        count,
    ) % {"count": count or _("None"), "asked": asked}
    return CyclePart(mark_safe(svg_in_page(drawn)), about, [_line(a, names) for a in cycle.arrows])  # noqa: S308


def _whole_name(what: str, detail: str) -> str:
    return _("%(what)s %(detail)s") % {"what": what, "detail": detail} if detail else what


def _names() -> dict[str, tuple[str, str]]:
    return {
        "cramps": (_("Cramps"), ""),
        "sleep_hours": (_("Sleep"), _("hours")),
        "sleep_quality": (_("Sleep"), _("how good")),
        "awakenings": (_("Waking"), _("in the night")),
        "pain": (_("Pain"), _("next day")),
        "fatigue": (_("Tiredness"), _("next day")),
        "worry": (_("Worry"), _("at bedtime")),
    }


def _is_clear(arrow: CycleArrow) -> bool:
    return arrow.finding is not None and arrow.finding.strength is Strength.CLEAR


def _label(cycle: Cycle, names: dict[str, tuple[str, str]]) -> str:
    told = ", ".join(f"{names[a.source][0]} → {names[a.target][0]}" for a in cycle.drawn)
    return _("A circle with these arrows: %(arrows)s.") % {"arrows": told}


def _line(arrow: CycleArrow, names: dict[str, tuple[str, str]]) -> ArrowLine:
    between = f"{names[arrow.source][0]} → {names[arrow.target][0]}"
    finding, findings = arrow.finding, arrow.findings
    if finding is None or findings is None:
        sentence = _("%(have)s of about %(need)s nights with both noted.") % {
            "have": arrow.nights,
            "need": LEAST_NIGHTS,
        }
        return ArrowLine("open", _("Not enough nights yet."), between, sentence)
    teller = Teller(load_wording(), findings, {n: _whole_name(w, s).lower() for n, (w, s) in names.items()})
    told = f"{teller.observed(finding)} {teller.size(finding)}"
    if arrow.is_drawn:
        word = _("Clear.") if _is_clear(arrow) else _("Perhaps.")
        return ArrowLine("clear" if _is_clear(arrow) else "maybe", word, between, told)
    if finding.strength is Strength.CLEAR:
        return ArrowLine("open", _("The other way round."), between, told)
    if finding.strength is Strength.SMALL:
        return ArrowLine("open", _("No arrow."), between, teller.wording.say("small"))
    told = _("%(count)s nights have both noted.") % {"count": arrow.nights}
    return ArrowLine("open", _("Your nights do not say."), between, told)
