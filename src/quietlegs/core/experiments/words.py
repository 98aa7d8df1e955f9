"""What a result says, in words: numbers into the sentences of the wording data. No sentence of its own.

Every function takes the wording as a plain mapping (``kb/wording/experiments.yaml``), so that it can be translated and
reviewed as data.
"""

from collections.abc import Mapping

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.analysis import Analysis, Monitoring, Verdict
from quietlegs.core.experiments.design import is_no_remedy
from quietlegs.core.experiments.effect import Effect, Span
from quietlegs.core.experiments.power import Chance, Power
from quietlegs.core.experiments.safety import Advice, Standing

Wording = Mapping[str, Mapping[str, object]]
OF_NIGHTS = 20


def text(wording: Wording, group: str, id: str, **numbers: object) -> str:
    """Return a sentence of the wording with its numbers filled in."""
    return str(wording[group][id]).format(**numbers)


def named(condition: str) -> str:
    """Return a condition as it stands in a sentence: a mere code, or words that do not read as a name, in quotation marks.

    >>> named("stretch"), named("1"), named("Stretch both calves")
    ('stretch', '“1”', '“Stretch both calves”')
    """
    reads_as_name = len(condition) > 2 and (len(condition.split()) == 1 or condition[:1].islower())
    return condition if reads_as_name else f"“{condition}”"


def _names(analysis: Analysis) -> dict[str, str]:
    return {"treatment": named(analysis.nights.treatment), "reference": named(analysis.nights.reference)}


def capital(sentence: str) -> str:
    """Return a sentence with a capital at its start."""
    return sentence[:1].upper() + sentence[1:]


def outcome_words(wording: Wording, name: str, kind: OutcomeKind) -> dict[str, str]:
    """Return the words of an outcome: ``many``, ``event``, ``more``, ``fewer``, ``unit`` (empty where it has none)."""
    outcomes = wording["outcomes"]
    words = outcomes.get(name, outcomes[f"any_{kind.value}"])
    assert isinstance(words, Mapping)
    plain = {key: str(value).format(name=name) for key, value in words.items()}
    return {"unit": "", "event": "", **plain}


def number(value: float) -> str:
    """Return a number with two significant digits below 10, whole numbers above.

    >>> number(0.3217), number(4.21), number(42.1)
    ('0.32', '4.2', '42')
    """
    if abs(value) >= 10:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"


def in_twenty(share: float) -> int:
    """Return a share of nights as nights in 20."""
    return round(share * OF_NIGHTS)


def headline(analysis: Analysis, wording: Wording) -> str:
    """Return the answer in a few words."""
    return capital(
        text(wording, "verdicts", analysis.verdict.value, treatment=named(analysis.nights.treatment))
    )


def sentence(analysis: Analysis, wording: Wording) -> str:
    """Return the result as one short paragraph: the answer, nights with and without, and how far to trust it."""
    nights = analysis.nights
    words = outcome_words(wording, nights.outcome_name, nights.kind)
    if analysis.effect is None:
        return " ".join([_cannot(analysis, words, wording), analysis.because]).strip()
    parts = [
        _cannot(analysis, words, wording)
        if analysis.verdict is Verdict.CANNOT_SAY_YET
        else headline(analysis, wording) + "."
    ]
    if analysis.verdict is Verdict.NO_USEFUL_DIFFERENCE:
        parts.append(
            text(wording, "sentences", "small", treatment=named(nights.treatment), many=words["many"])
        )
    parts.append(arms(analysis, analysis.effect, words, wording))
    parts.append(size(analysis, analysis.effect, words, wording))
    if analysis.randomisation is None:
        parts.append(text(wording, "sentences", "not_by_lot"))
    return " ".join(part for part in parts if part)


def _cannot(analysis: Analysis, words: Mapping[str, str], wording: Wording) -> str:
    return text(
        wording,
        "sentences",
        "cannot_say",
        nights=analysis.used,
        treatment=named(analysis.nights.treatment),
        many=words["many"],
    )


