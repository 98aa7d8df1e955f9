"""Units of what a day holds: how many of one make another."""

# The size of each unit beside the smallest of its kind, under the names that people and programs write.
_VOLUMES = {"ml": 1.0, "cl": 10.0, "dl": 100.0, "l": 1000.0}
_TIMES = {"s": 1.0, "min": 60.0, "h": 3600.0}
_MASSES = {"mcg": 1.0, "mg": 1e3, "g": 1e6, "kg": 1e9}
_LENGTHS = {"m": 1.0, "km": 1000.0}
_ALIASES = {
    "litre": "l", "liter": "l", "litres": "l", "liters": "l", "millilitre": "ml", "milliliter": "ml",
    "second": "s", "seconds": "s", "sec": "s", "minute": "min", "minutes": "min", "mins": "min",
    "hour": "h", "hours": "h", "hr": "h", "hrs": "h", "std": "h",
    "µg": "mcg", "μg": "mcg", "ug": "mcg", "gram": "g", "grams": "g", "metre": "m", "meter": "m",
}  # fmt: skip


def ratio(given: str, own: str) -> float | None:
    """Return by what a value in one unit is multiplied to be in another; 1 where they are the same, None where none is known.

    >>> ratio("ml", "l"), ratio("Hours", "min"), ratio("glasses", "g"), ratio("cups", "Cups")
    (0.001, 60.0, None, 1.0)
    """
    one, other = _plain(given), _plain(own)
    if one == other:
        return 1.0
    for sizes in (_VOLUMES, _TIMES, _MASSES, _LENGTHS):
        if one in sizes and other in sizes:
            return sizes[one] / sizes[other]
    return None


def _plain(unit: str) -> str:
    text = unit.strip().casefold()
    return _ALIASES.get(text, text)
