"""What the templates of import and settings get."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import Problem
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.web.diary import clock, words
from quietlegs.web.diary.import_actions import ImportPlan
from quietlegs.web.diary.models import Diary, ImportBatch
from quietlegs.web.shell.core_messages import in_language
from quietlegs.web.shell.fields import FormError

LINES_SHOWN = 100  # of a file with ten thousand problems, the first tell what is wrong
HOURS = range(24)


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of a list that may be long, and how many more there are."""

    shown: Sequence[str] = ()
    more: int = 0
    count: int = 0


def _lines(texts: Iterable[str]) -> Lines:
    every = list(texts)
    return Lines(every[:LINES_SHOWN], max(0, len(every) - LINES_SHOWN), len(every))


def problem_lines(problems: Iterable[Problem]) -> Lines:
    """Return problems as lines to show."""
    return _lines(in_language(problem) for problem in problems)


@dataclass(frozen=True, slots=True)
class PastImport:
    """One import of the past, as a line with its button."""

    id: int
    name: str
    when: str
    brought: str
    is_back: bool


def past_lines(batches: Iterable[ImportBatch]) -> Sequence[PastImport]:
    """Return the past imports as the page lists them."""
    return [
        PastImport(
            batch.pk,
            batch.file_name or batch.source,
            date_format(timezone.localtime(batch.imported_at), "j F Y, G:i"),
            _brought(batch),
            batch.undone_at is not None,
        )
        for batch in batches
    ]


def _brought(batch: ImportBatch) -> str:
    said = _("%(new)s new nights, %(changed)s changed") % {
        "new": batch.new_nights,
        "changed": batch.changed_nights,
    }
    trials = len(getattr(batch, "trials", None) or ())
    if trials:
        said += ". " + _("Trials on yourself: %(count)s.") % {"count": trials}
    return said


@dataclass(frozen=True, slots=True)
class UploadPage:
    """The page that asks for a file, with what was wrong with the last one."""

    past: Sequence[PastImport] = ()

    error: str = ""
    file_name: str = ""
    problems: Lines = field(default_factory=Lines)


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """What would come in, before anything does."""

    file: str
    file_name: str
    nights: int
    first: str
    last: str
    new: int
    changed: int
    same: int
    new_factors: str
    kept: Lines
    problems: Lines
    notices: Lines
    changes_nothing: bool
    map: str = ""


def preview_page(
    name: str, file_name: str, file: DiaryFile, plan: ImportPlan, *, map: str = ""
) -> PreviewPage:
    """Gather what an import would do."""
    nights = file.diary.nights
    return PreviewPage(
        file=name,
        file_name=file_name,
        nights=len(nights),
        first=date_format(nights[0].evening, "j F Y") if nights else "",
        last=date_format(nights[-1].evening, "j F Y") if nights else "",
        new=len(plan.new_nights),
        changed=len(plan.changed_nights),
        same=plan.same_nights,
        new_factors=words.and_list(factor.name for factor in plan.new_factors),
        kept=_lines(
            _("%(day)s, %(name)s: your diary says %(own)s, the file %(offered)s.")
            % {
                "day": date_format(kept.evening, "j F Y"),
                "name": kept.name,
                "own": words.said_number(kept.own),
                "offered": words.said_number(kept.offered),
            }
            for kept in plan.kept
        ),
        problems=problem_lines([*file.problems, *plan.problems]),
        notices=problem_lines(file.notices),
        changes_nothing=plan.changes_nothing and not plan.kept and not file.trials,
        map=map,
    )


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """Where the person lives, when a night ends, where the diary lies."""

    typed: Mapping[str, str]
    errors: Sequence[FormError]
    error_of: Mapping[str, str]
    own_zone: str
    zones: Sequence[str]
    hours: Sequence[tuple[str, str]]
    folder: str


def settings_page(
    diary: Diary, typed: Mapping[str, str], *, errors: Mapping[str, str] | None = None
) -> SettingsPage:
    """Gather the settings."""
    labels = {"time_zone": _("Time zone"), "cutoff_hour": _("A new night begins at")}
    found = errors or {}
    return SettingsPage(
        typed=typed,
        errors=[FormError(f"q-{name}", labels[name], text) for name, text in found.items()],
        error_of=found,
        own_zone=clock.system_time_zone(),
        zones=sorted(zone for zone in clock.time_zones() if "/" in zone and not zone.startswith("Etc/")),
        hours=[(str(hour), f"{hour}:00") for hour in HOURS],
        folder=str(settings.DATA),
    )
