"""Any page judged, any question answered, from the evidence base: by rules that can be read, and no language model.

``check_article(text, base)`` marks the claims of a page: what we know of each, what sells, what could hurt, what is
missing. ``answer(question, base)`` finds the evidence that speaks to a question. Both are given a ``ClaimBase``:
the evidence entries and the word lists of ``kb/claims``, compiled once.

How a claim is judged. A sentence is cut out with its place in the text; the concepts it names are found by word
stems; so are the link it claims (causes, helps, is), how strongly, and whether it is denied. Evidence on the same
concept and the same complaint is looked up, and its direction and certainty are held against what the sentence
says. Similar wording alone never decides: "magnesium works" and "magnesium does not work" are near in words.
"""
