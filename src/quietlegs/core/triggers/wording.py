"""Sentences are data: this module holds the templates, fills them, and says numbers the way people do."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from quietlegs.core.diary.night import OutcomeKind


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    """How an outcome is spoken of; ``event`` and ``event_nights`` only where nights have or have not an event."""

    many: str
    more: str
    fewer: str
    event: str = ""
    event_nights: str = ""
    unit: str = ""
    higher: str = ""
    lower: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """Every sentence about findings, by id, with {gaps} that are filled by name."""

    outcomes: Mapping[str, OutcomeWords]
    verdicts: Mapping[str, str]
    sentences: Mapping[str, str]
    page: Mapping[str, str]
    health: Mapping[str, str]
    gates: Mapping[str, str]

    def say(self, sentence_id: str, **values: object) -> str:
        """Return a sentence with its gaps filled. Raises KeyError for an unknown id or a gap left open."""
        return self.sentences[sentence_id].format(**values)

    def title(self, words_id: str, **values: object) -> str:
        """Return the words of a heading or table with their gaps filled. Raises KeyError as ``say`` does."""
        return self.page[words_id].format(**values)

    def outcome(self, name: str, kind: OutcomeKind) -> OutcomeWords:
        """Return the words for an outcome; general ones for an outcome that Quietlegs does not know."""
        if name in self.outcomes and not (kind is OutcomeKind.YES_NO and not self.outcomes[name].event):
            return self.outcomes[name]
        plain = name_words(name)
        general = self.outcomes[f"any_{kind.value}"]
        return OutcomeWords(
            *(
                str(getattr(general, part)).format(name=plain)
                for part in ("many", "more", "fewer", "event", "event_nights", "unit", "higher", "lower")
            )
        )

    def day(self, day: date) -> str:
        """Return a date as people write it: 4 March 2026."""
        month = self.sentences["months"].split()[day.month - 1]
        return self.say("date", day=day.day, month=month, year=day.year)

    def nights(self, count: int) -> str:
        """Return "1 night" or "12 nights"."""
        return self.say("one_night") if count == 1 else self.say("nights", n=count)

    def share(self, share: float, *, in_twenty: bool = False) -> str:
        """Return a share of nights as people say it: "about 4 in 10", "none", "almost all"."""
        if share <= 0 or share >= 1:
            return self.say("none_of" if share <= 0 else "all_of")
        if share < 0.025 or share > 0.975:
            return self.say("almost_none" if share < 0.5 else "almost_all")
        of = 20 if in_twenty else 10
        return self.say("about_in", k=min(of - 1, max(1, round(share * of))), of=of)

    def shares(self, one: float, other: float) -> tuple[str, str]:
        """Return two shares in the same kind of words: in 20 where tenths would hide a difference or a small share."""
        alike = round(one * 10) == round(other * 10) and abs(one - other) > 0.02
        in_twenty = alike or min(one, other) < 0.1
        return self.share(one, in_twenty=in_twenty), self.share(other, in_twenty=in_twenty)


def read_wording(given: Mapping[str, object]) -> Wording:
    """Return the wording that a plain mapping holds.

    Raises:
        ValueError: when a part is missing or is no mapping of texts.
    """
    outcomes = {name: OutcomeWords(**_texts(words)) for name, words in _mapping(given, "outcomes").items()}
    return Wording(
        outcomes,
        *(_texts(_mapping(given, part)) for part in ("verdicts", "sentences", "page", "health", "gates")),
    )


def name_words(name: str) -> str:
    """Return a column's name as words.

    >>> name_words("evening_walk"), name_words("minutesAsleep")
    ('evening walk', 'minutes asleep')
    """
    parted = re.sub(r"(?<=[a-z]{2})[A-Z](?=[a-z])", lambda found: f" {found[0].lower()}", name)
    return parted.replace("_", " ").strip()


def number(value: float) -> str:
    """Return a number with as many digits as a person can use: two that count, no more than needed.

    >>> [number(x) for x in (0.034, 0.5, 1.94, 12.4, 231.0, 4.0)]
    ['0.034', '0.5', '1.9', '12', '230', '4']
    """
    if not math.isfinite(value):
        return "?"
    if value == 0:
        return "0"
    digits = 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    return (
        f"{rounded:.0f}"
        if rounded == round(rounded)
        else f"{rounded:.{max(0, digits)}f}".rstrip("0").rstrip(".")
    )


def _mapping(given: Mapping[str, object], key: str) -> Mapping[str, object]:
    part = given.get(key)
    if not isinstance(part, Mapping):
        raise ValueError(f"The wording has no part {key}")
    return part


def _texts(given: object) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise ValueError("The wording must be texts by name")
    return {str(name): str(text) for name, text in given.items()}