def arms(analysis: Analysis, effect: Effect, words: Mapping[str, str], wording: Wording) -> str:
    """Return nights with and nights without in one sentence."""
    names = _names(analysis)
    with_, without = effect.treatment, effect.reference
    if with_.share is None or without.share is None or not words["event"]:
        numbers = {"a": number(with_.per_night.mean), "b": number(without.per_night.mean)}
        return _tidy(capital(text(wording, "sentences", "means", unit=words["unit"], **names, **numbers)))
    return capital(
        text(
            wording,
            "sentences",
            "shares",
            k=in_twenty(with_.share.mean),
            m=in_twenty(without.share.mean),
            event=words["event"],
            **names,
        )
    )


def size(analysis: Analysis, effect: Effect, words: Mapping[str, str], wording: Wording) -> str:
    """Return the effect with its interval in one sentence."""
    names = _names(analysis)
    value = effect.value
    if analysis.nights.kind is OutcomeKind.COUNT:
        tens = {
            "tens": number(10 * value.mean),
            "tens_low": number(10 * value.low),
            "tens_high": number(10 * value.high),
        }
        return text(wording, "sentences", "ratio", many=words["many"], **names, **tens)
    if effect.is_ratio:
        ratios = {"ratio": number(value.mean), "low": number(value.low), "high": number(value.high)}
        return text(wording, "sentences", "odds", **names, **ratios)
    return _difference(value, words, wording)


def _difference(value: Span, words: Mapping[str, str], wording: Wording) -> str:
    unit = words["unit"]
    if value.low < 0 < value.high:
        return text(
            wording,
            "sentences",
            "difference_open",
            low=_tidy(f"{number(-value.low)} {unit}"),
            high=number(value.high),
        )
    less = value.high <= 0
    small, large = sorted((abs(value.low), abs(value.high)))
    return _tidy(
        text(
            wording,
            "sentences",
            "difference_less" if less else "difference_more",
            size=number(abs(value.mean)),
            low=number(small),
            high=number(large),
            unit=unit,
        )
    )


def _tidy(sentence: str) -> str:
    return " ".join(sentence.split()).replace(" .", ".")


def luck(analysis: Analysis, wording: Wording) -> str:
    """Return how often luck alone would give such a gap; empty when the order was not drawn by lot."""
    test = analysis.randomisation
    if test is None:
        return ""
    of = 100 if test.p >= 0.005 else 1000
    count = round(test.p * of)
    if count == 0:
        return text(wording, "sentences", "luck_never", of=of)
    return text(wording, "sentences", "luck", n=count, of=of)


def why(analysis: Analysis, wording: Wording) -> list[str]:
    """Return why we say so: luck, looks, other readings, what the nights did by themselves."""
    lines = [luck(analysis, wording)]
    if analysis.monitoring is Monitoring.PLANNED_LOOKS:
        pairs = analysis.looks[-1].pair if analysis.looks else 0
        lines.append(text(wording, "why", "planned_looks", looks=len(analysis.looks), pairs=pairs))
    elif analysis.monitoring is Monitoring.OPEN_END:
        lines.append(text(wording, "why", "open_end", e=number(analysis.anytime.highest)))
    elif analysis.nights.other is not None:
        names = {"treatment": named(analysis.nights.treatment), "other": named(analysis.nights.other_name)}
        lines += [text(wording, "why", "two_at_once", **names), text(wording, "why", "two_once")]
    else:
        lines.append(text(wording, "why", "once"))
    for reading in analysis.sensitivities:
        lines.append(text(wording, "why", reading.id, value=_value(analysis, reading.value, wording)))
    lines.append(together(analysis, wording))
    lines.append(
        text(
            wording,
            "why",
            "periods",
            first=number(analysis.periods.first_half),
            second=number(analysis.periods.second_half),
        )
    )
    return [line for line in lines if line]


def together(analysis: Analysis, wording: Wording) -> str:
    """Return what both remedies of a factorial do beyond each by itself; empty for one remedy alone."""
    found = analysis.effect.together if analysis.effect else None
    if found is None:
        return ""
    value = _value(analysis, found.value, wording)
    if not found.is_sure:
        return text(wording, "why", "together_open", value=value)
    words = outcome_words(wording, analysis.nights.outcome_name, analysis.nights.kind)
    change = words["more" if found.probability_above > 0.5 else "fewer"]
    return text(wording, "why", "together", value=value, change=change)


