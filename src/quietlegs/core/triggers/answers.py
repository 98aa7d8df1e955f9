"""The fits behind the findings: one with every column, and one without what others act through."""

from collections.abc import Mapping, Sequence

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.diary.table import NightTable, OutcomeColumn
from quietlegs.core.inference import EffectPrior
from quietlegs.core.triggers.causes import Diagram
from quietlegs.core.triggers.columns import LaggedFactor, partners_of
from quietlegs.core.triggers.estimates import Answer, ask
from quietlegs.core.triggers.settings import Settings
from quietlegs.core.triggers.values import Known


class Answers:
    """The fit with every column, and, for factors that act through others, the fit without those others."""

    def __init__(
        self,
        kind: OutcomeKind,
        full: Answer,
        total: Answer | None,
        through: Mapping[str, frozenset[str]],
        partners: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.kind, self.full, self.total = kind, full, total
        self.through, self.partners = through, partners

    def to(self, column: LaggedFactor) -> Answer | None:
        """Return the fit that answers for a column; None when it is in neither."""
        if column.factor.name in self.through and self.total is not None and column.id in self.total.places:
            return self.total
        return self.full if column.id in self.full.places else None

    def without_known(self) -> "Answers":
        """Return the same with every decision made without studies."""
        total = self.total and (self.total.plain or self.total)
        return Answers(self.kind, self.full.plain or self.full, total, self.through, self.partners)


def ask_all(
    outcome: OutcomeColumn,
    columns: Sequence[LaggedFactor],
    table: NightTable,
    diagram: Diagram,
    priors: Mapping[str, EffectPrior] | None,
    known: Mapping[str, Known] | None,
    settings: Settings,
) -> Answers:
    """Return the fits of every column that can be asked about. Raises CannotFit as the engine does."""
    asked = [column for column in columns if column.reason is None]
    weekday = table.first.weekday()
    full = ask(outcome, asked, first_weekday=weekday, priors=priors, known=known)
    through = diagram.between(list(dict.fromkeys(column.factor.name for column in asked)))
    hidden = frozenset().union(*through.values())
    total = None
    if hidden:
        left = [column for column in asked if column.factor.name not in hidden]
        total = ask(outcome, left, first_weekday=weekday, priors=priors, known=known)
    return Answers(outcome.kind, full, total, through, partners_of(asked, settings))


def studies_used(answers: Answers | None, known: Mapping[str, Known] | None) -> dict[str, Known]:
    """Return what studies found, of those factors where it was used."""
    if answers is None or known is None:
        return {}
    columns = answers.full.used | (answers.total.used if answers.total else frozenset())
    return {name: told for name, told in known.items() if name in columns}
