"""Yes, no and not sure, however people write them: in capitals, with a full stop, as a picture."""

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
    "i dont know", "unknown", "null", "none given", "idk", "🤷", "❓", "🤔",
}  # fmt: skip


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
    text = "".join(
        char
        for char in value.casefold()
        if unicodedata.category(char) not in ("Sk", "Mn", "Cf", "Po") and char not in "♀♂"
    )
    text = " ".join(text.split())
    if text == "" and value.strip() in ("?", "??"):
        return True, None
    for words, answer in ((_YES, True), (_NO, False), (_UNSURE, None)):
        if text in words:
            return True, answer
    return False, None
