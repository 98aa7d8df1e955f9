"""The form of a new trial: what a person chose, read into a design, or said back with what to mend."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from quietlegs.core.diary.night import OUTCOMES
from quietlegs.core.experiments.design import BLOCKS_FOR, Design, DesignError, Linger, Pause, design_for
from quietlegs.core.experiments.safety import Circumstances, Gate
from quietlegs.exchange.experiment_safety import check_remedy
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.web.experiments.actions import About
from quietlegs.web.experiments.models import LONGEST_NAME, Trial
from quietlegs.web.experiments.queries import TRIED
from quietlegs.web.shell.fields import FormError

WEEKS = (4, 8, 12, 16, 24, 32, 48)
DEFAULT_WEEKS = 8
MOST_A_WEEK = 200.0
HOPES: dict[str, float | None] = {
    "usual": None,
    "quarter": 1 / 4,
    "third": 1 / 3,
    "half": 1 / 2,
    "most": 3 / 4,
}
ANSWERS = {"yes": True, "no": False}


@dataclass(slots=True)
class TrialForm:
    """What was typed. ``errors`` maps a field's name to what to mend."""

    typed: Mapping[str, str]
    today: date
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: QueryDict, today: date) -> "TrialForm":
        """Return the form with what was sent; the first value of each name."""
        return cls({name: data.get(name, "")[:200] for name in data}, today)

    def get(self, name: str, default: str = "") -> str:
        """Return what was typed, or a default for a page that opens first."""
        return self.typed.get(name, default).strip()

    @property
    def item(self) -> str:
        """The id of the plan item, empty for a remedy of one's own."""
        return self.get("item") if self.get("item") in load_plan_book().items else ""

    @property
    def remedy(self) -> str:
        """The remedy in words."""
        return load_plan_book().items[self.item].title if self.item else self.get("remedy")

    @property
    def outcome(self) -> str:
        """The outcome that decides."""
        return self.get("outcome") if self.get("outcome") in TRIED else "cramps"

    @property
    def linger(self) -> Linger:
        """How long the effect is thought to last."""
        try:
            return Linger(self.get("linger"))
        except ValueError:
            return Linger.GONE_NEXT_DAY

    @property
    def weeks(self) -> int:
        """Planned weeks."""
        text = self.get("weeks", str(DEFAULT_WEEKS))
        return int(text) if text.isascii() and text.isdigit() and int(text) in WEEKS else DEFAULT_WEEKS

    @property
    def hope(self) -> str:
        """The change that is hoped for, as a name of ``HOPES``."""
        return self.get("hope") if self.get("hope") in HOPES else "usual"

    @property
    def weekly(self) -> float | None:
        """Cramps in a usual week, as stated; None when it was left open."""
        text = self.get("weekly").replace(",", ".")
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 < value <= MOST_A_WEEK:
            self.errors["weekly"] = _(
                "“%(text)s” is no number of cramps a week. Enter 0.5 to 200, or leave it open."
            ) % {"text": text[:20]}
            return None
        return value

    def gate(self, person: Circumstances) -> Gate:
        """Return whether the remedy may be tried by this person, given the answers."""
        answers = {
            name.removeprefix("safety-"): ANSWERS[value]
            for name, value in self.typed.items()
            if name.startswith("safety-") and value in ANSWERS
        }
        common = {
            "person": person,
            "answers": answers,
            "has_agreement": self.get("agreed") == "yes",
            "clinician": self.get("clinician"),
        }
        gate = check_remedy(
            self.remedy,
            plan_item=self.item or None,
            is_swallowed={"yes": True, "no": False}.get(self.get("swallowed")),
            **common,
        )
        # What is done instead is done as well: quinine is not tried as a comparison either.
        return gate.joined(check_remedy(self.get("against"), **common)) if self.get("against") else gate

    def _date(self, name: str, default: date | None) -> date | None:
        text = self.get(name)
        if not text:
            return default
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.errors[name] = _("“%(text)s” is no date. Write it like 2026-12-24.") % {"text": text[:20]}
            return None

    def design(self) -> Design | None:
        """Return the design, or None with ``errors`` filled."""
        if not self.remedy:
            self.errors["remedy"] = _("Say in a few words what you want to try.")
        elif len(self.remedy) > LONGEST_NAME:
            self.errors["remedy"] = _("Use at most %(most)s letters.") % {"most": LONGEST_NAME}
        if not self.item and self.get("swallowed") not in ANSWERS:
            self.errors["swallowed"] = _("Answer yes or no.")
        start = self._date("start", self.today)
        if start is not None and start < self.today:
            self.errors["start"] = _("The start lies in the past. Choose tonight or later.")
        first, last = self._date("pause_first", None), self._date("pause_last", None)
        if (first is None) != (last is None) and not {"pause_first", "pause_last"} & set(self.errors):
            self.errors["pause_first"] = _("A rest needs its first and its last night.")
        _weekly = self.weekly
        if self.errors or start is None:
            return None
        try:
            pauses = (Pause(first, last),) if first and last else ()
            return design_for(
                self.linger,
                reference=self.get("against") or _("nothing"),
                treatment=self.remedy,
                outcome=self.outcome,
                nights=7 * self.weeks,
                start=start,
                lower_is_better=OUTCOMES[self.outcome].more_is_worse,
                pauses=pauses,
            )
        except DesignError as error:
            name = "weeks" if "pairs" in str(error) else "pause_first" if "pause" in str(error) else "against"
            self.errors[name] = str(error)
            return None

    def about(self) -> About:
        """Return what is noted besides the design."""
        belief = self.get("belief")
        looks = self.get("looks")
        return About(
            remedy=self.remedy,
            plan_item=self.item,
            clinician=self.get("clinician")[:LONGEST_NAME],
            agreed_with=self.get("agreed") == "yes",
            belief=int(belief) if belief.isdigit() and int(belief) <= 10 else None,
            looks=looks if looks in Trial.Looks.values else Trial.Looks.PLANNED,
        )

    def error_list(self) -> list[FormError]:
        """Return the list of what to mend."""
        labels = {
            "remedy": _("What you try"), "swallowed": _("Something to swallow"), "start": _("First night"),
            "pause_first": _("A rest"), "pause_last": _("A rest"), "weekly": _("Cramps a week"),
            "weeks": _("How long"), "against": _("Compared with"),
        }  # fmt: skip
        return [FormError(f"q-{name}", labels.get(name, name), text) for name, text in self.errors.items()]


def shortest_weeks(linger: Linger) -> int:
    """Return the fewest weeks that hold six pairs."""
    block, _washout = BLOCKS_FOR[linger]
    return -(-12 * block // 7)
