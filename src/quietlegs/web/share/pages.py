"""What the templates of sharing get."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from quietlegs.core.report import Block, Document
from quietlegs.exchange.research import Release
from quietlegs.web.diary import words
from quietlegs.web.share.forms import DoctorPageForm, LinkForm
from quietlegs.web.share.models import DoctorPage, ShareLink


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section ready to show: its heading and its HTML, every word in it escaped."""

    heading: str
    body: SafeString
    is_wide: bool
    is_appendix: bool


@dataclass(frozen=True, slots=True)
class DoctorView:
    """The doctor's page with what may be chosen. ``new_link`` is shown once."""

    form: DoctorPageForm
    link_form: LinkForm
    sections: tuple[ShownSection, ...]
    document: Document
    links: list[ShareLink]
    new_link: str


def shown_sections(document: Document, block_html: Callable[[Block], str]) -> tuple[ShownSection, ...]:
    """Return the sections as HTML. ``block_html`` escapes all words, so its result is safe."""
    return tuple(
        ShownSection(
            section.heading,
            mark_safe("".join(map(block_html, section.blocks))),  # noqa: S308  # escaped by block_html
            section.is_wide,
            is_appendix,
        )
        for sections, is_appendix in ((document.sections, False), (document.appendix, True))
        for section in sections
    )


def initial_of(page: DoctorPage, questions: tuple[str, ...]) -> dict[str, object]:
    """Return what the form shows at first."""
    return {
        "nights": page.nights,
        "sections": page.sections,
        "questions": "\n".join(questions),
        "name": page.name,
        "paper": page.paper,
        "with_appendix": page.with_appendix,
    }


@dataclass(frozen=True, slots=True)
class ResearchPage:
    """What would be given to research, counted, before a yes."""

    nights: int
    factors: str
    renamed: int
    left_out: int
    age_band: str
    sex: str
    error: str


def research_page(release: Release, *, error: str = "") -> ResearchPage:
    """Gather what would be given."""
    return ResearchPage(
        nights=len(release.diary.nights),
        factors=words.and_list(factor.name for factor in release.diary.factors),
        renamed=release.factors_renamed,
        left_out=release.values_left_out,
        age_band=release.person.age_band,
        sex=release.person.sex,
        error=error,
    )
