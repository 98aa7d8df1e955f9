"""The doctor's page counts honestly, says what it counted, and fits one sheet."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.diary.night import Diary, Episode, Night, diary_of
from quietlegs.core.report import SECTIONS, Facts, Legs, MedicineRow, TriedRow, doctor_page, pattern_of
from quietlegs.exchange.report_files import legs_svg, report_html, report_pdf, report_text, report_wording

TODAY = date(2026, 11, 20)


def nights(*cramps: int | None, **more: float) -> Diary:
    """Return nights that end today; None is a night that was not logged."""
    made = []
    for back, count in enumerate(reversed(cramps)):
        if count is not None:
            made.append(
                Night(TODAY - timedelta(days=back), {"cramps": float(count), **(more if count else {})})
            )
    return diary_of(made)


def full(diary: Diary, **more: object) -> Facts:
    facts: dict[str, object] = {
        "today": TODAY,
        "diary": diary,
        "nights": 90,
        "age": 67,
        "sex": "female",
        "checked_on": date(2026, 11, 18),
        "flags_absent": ("one swollen leg", "sudden weakness", "dark urine"),
        "fits": (("Night leg cramps", "Fits well. For: a hard knot."),),
        "medicines": tuple(
            MedicineRow(
                f"Medicine number {i} 250 mg twice a day",
                "linked with muscle or leg cramps (likely)",
                i % 2 == 0,
            )
            for i in range(12)
        ),
        "conditions": ("high blood pressure", "type 2 diabetes"),
        "labs": (("Ferritin", "38 ug/L", "2026-11-03"),) * 5,
        "tried": tuple(
            TriedRow(
                "Calf stretch at bedtime",
                "1.0 times as many (0.8 to 1.3), 41 nights. An association, not a trial.",
            )
            for _ in range(6)
        ),
        "findings": ("On nights after standing over 4 hours: about 11 in 20 had a cramp, otherwise 6 in 20.",)
        * 4,
        "questions": ("Could the water tablet be part of this?",) * 4,
    }
    return Facts(**(facts | more))  # type: ignore[arg-type]


def page_text(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_unknown_nights_are_never_counted_as_quiet() -> None:
    pattern = pattern_of(nights(1, None, 0, None, 2), last=TODAY, nights=90)
    assert pattern is not None
    assert (pattern.logged, pattern.unknown, pattern.cramp_nights, pattern.cramps) == (3, 2, 2, 3)


def test_a_night_that_is_not_over_is_not_unknown() -> None:
    over = nights(*[1, 0, 0] * 10, None)
    said = report_text(doctor_page(full(over), report_wording()))
    assert "Nights unknown: 0" in said or "unknown: 0" in said.lower()
    assert full(over).last == TODAY - timedelta(days=1)
    assert full(nights(1, 0, 1)).last == TODAY


def test_what_does_not_stand_out_is_told_too() -> None:
    made = []
    for back in range(60):
        bad = back % 2
        made.append(
            Night(
                TODAY - timedelta(days=back),
                {"cramps": float(bad), "pain": 2.0 + 4 * bad + back % 3, "fog": float(back // 2 % 4)},
            )
        )
    said = report_text(doctor_page(full(diary_of(made)), report_wording()))
    assert "Pain next day" in said
    assert "No clear difference after cramps in: brain fog next day." in said


def test_the_rate_comes_with_a_range_that_holds_it() -> None:
    pattern = pattern_of(nights(*[1, 0, 0, 0] * 20), last=TODAY, nights=90)
    assert pattern is not None
    assert pattern.cramp_nights_per_week == pytest.approx(7 / 4)
    assert pattern.low < 7 / 4 < pattern.high


@pytest.mark.parametrize(("count", "end"), [(0, "low"), (3, "high")])
def test_all_quiet_and_all_bad_nights_have_a_range_too(count: int, end: str) -> None:
    pattern = pattern_of(nights(*[count] * 10), last=TODAY, nights=90)
    assert pattern is not None
    assert 0 <= pattern.low <= pattern.high <= 7
    assert getattr(pattern, end) == (0 if end == "low" else 7)


def test_a_trend_is_told_only_where_both_halves_were_logged() -> None:
    told = pattern_of(nights(*[1] * 42, *[0] * 42), last=TODAY, nights=90)
    untold = pattern_of(nights(*[1] * 5, *[0] * 42), last=TODAY, nights=90)
    assert told is not None and untold is not None
    assert (told.before, told.lately) == (7, 0)
    assert (untold.before, untold.lately) == (None, None)


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    cramp = Episode(datetime(2026, 11, 20, 1, 30, tzinfo=UTC), utc_offset_minutes=120)
    diary = diary_of([Night(date(2026, 11, 19), {"cramps": 1.0}, episodes=(cramp,))])
    pattern = pattern_of(diary, last=TODAY, nights=90)
    assert pattern is not None
    assert pattern.hours == (("3 to 6", 1),)


def test_a_page_full_of_data_is_one_sheet_of_either_paper() -> None:
    document = doctor_page(full(nights(*[1, 0, 2, 0, None] * 18, severity=6.0)), report_wording())
    for paper in ("a4", "letter"):
        assert len(page_text(report_pdf(document, paper=paper))) == 1


def test_the_appendix_begins_on_a_page_of_its_own() -> None:
    document = doctor_page(full(nights(*[1, 0] * 40)), report_wording(), with_appendix=True)
    pages = page_text(report_pdf(document))
    assert len(pages) > 1
    assert "Every night" in pages[1]


def test_the_pdf_has_real_text_tags_a_title_and_its_fonts() -> None:
    reader = PdfReader(io.BytesIO(report_pdf(doctor_page(full(nights(1, 0, 0)), report_wording()))))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en"
    assert "legs at night" in str(reader.metadata.title)
    assert b"pdfuaid" in reader.xmp_metadata.stream.get_data()
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert descriptors
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in descriptors)


def test_an_empty_diary_gives_a_page_that_says_so() -> None:
    document = doctor_page(Facts(today=TODAY, diary=Diary(), nights=90), report_wording())
    assert "no nights" in report_text(document)
    assert page_text(report_pdf(document))


def test_flagged_medicines_stand_first() -> None:
    rows = (
        MedicineRow("Paracetamol", "none known", False),
        MedicineRow("Furosemide", "linked with cramps", True),
    )
    document = doctor_page(full(nights(1, 0), medicines=rows), report_wording())
    section = next(section for section in document.sections if section.id == "medicines")
    assert section.blocks[0].rows[0][0] == "Furosemide"  # type: ignore[union-attr]


def test_a_section_that_was_left_out_is_not_there() -> None:
    sections = tuple(name for name in SECTIONS if name != "medicines")
    document = doctor_page(full(nights(1, 0)), report_wording(), sections=sections)
    assert "medicines" not in {section.id for section in document.sections}


def test_words_of_other_scripts_and_code_come_out_as_words() -> None:
    odd = "كتبت هذه الملاحظة <script>alert(1)</script> #emph[x] $x$ \\"
    document = doctor_page(full(nights(1, 0), name=odd, questions=(odd,)), report_wording())
    assert "<script>" not in report_html(document)
    text = "".join(page_text(report_pdf(document)))
    assert "#emph[x]" in text.replace(" ", "") or "#emph" in text
    assert odd in report_text(document)


@given(st.lists(st.text(max_size=200), max_size=5), st.text(max_size=100))
@settings(max_examples=15, deadline=None)
def test_whatever_a_person_writes_the_page_is_made(questions: list[str], name: str) -> None:
    document = doctor_page(
        full(nights(1, 0, None, 2), questions=tuple(questions), name=name), report_wording()
    )
    assert report_pdf(document).startswith(b"%PDF")
    assert report_html(document)


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(QuietlegsError, match="a4 or letter"):
        report_pdf(doctor_page(full(nights(1)), report_wording()), paper="a5")


def test_the_drawn_legs_count_nights_on_each_muscle_and_the_words_beside_say_the_same() -> None:
    made = [
        Night(TODAY - timedelta(days=i), {"cramps": 1.0}, places=("left-calf", "right-sole")[: 1 + i % 2])
        for i in range(6)
    ]
    document = doctor_page(full(diary_of(made)), report_wording())
    legs = next(block for section in document.sections for block in section.blocks if isinstance(block, Legs))
    assert dict(legs.places) == {"left-calf": 6, "right-sole": 3}
    assert legs.words == "Where, in nights: left calf 6, right heel or sole 3."
    assert legs.words in report_text(document)
    drawn = re.findall(r'<text x="(\d+)" y="(\d+)"[^>]*>(\d+)<', legs_svg(legs.places))
    assert [(int(x) < 124, int(y) > 300, int(n)) for x, y, n in drawn] == [(True, False, 6), (False, True, 3)]
    assert "circle" not in legs_svg((("left-shin", 4),))  # it cannot be seen from behind


def test_the_page_fits_letter_paper_too() -> None:
    made = [
        Night(
            TODAY - timedelta(days=i), {"cramps": float(i % 3 == 0), "severity": 6.0}, places=("left-calf",)
        )
        for i in range(90)
    ]
    for paper, height in (("a4", 842), ("letter", 792)):
        reader = PdfReader(
            io.BytesIO(report_pdf(doctor_page(full(diary_of(made)), report_wording()), paper=paper))
        )
        assert round(float(reader.pages[0].mediabox.height)) == height
        assert len(reader.pages) == 1
