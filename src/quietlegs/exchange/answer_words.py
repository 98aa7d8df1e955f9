"""Yes, no and not sure, however people write them: in capitals, with a full stop, as a picture."""

import re
import unicodedata

_YES = {
    "yes",
    "y",
    "true",
    "t",
    "1",
    "1.0",
    "yeah",
    "yep",
    "definitely",
    "👍",
    "✅",
    "✔",
    "☑",
    "x",
    "ja",
    "oui",
    "si",
}
_NO = {"no", "n", "false", "f", "0", "0.0", "nope", "never", "none", "👎", "❌", "✖", "🚫", "nein", "non"}
_UNSURE = {
    "", "unsure", "not sure", "notsure", "i am not sure", "im not sure", "maybe", "perhaps", "dont know", "do not know",
    "i dont know", "dunno", "no idea", "unknown", "null", "none given", "idk", "🤷", "❓", "🤔",
    "keine ahnung", "weiss nicht", "no se", "je ne sais pas",
}  # fmt: skip
_ALL = _YES | _NO | _UNSURE


def read_answer(value: object) -> tuple[bool, bool | None]:
    """Return whether an answer can be read, and the answer: yes (True), no (False) or not sure (None).

    >>> read_answer("YES!"), read_answer("👎🏽"), read_answer("banana")
    ((True, True), (True, False), (False, None))
    """
    if value is None or isinstance(value, bool):
        return True, value
    if isinstance(value, int | float):
        return (True, bool(value)) if value in (0, 1) else (False, None)
    if not isinstance(value, str):
        return False, None
    if value.strip() in ("?", "??"):
        return True, None
    whole = _plain(value)
    pictures = {char for char in whole if unicodedata.category(char) == "So"}
    words_only = " ".join("".join(char for char in whole if char not in pictures).split())
    text = words_only or "".join(sorted(pictures))  # "YES" with a sad face is a yes
    for words, answer in ((_YES, True), (_NO, False), (_UNSURE, None)):
        if whole in words or (text in words and not pictures & (_ALL - words)):
            return True, answer
    # "Yes, a lot" is a yes. "No, but..." is left to be asked again: only a plain no may rule something out.
    first = re.split(r"[,.;:!(\u2013\u2014]|\s-\s", value, maxsplit=1)[0]
    return (True, True) if _plain(first) in _YES - {"1", "x", "t", "y"} else (False, None)


def _plain(text: str) -> str:
    """Return a text in small letters without accents, skin tones and full stops."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (
        char
        for char in decomposed
        if unicodedata.category(char) not in ("Sk", "Mn", "Cf", "Po", "Pf") and char not in "♀♂"
    )
    return " ".join("".join(kept).split())
