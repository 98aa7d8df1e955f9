"""Spanish dates: "21 de noviembre".

Django looks a format up here by its name before it takes it as it stands, so the formats that pages write out are
names too. A test looks for formats that were forgotten.
"""

globals().update(
    {
        "j F": r"j \d\e F",
        "l j F": r"l j \d\e F",
        "j F Y": r"j \d\e F \d\e Y",
        "l j F Y": r"l j \d\e F \d\e Y",
        "j F Y, G:i": r"j \d\e F \d\e Y, G:i",
        "j F, G:i": r"j \d\e F, G:i",
        "l j F, G:i": r"l j \d\e F, G:i",
        "F": "F",
        "M": "M",
        "M Y": "M Y",
        "F Y": r"F \d\e Y",
        "j M": "j M",
        "D j M": "D j M",
        "j M Y": "j M Y",
    }
)
