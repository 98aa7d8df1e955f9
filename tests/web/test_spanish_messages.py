"""What the pure rooms refuse is said in Spanish on a Spanish page: files that cannot be read, values that cannot be."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from lxml import html

from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.core.base.messages import counted_message, message
from quietlegs.core.experiments.seal import BrokenSealError
from quietlegs.web.diary.models import Diary
from quietlegs.web.shell.core_messages import in_language
from tests.web.test_experiments import FORM
from tests.web.test_spanish import english_in
from tools import words

TRACKERS = Path(__file__).parents[1] / "samples" / "trackers"


def zipped(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as pack:
        for name, held in members.items():
            pack.writestr(name.replace("_", "."), held)
    return made.getvalue()


def diary(**parts: object) -> bytes:
    return json.dumps(
        {"format": "quietlegs-diary", "version": 1, "factors": [], "nights": [], **parts}
    ).encode()


TOMORROW = date.today() + timedelta(days=2)
NIGHT = {"night": "2026-03-01"}
HEAD = b"night,cramps,severity,tea,sore,episodes,observations,places\n"
FILES = {
    "nothing in it": b"",
    "only names": b"night,cramps\n",
    "no night": b"date,cramps,tea\n2026-03-01,2,yes\n",
    "semicolons": b"night;cramps;sleep_hours\n2026-03-01;200;6,5\n",
    "not a date": HEAD + b"1.5.26?,1,,yes,,,,\n,1,,,,,,\n",
    "twice": HEAD + b"2026-03-01,1,,yes,,,,\n2026-03-01,2,,,,,,\n",
    "to come": HEAD + f"{TOMORROW},1,,yes,,,,\n0012-03-01,1,,,,,,\n".encode(),
    "impossible": HEAD + b"2026-03-01,-1,77,yes,maybe,[1],{},left calf\n2026-03-02,1.5,lots,3e30,,,,\n",
    "ragged": HEAD + b"2026-03-01,1\n2026-03-02,1,2,3,4,5,6,7,8,9\n",
    "quotes": HEAD + b'2026-03-01,"1,2\n',
    "words where numbers belong": b"night,tea[ml],walk,mood\n2026-03-01,much,yes,sunny\n2026-03-02,1,3,warm\n2026-03-03,yes,1,x\n",
    "columns twice": b"night,tea,tea,,x[[y]\n2026-03-01,1,1,5,1\n",
    "Latin-1": "night,cramps,note\n2026-03-01,200,café\n".encode("latin-1"),
    "cut off in UTF-16": "night,cramps\n2026-03-01,1\n".encode("utf-16")[:-1],
    "NUL": b"night,cramps\n2026-03-01,1\0\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(60),
    "a PDF": b"%PDF-1.7\n" + bytes(60),
    "an old spreadsheet": b"\xd0\xcf\x11\xe0" + bytes(600),
    "a database": b"SQLite format 3\x00" + bytes(600),
    "no JSON": b'{"format": ',
    "another's JSON": b'{"format": "other"}',
    "a newer diary": diary(version=99),
    "no lists": diary(nights=3),
    "an empty diary": diary(),
    "a diary of faults": diary(
        factors=[{"name": " tea", "kind": "yesno"}, {"name": "x", "kind": "much"}, {"kind": "count"}],
        nights=[
            {},
            {"night": "soon"},
            {**NIGHT, "outcomes": {"cramps": "many", "height": 3, "severity": 40}},
            {**NIGHT, "factors": {"coffee": 1}, "colour": "blue"},
            *({**NIGHT, **part} for part in (
                {"note": 3}, {"sore": "yes"}, {"places": 3}, {"places": ["a b"]},
                {"episodes": 3}, {"episodes": [3]}, {"episodes": [{"size": 3}]},
                {"episodes": [{"kind": "cramp", "started_at": "now"}]},
                {"observations": [{"observer": "Ana", "kicks": -1}]}, {"observations": [{"who": "Ana"}]},
            )),
        ],
        trials=[{}, 3],
    ),
    "trials that are none": diary(nights=[NIGHT], trials=3),
    "the same name twice": b'{"format": "quietlegs-diary", "format": "quietlegs-diary"}',
    "no bundle": b'{"resourceType": "Bundle", "entry": 3}',
    "another's bundle": b'{"resourceType": "Bundle", "type": "document", "entry": []}',
    "half a zip": zipped(a_csv=b"night,cramps\n")[:40],
    "a zip of nothing known": zipped(a_txt=b"hello"),
    "a bomb": zipped(export_xml=bytes(20 * 2**20)),
    "a damaged spreadsheet": zipped(**{"xl/workbook_xml": b"<no", "[Content_Types]_xml": b"<no"}),
    **{f"hostile: {path.name}": path.read_bytes() for path in sorted(TRACKERS.glob("hostile*"))},
    "broken off": (TRACKERS / "apple_truncated.xml").read_bytes(),
    "nights that clocks change": (TRACKERS / "apple_clean_dst.xml").read_bytes(),
    "a sleep without times": b"Id,Tz,From,To,Sched,Hours\n1,Europe/Madrid,soon,later,,x\n",
    "a table to be told": b"d,how many\n01/02/2026,3\n02/03/2026,x\n",
}  # fmt: skip


@pytest.fixture
def spanish(db: None) -> Iterator[Client]:
    yield Client(headers={"Accept-Language": "es"})
    translation.deactivate()  # a request leaves its language behind in the thread


def english_patterns() -> list[re.Pattern[str]]:
    """Return the English of every message that has other words in Spanish."""
    known = []
    for one in words.load("es"):
        english = one.id if isinstance(one.id, tuple) else (one.id,)
        spoken_so = one.string if isinstance(one.string, tuple) else (one.string,)
        if any(place.startswith(("core/", "exchange/")) for place, _ in one.locations):
            known += [
                ".+".join(map(re.escape, re.split(r"\{\w+\}", text)))
                for text, other in zip(english, spoken_so, strict=True)
                if text != other and len(re.sub(r"\{\w+\}", "", text).split()) > 1
            ]
    return [re.compile(text) for text in known]


def english_messages(page: str) -> list[str]:
    patterns = english_patterns()
    tree = html.fromstring(page)
    texts = [" ".join(text.split()) for text in tree.xpath("//body//text()[normalize-space()]")]
    return [text for text in texts if any(pattern.search(text) for pattern in patterns)]


def shown_of(client: Client, held: bytes, name: str = "datos.csv") -> str:
    answer = client.post("/import/", {"file": SimpleUploadedFile(name, held)}, follow=True)
    assert answer.status_code in (200, 422)
    # The names of fields are as the file has them, in any language.
    return re.sub(r"\bnights?\b", "", answer.content.decode())


@pytest.mark.parametrize("what", FILES)
def test_a_file_of_any_kind_is_answered_in_spanish(spanish: Client, what: str) -> None:
    page = shown_of(spanish, FILES[what])
    assert english_in(page) + english_messages(page) == []


def test_the_answers_are_not_all_the_same(spanish: Client) -> None:
    assert "Línea 2, columna cramps: -1 no es posible. Escribe de 0 a 100." in shown_of(
        spanish, b"night,cramps\n2026-03-01,-1\n"
    )
    assert "no un archivo CSV" in shown_of(spanish, FILES["a PDF"]) or "No conocemos" in shown_of(
        spanish, FILES["a PDF"]
    )


def test_the_columns_of_a_strange_table_are_asked_in_spanish(spanish: Client) -> None:
    page = shown_of(spanish, b"d,how many,\n01/02/2026,3,9\n02/03/2026,x,8\n")
    file = html.fromstring(page).xpath("//input[@name='file']/@value")[0]
    given = {"file": file, "use-0": "leave", "use-1": "cramps", "use-2": "cramps"}
    again = spanish.post("/import/map", given).content.decode()
    assert english_in(again) + english_messages(again) == []
    assert "noche" in again


def test_a_night_that_cannot_be_is_refused_in_spanish(spanish: Client) -> None:
    yesterday = date.today() - timedelta(days=1)
    page = spanish.post(f"/nights/{yesterday}", {"sleep_hours": "27", "cramps": "-3", "severity": "44"})
    assert page.status_code == 422
    said = page.content.decode()
    assert "27 no es posible. Escribe de 0 a 24." in said
    assert english_messages(said) == []


def test_a_factor_that_cannot_be_is_refused_in_spanish(spanish: Client) -> None:
    page = spanish.post("/factors/add", {"name": "agua" * 100, "kind": "amount", "unit": "ml"}, follow=True)
    assert "es demasiado largo. Usa como mucho" in page.content.decode()


def test_a_trial_that_cannot_be_is_refused_in_spanish(spanish: Client) -> None:
    page = spanish.post(
        reverse("experiments:start"),
        {**FORM, "item": "", "remedy": "calor", "swallowed": "no", "against": "calor"},
    )
    said = page.content.decode()
    assert page.status_code == 422
    assert english_messages(said) == []
    assert "Las dos condiciones se llaman" in said


def test_the_length_of_a_trial_is_told_in_spanish(spanish: Client) -> None:
    page = spanish.get(reverse("experiments:design"), FORM, follow=True).content.decode()
    assert re.search(r"\d+ (semanas|meses)", page) and not re.search(r"\d+ (weeks|months)", page)


def test_the_core_stays_english_and_the_web_says_it_in_the_language_of_the_person() -> None:
    inner = message("tabs")
    said = message("The columns are separated by {separator}, not commas.", separator=inner)
    problem = Problem(message("{value} is not possible.", value="6.5"), "", line=3, column="severity")
    with translation.override("es"):
        assert in_language(said) == "Las columnas están separadas por tabuladores, no por comas."
        assert in_language(problem) == "Línea 3, columna severity: 6,5 no es posible."
        assert in_language(QuietlegsError(message("The file is empty."))) == "El archivo está vacío."
        assert in_language(message("{evening} has not come yet.", evening=date(2026, 3, 1))) == (
            "El 1 de marzo de 2026 aún no ha llegado."
        )
        naps = "{count} nap was left out: it is no night's sleep."
        many = "{count} naps were left out: they are no night's sleep."
        assert in_language(counted_message(naps, many, count=2)).startswith("Se dejaron fuera 2 siestas")
        assert in_language("what the web said itself") == "what the web said itself"
    assert str(problem) == "Line 3, column severity: 6.5 is not possible."


def test_the_words_of_every_refusal_survive_being_raised() -> None:
    error = BrokenSealError(
        message(
            "The night of {evening} does not belong to this experiment. Remove it from the file.",
            evening=date(2026, 3, 1),
        )
    )
    assert (
        str(error) == "The night of 2026-03-01 does not belong to this experiment. Remove it from the file."
    )
    with translation.override("es"):
        assert in_language(error).startswith("La noche del 1 de marzo de 2026 no es de esta prueba.")


def test_a_program_gets_the_words_in_the_language_that_its_answer_declares(spanish: Client) -> None:
    assert Diary.objects.count() == 0
    answer = spanish.post(
        "/api/v1/nights",
        json.dumps(
            {"id": "7b0cf3f5-1f6c-4a0b-9a57-0a3a2f0b8a11", "night": "2026-03-01", "outcomes": {"cramps": 1e6}}
        ),
        content_type="application/json",
    )
    if answer.status_code == 422:
        assert ("posible" in answer.content.decode()) == (answer.headers["Content-Language"] == "es")


def test_a_file_may_say_yes_in_spanish(spanish: Client) -> None:
    page = shown_of(spanish, "night,té,paseo\n2026-03-01,sí,No\n2026-03-02,no,SI\n".encode())
    assert "té y paseo" in page and "no se pudo usar" not in page
