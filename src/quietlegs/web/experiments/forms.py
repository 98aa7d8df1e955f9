"""The form of a new trial: what a person chose, read into a design, or said back with what to mend."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from quietlegs.core.diary.night import OUTCOMES
from quietlegs.core.experiments.design import Design, DesignError, Linger, Pause, design_for
from quietlegs.core.experiments.safety import Circumstances, Gate
from quietlegs.core.experiments.two_at_once import TwoDesign, design_two
from quietlegs.exchange.experiment_safety import check_remedy
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.web.experiments.actions import About
from quietlegs.web.experiments.models import LONGEST_NAME, Trial
from quietlegs.web.experiments.queries import TRIED
from quietlegs.web.shell.core_messages import in_language
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
    def second_item(self) -> str:
        """The id of the plan item that is tried at the same time, empty for none or one of one's own."""
        return self.get("second_item") if self.get("second_item") in load_plan_book().items else ""

    @property
    def second(self) -> str:
        """A second remedy in words, tried at the same time; empty for one remedy only."""
        if self.second_item:
            return load_plan_book().items[self.second_item].title
        return self.get("second")

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
            is_swallowed=ANSWERS.get(self.get("swallowed")),
            **common,
        )
        if self.second:
            item, swallowed = self.second_item or None, ANSWERS.get(self.get("second_swallowed"))
            gate = gate.joined(check_remedy(self.second, plan_item=item, is_swallowed=swallowed, **common))
        if self.get("against"):  # what is done instead is done as well: quinine is no comparison either
            gate = gate.joined(check_remedy(self.get("against"), **common))
        return gate

    def _date(self, name: str, default: date | None) -> date | None:
        text = self.get(name)
        if not text:
            return default
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.errors[name] = _("“%(text)s” is no date. Write it like 2026-12-24.") % {"text": text[:20]}
            return None

    def design(self) -> Design | TwoDesign | None:
        """Return the design, of one remedy or of two at once, or None with ``errors`` filled."""
        self._check_remedies()
        start = self._date("start", self.today)
        if start is not None and start < self.today:
            self.errors["start"] = _("The start lies in the past. Choose tonight or later.")
        first, last = self._date("pause_first", None), self._date("pause_last", None)
        if not {"pause_first", "pause_last"} & set(self.errors):
            if (first is None) != (last is None):
                self.errors["pause_first"] = _("A rest needs its first and its last night.")
            elif first and last and last < first:
                self.errors["pause_first"] = _("The rest ends before it starts. Swap the two dates.")
        _weekly = self.weekly
        if self.errors or start is None:
            return None
        common = {
            "outcome": self.outcome,
            "nights": 7 * self.weeks,
            "start": start,
            "lower_is_better": OUTCOMES[self.outcome].more_is_worse,
            "pauses": (Pause(first, last),) if first and last and first <= last else (),
        }
        try:
            if self.second:
                return design_two(self.linger, first=self.remedy, second=self.second, **common)  # type: ignore[arg-type]
            reference = self.get("against") or _("nothing")
            return design_for(self.linger, reference=reference, treatment=self.remedy, **common)  # type: ignore[arg-type]
        except DesignError as error:
            name = "second_item" if self.second else "against"
            is_too_short = str(error)[:1].isdigit()  # only what is wrong with a length begins with a number
            self.errors["weeks" if is_too_short else name] = in_language(error)
            return None

    def _check_remedies(self) -> None:
        if not self.remedy:
            self.errors["remedy"] = _("Say in a few words what you want to try.")
        elif max(len(self.remedy), len(self.second)) > LONGEST_NAME:
            self.errors["remedy"] = _("Use at most %(most)s letters.") % {"most": LONGEST_NAME}
        if not self.item and self.get("swallowed") not in ANSWERS:
            self.errors["swallowed"] = _("Answer yes or no.")
        if not self.second:
            return
        if not self.second_item and self.get("second_swallowed") not in ANSWERS:
            self.errors["second_swallowed"] = _("Answer yes or no.")
        if self.get("against"):
            self.errors["against"] = _("Two at once are each compared with nothing. Leave this open.")
        if self.get("clinician"):
            self.errors["second_item"] = _("A medicine is tried by itself. Leave the second remedy out.")

    def about(self) -> About:
        """Return what is noted besides the design."""
        looks = self.get("looks")
        return About(
            remedy=self.remedy,
            plan_item=self.item,
            clinician=self.get("clinician")[:LONGEST_NAME],
            agreed_with=self.get("agreed") == "yes",
            belief=self._belief("belief"),
            looks=looks if looks in Trial.Looks.values else Trial.Looks.PLANNED,
        )

    def about_second(self) -> About:
        """Return what is noted of the second remedy besides the design."""
        return About(
            remedy=self.second,
            plan_item=self.second_item,
            agreed_with=self.get("agreed") == "yes",
            belief=self._belief("belief_second"),
        )

    def _belief(self, name: str) -> int | None:
        text = self.get(name)
        return int(text) if text.isascii() and text.isdigit() and int(text) <= 10 else None

    def error_list(self) -> list[FormError]:
        """Return the list of what to mend."""
        labels = {
            "remedy": _("What you try"), "swallowed": _("Something to swallow"), "start": _("First night"),
            "pause_first": _("A rest"), "pause_last": _("A rest"), "weekly": _("Cramps a week"),
            "weeks": _("How long"), "against": _("Compared with"), "second_item": _("A second remedy"),
            "second_swallowed": _("A second remedy"),
        }  # fmt: skip
        return [FormError(f"q-{name}", labels.get(name, name), text) for name, text in self.errors.items()]
