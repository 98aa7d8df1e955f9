"""A Spanish page is judged by the same rules as an English one, in its own words."""

import pytest

from quietlegs.core.articles.check import CheckedArticle
from quietlegs.core.articles.reading import inflesz, perspicuity, spanish_syllables
from quietlegs.core.articles.verdicts import Verdict
from quietlegs.exchange import claim_files, claim_words, knowledge_base


def checked(text: str) -> CheckedArticle:
    page = claim_files.check(f"Calambres nocturnos en las piernas\n\n{text}")
    assert page.language == "es"
    return page


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("El magnesio previene los calambres.", Verdict.CONTRADICTED),
        ("El magnesio no previene los calambres nocturnos.", Verdict.SUPPORTED),
        ("El magnesio ayuda poco contra los calambres.", Verdict.SUPPORTED),
        ("El ácido láctico provoca los calambres nocturnos.", Verdict.UNSUPPORTED),
        ("No hay pruebas de que el ácido láctico cause los calambres.", Verdict.SUPPORTED),
        ("Estirar la pantorrilla durante el calambre suele ayudar a pararlo.", Verdict.PARTLY),
        ("Los calambres son frecuentes en el embarazo.", Verdict.SUPPORTED),
        ("Comer plátanos evita los calambres.", Verdict.UNSUPPORTED),
        ("El polvo de zorgonio alivia los calambres.", Verdict.NOT_COVERED),
        ("Un vaso de agua tónica antes de dormir es mano de santo.", Verdict.UNSAFE),
    ],
)
def test_a_sentence_gets_the_verdict_that_the_evidence_gives_it_as_written(
    sentence: str, verdict: Verdict
) -> None:
    claims = checked(sentence).claims
    assert claims and claims[0].verdict is verdict


# Each danger beside the sober sentence about the same thing.
@pytest.mark.parametrize(
    ("danger", "harmful", "sober"),
    [
        (
            "opioid-offered",
            "El tramadol quita los calambres en media hora.",
            "Los opioides no se recomiendan para los calambres.",
        ),
        (
            "quinine",
            "Tómate una pastilla de quinina cada noche.",
            "La quinina ya no se recomienda porque puede causar hemorragias mortales.",
        ),
        (
            "tonic-water",
            "Bebe agua tónica todas las noches y evita los calambres.",
            "No bebas agua tónica si alguna vez reaccionaste a la quinina.",
        ),
        (
            "potassium-pills",
            "Toma pastillas de potasio cada noche.",
            "No tomes pastillas de potasio sin un análisis de sangre.",
        ),
        (
            "potassium-pills",
            "Cambia la sal de mesa por sal sin sodio, ayuda mucho.",
            "Pregunta antes de usar sal sin sodio si tienes mal los riñones.",
        ),
        (
            "no-upper-limit",
            "De magnesio puedes tomar todo lo que quieras, no hay límite.",
            "No dupliques la dosis de magnesio: puede dar diarrea.",
        ),
        (
            "stop-medicine",
            "Deja la estatina y verás cómo se van los calambres.",
            "No dejes la estatina sin hablar con tu médico.",
        ),
        (
            "stop-medicine",
            "Boté las pastillas de la presión y se me quitaron.",
            "Si crees que es por las pastillas de la presión, habla con tu médico antes de dejarlas.",
        ),
        (
            "heat-on-numb-leg",
            "Pon una bolsa de agua caliente sobre la pierna dormida.",
            "Nunca pongas una bolsa de agua caliente sobre una pierna dormida.",
        ),
        (
            "massage-swollen-leg",
            "Dale un buen masaje a la pantorrilla hinchada.",
            "No des masaje a una pantorrilla hinchada: puede ser un coágulo.",
        ),
        (
            "magnesium-kidney",
            "El magnesio es seguro incluso con los riñones enfermos.",
            "Con los riñones enfermos, el magnesio puede acumularse: no lo tomes.",
        ),
        (
            "vitamin-k-with-blood-thinner",
            "La vitamina K2 es segura aunque tomes Sintrom.",
            "La vitamina K2 debilita el Sintrom.",
        ),
        (
            "ignore-warning-signs",
            "Si la pierna está hinchada y roja no te preocupes, se pasa sola.",
            "Nunca ignores una pierna hinchada y roja: llama al médico.",
        ),
        (
            "instead-of-doctor",
            "No hace falta ir al médico, con vinagre se cura.",
            "El vinagre no sustituye al médico.",
        ),
        (
            "iron-without-test",
            "Toma hierro todos los días para las piernas inquietas.",
            "Antes de tomar hierro, pide un análisis de ferritina.",
        ),
        (
            "other-danger",
            "Para los calambres, tómate una de las pastillas para dormir de tu madre.",
            "Nunca uses medicamentos prestados, ni los de tu vecina.",
        ),
    ],
)
def test_advice_that_could_hurt_is_marked_and_the_warning_of_it_is_not(
    danger: str, harmful: str, sober: str
) -> None:
    assert [one.danger.id for one in checked(harmful).hazards] == [danger]
    assert not checked(sober).hazards


