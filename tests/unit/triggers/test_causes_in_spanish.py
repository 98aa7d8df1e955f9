"""A factor chosen in Spanish is taken for what it is in English: a habit, an answer to bad nights, or what follows them."""

from quietlegs.exchange import knowledge_base
from quietlegs.exchange.findings_words import load_causes


def test_every_factor_of_the_library_has_the_same_family_in_spanish() -> None:
    diagram = load_causes()
    english = knowledge_base._load_folder("factors", "en")
    spanish = knowledge_base._load_folder("factors", "es")
    unlike = {}
    for name, fields in english.items():
        ours, theirs = (diagram.family_of(str(one["name"])) for one in (fields, spanish[name]))
        if (ours and ours.id) != (theirs and theirs.id):
            unlike[name] = (ours and ours.id, theirs and theirs.id)
    assert unlike == {}
