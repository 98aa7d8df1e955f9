"""What may not be tried is refused in Spanish as in English."""

import pytest

from quietlegs.exchange.experiment_safety import check_remedy


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("quinine", "quinina"),
        ("tonic water", "un vaso de agua tónica"),
        ("potassium pills", "pastillas de potasio"),
        ("salt substitute", "sustituto de la sal"),
        ("iron tablet", "pastilla de hierro"),
        ("vitamin K2", "vitamina K2"),
        ("codeine", "codeína"),
        ("a litre of water before bed", "un litro de agua antes de dormir"),
        ("pickle juice", "jugo de pepinillos"),
        ("compression stockings", "medias de compresión"),
        ("magnesium", "magnesio"),
        ("skip my dose", "saltarme la dosis"),
        ("stop taking my medicine", "dejar de tomar mi medicamento"),
        ("half the dose", "la mitad de la dosis"),
        ("a painkiller", "un analgésico"),
        ("stretching", "estirar"),
    ],
)
def test_a_remedy_is_as_open_in_spanish_as_in_english(english: str, spanish: str) -> None:
    assert check_remedy(spanish).allows == check_remedy(english).allows