@pytest.mark.parametrize(
    ("selling", "plain"),
    [
        ("¡Compra ahora con un 30 % de descuento!", "No compres medicamentos por internet sin receta."),
        (
            "Únete a nuestro grupo de WhatsApp.",
            "Une la punta del pie con la pared y estira.",
        ),
        ("Tapentadol 100 mg sin receta, entrega discreta.", "Hay pastillas para el dolor sin receta."),
        ("Este artículo contiene enlaces de afiliado.", "Pide hoy un análisis de sangre."),
    ],
)
def test_what_sells_is_marked_and_a_sober_mention_is_not(selling: str, plain: str) -> None:
    assert checked(selling).promotions
    assert not checked(plain).promotions


def test_every_danger_has_spanish_words() -> None:
    for name, kind in (("dangers", "items"), ("missing", "items"), ("promotions", "patterns")):
        english, spanish = (
            {item["id"] for item in claim_words.words(name, language)[kind]}  # type: ignore[attr-defined]
            for language in ("en", "es")
        )
        assert english == spanish


def test_a_page_is_told_what_it_leaves_out_and_not_what_it_says() -> None:
    bare = {point.id for point in checked("Estirar ayuda con los calambres.").missing}
    assert {"red-flags", "long-cramp", "medicine-causes", "sources"} <= bare
    told = checked(
        "Si una pantorrilla está hinchada, roja o caliente, ve al médico el mismo día: puede ser un coágulo. "
        "Un calambre de más de 10 minutos necesita ayuda."
    )
    assert not {"red-flags", "long-cramp"} & {point.id for point in told.missing}


def test_marks_show_the_words_as_the_page_has_them() -> None:
    page = checked("Según mi tía, tómate una pastilla de quinina cada noche.")
    assert page.hazards[0].text == "Según mi tía, tómate una pastilla de quinina cada noche."
    assert page.text[page.hazards[0].start : page.hazards[0].end] == page.hazards[0].text


def test_reasons_are_in_the_readers_language_whatever_the_pages() -> None:
    english, spanish = "Take quinine tablets to prevent cramps.", "Tómate una pastilla de quinina cada noche."
    with knowledge_base.speaking("es"):
        whys = {
            claim_files.check(f"Leg cramps\n\n{english}").hazards[0].danger.why,
            checked(spanish).hazards[0].danger.why,
        }
    assert len(whys) == 1
    assert whys.pop().startswith("La quinina puede causar")


def test_a_page_in_two_languages_is_judged_in_that_of_the_most() -> None:
    spanish = "Los calambres nocturnos son muy frecuentes y suelen durar unos minutos en la pantorrilla.\n\n"
    english = "The cramps are common and they can wake you up at night with a pain in the calf.\n\n"
    assert claim_files.check(spanish * 3 + english).language == "es"
    assert claim_files.is_in_several_languages(spanish * 3 + english, "es")
    assert claim_files.check(english * 3 + spanish).language == "en"
    assert not claim_files.is_in_several_languages(spanish * 3, "es")


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("pie", 1),
        ("pierna", 2),
        ("día", 2),
        ("país", 2),
        ("guitarra", 3),
        ("quinina", 3),
        ("muy", 1),
        ("estreñimiento", 5),
        ("vergüenza", 3),
        ("aérea", 4),
        ("limpiáis", 2),
    ],
)
def test_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


def test_plain_spanish_reads_easier_than_that_of_a_leaflet() -> None:
    easy = ["La pierna duele.", "Estira el pie.", "Ya pasa."]
    hard = [
        "Las manifestaciones musculoesqueléticas idiopáticas requieren una evaluación interdisciplinaria exhaustiva."
    ]
    assert perspicuity(easy) > 80 > 40 > perspicuity(hard)  # type: ignore[operator]
    assert (inflesz(easy), inflesz(hard), inflesz([])) == ("very_easy", "very_hard", None)