def _value(analysis: Analysis, value: Span, wording: Wording) -> str:
    kind = {OutcomeKind.COUNT: "value_ratio", OutcomeKind.YES_NO: "value_odds"}.get(
        analysis.nights.kind, "value_difference"
    )
    return text(
        wording, "why", kind, ratio=number(value.mean), low=number(value.low), high=number(value.high)
    )


def cautions(analysis: Analysis, wording: Wording) -> list[str]:
    """Return the cautions of a result as sentences."""
    return [text(wording, "cautions", c.id, **dict(c.numbers)) for c in analysis.cautions]


_NEXT: dict[Verdict, dict[Standing, tuple[str, ...]]] = {
    Verdict.HELPS: {
        Standing.NO_MEDICINE: ("keep",),
        Standing.UNKNOWN: ("keep", ""),
        Standing.MEDICINE: ("helped", ""),
    },
    Verdict.HARMS: {
        Standing.NO_MEDICINE: ("leave_off",),
        Standing.UNKNOWN: ("", "otherwise_leave_off"),
        Standing.MEDICINE: ("harmed", ""),
    },
    Verdict.NO_USEFUL_DIFFERENCE: {
        Standing.NO_MEDICINE: ("drop",),
        Standing.UNKNOWN: ("", "otherwise_drop"),
        Standing.MEDICINE: ("no_difference", ""),
    },
}  # sentences of the wording, in order; "" is where the advice about medicines stands
# Against another remedy nothing is learnt of either by itself, so there is nothing to drop.
_COMPARED = {
    Verdict.HELPS: "did_better",
    Verdict.HARMS: "did_worse",
    Verdict.NO_USEFUL_DIFFERENCE: "did_alike",
}


def what_now(analysis: Analysis, extension: Chance | None, wording: Wording, advice: Advice) -> list[str]:
    """Return what to do now: keep, drop, or extend with the chance that extending settles it.

    ``advice`` says what is known of the things compared. A medicine is never to be kept, dropped or stopped by this page.
    """
    names = {"treatment": named(analysis.nights.treatment)}
    if analysis.verdict in _NEXT:
        cautioned = advice.sentence(harmed=analysis.verdict is Verdict.HARMS)
        if not is_no_remedy(analysis.nights.reference):
            both = {**names, "reference": named(analysis.nights.reference)}
            said = text(wording, "next", _COMPARED[analysis.verdict], **both)
            is_first = advice.standing is Standing.UNKNOWN and analysis.verdict is not Verdict.HELPS
            return [line for line in ((cautioned, said) if is_first else (said, cautioned)) if line]
        order = _NEXT[analysis.verdict][advice.standing]
        return [text(wording, "next", id, **names) if id else cautioned for id in order]
    if extension is None:
        return []
    poor = extension.chance < 0.1
    chance = {"nights": extension.nights, "chance": round(extension.chance * 10)}
    return [text(wording, "next", "extend_poor" if poor else "extend", **chance)]


def months(nights: int, wording: Wording) -> str:
    """Return a length of time as a person would say it: 56 nights are 8 weeks, 168 are 6 months."""
    if nights < 100:
        return text(wording, "power", "weeks", n=round(nights / 7))
    return text(wording, "power", "months", n=round(nights / 30.4))


def recommendation(power: Power, wording: Wording) -> list[str]:
    """Return what the chances recommend: a length, or honestly that one person alone cannot tell."""
    lines = []
    if power.enough is not None:
        lines.append(
            text(
                wording,
                "power",
                "good",
                nights=power.enough.nights,
                months=months(power.enough.nights, wording),
            )
        )
    elif power.fair is not None:
        lines.append(
            text(
                wording, "power", "fair", nights=power.fair.nights, months=months(power.fair.nights, wording)
            )
        )
    elif power.chances:
        lines.append(text(wording, "power", "too_long", nights=power.chances[-1].nights))
    return [*lines, text(wording, "power", "no_effect")]


def chance_sentence(chance: Chance, wording: Wording) -> str:
    """Return one chance as a sentence."""
    id = "chance_low" if chance.chance < 0.05 else "chance_high" if chance.chance > 0.95 else "chance"
    return text(
        wording,
        "power",
        id,
        nights=chance.nights,
        chance=round(chance.chance * 10) or 1,
    )
