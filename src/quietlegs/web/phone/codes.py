"""The QR code, as a picture for a page and as signs for a terminal."""

import io

import segno

MODULE_PIXELS = 6
BORDER_MODULES = 4  # the quiet zone that ISO/IEC 18004 asks for


def qr_picture(text: str) -> str:
    """Return a QR code as the address of a picture. Black on white in every theme: cameras need it so."""
    picture: str = segno.make_qr(text, error="m").svg_data_uri(
        scale=MODULE_PIXELS, border=BORDER_MODULES, dark="#000", light="#fff"
    )
    return picture


def qr_signs(text: str) -> str:
    """Return a QR code as signs of a terminal, half a line high each."""
    signs = io.StringIO()
    segno.make_qr(text, error="l").terminal(out=signs, border=BORDER_MODULES, compact=True)
    return signs.getvalue()
