"""Every clinical sentence of the library comes from a data file with a source; templates and code hold none.

The text of each page is taken apart. What comes from the entry's own file (and it has sources), from the labels of the
evidence or from the titles of other entries is struck out. What is left must be words of the app's own frame, and
the frame itself must not speak of illness.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

import quietlegs.web.library
from quietlegs.core.knowledge import EvidenceEntry
from quietlegs.exchange import knowledge_base

LIBRARY = Path(quietlegs.web.library.__path__[0])
ENTRIES = knowledge_base.load_evidence()
TERMS = knowledge_base.load_terms()
CLINICAL = re.compile(
    r"\b(cramp|muscle|calf|blood|clot|pain|drug|dose|medicine|tablet|stretch|sleep|illness|disease|symptom|nerve|"
    r"pregnan|iron|dizz|swell|doctor|pharmac|treat|remed|restless|fibromyalgia|help|harm|safe)\w*",
    re.IGNORECASE,
)
# What the frame may say of these: it names things and asks, and claims nothing.
FRAME = {
    "Five web articles on leg cramps and restless legs tell everyone the same. Here is each part of them, and where "
    "you find out what is true for you.",
    "Medical and other hard words, explained",
}


class Text(HTMLParser):
    """Gathers the text of the page proper, block by block."""

    BLOCKS = frozenset("p li h1 h2 h3 dt dd td th div section summary strong span figcaption caption".split())

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The app's own messages stand above the head of the page.
        self.inside = self.inside or dict(attrs).get("class") == "page-head"
        if tag == "a":
            self.text += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.inside = False
        if tag in self.BLOCKS:
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.text += data


def frame_strings() -> list[str]:
    """Return every string that the library's templates and code put into pages."""
    found: list[str] = []
    for path in (LIBRARY / "templates").rglob("*.html"):
        html = path.read_text()
        found += re.findall(r"{% translate [\"'](.*?)[\"'](?: as \w+)? %}", html)
        found += re.findall(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", html, re.DOTALL)
    for path in LIBRARY.glob("*.py"):
        found += re.findall(r"_\(\s*\"(.*?)\"\s*\)", path.read_text())
    return [text for block in found for text in block.split("{% plural %}")]


def sourced(entry: EvidenceEntry) -> list[str]:
    """Return every text of an entry's own file, and of the shared labels."""
    labels = knowledge_base.load_index("evidence")["words"]
    assert isinstance(labels, dict)
    label_texts = [
        text
        for group in labels.values()
        if isinstance(group, dict)
        for item in group.values()
        if isinstance(item, dict)
        for text in item.values()
    ]
    sizes = [
        text for estimate in entry.estimates for text in (estimate.outcome, estimate.unit, estimate.note)
    ]
    arms = [text for arm in entry.arms for text in (arm.outcome, arm.with_label, arm.without_label)]
    flag = knowledge_base.load_folder("triage/flags").get(entry.red_flag or "", {})
    levels = knowledge_base.load_folder("triage/wording")["levels"]["levels"]
    assert isinstance(levels, list)
    warning = [flag.get("timeframe"), flag.get("advice"), *(level["label"] for level in levels)]
    return [
        *(str(text or "") for text in warning),
        entry.question,
        entry.statement,
        entry.population,
        entry.certainty_reason,
        entry.disagreement or "",
        *entry.findings,
        *entry.safety,
        *(text or "" for text in (*sizes, *arms)),
        *(str(fields["title"]) for fields in knowledge_base.load_folder("exercises").values()),
        *(str(fields["name"]) for fields in knowledge_base.load_folder("factors").values()),
        *(source.cite for source in entry.sources),
        *(change.what for change in entry.changes),
        *(text for term in TERMS.values() for text in (term.term + ": " + term.meaning, term.term)),
        str(labels["certainty_of_facts"]),
        *label_texts,
    ]


def leftover(blocks: list[str], own: list[str], titles: set[str]) -> str:
    """Return what is left of a page when every text of the data is struck out, longest first."""
    whole = titles | set(own)  # most blocks are one text as it stands
    longest_first = sorted(filter(None, own), key=len, reverse=True)
    known = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    return " ".join(known.sub(" ", block) for block in blocks if block not in whole)


def test_the_frame_speaks_of_no_illness() -> None:
    strings = frame_strings()
    assert len(strings) > 40  # the search for them works
    assert {text for text in strings if CLINICAL.search(text)} - FRAME == set()


def test_templates_hold_no_words_of_their_own_outside_the_frame() -> None:
    for path in (LIBRARY / "templates").rglob("*.html"):
        html = path.read_text()
        bare = re.sub(
            r"{% blocktranslate.*?{% endblocktranslate %}|{%.*?%}|{{.*?}}|<[^>]*>", " ", html, flags=re.DOTALL
        )
        assert set(re.findall(r"[A-Za-z]{2,}", bare)) <= {"DOI", "PubMed", "nbsp"}, path.name


def test_every_sentence_of_every_entry_comes_from_its_file(pages: dict[str, str]) -> None:
    frame = frame_strings()
    titles = {text for entry in ENTRIES.values() for text in (entry.title, entry.statement)}
    words = {word for text in frame for word in re.findall(r"[A-Za-z]+", text)}
    words |= {"DOI", "PubMed", "November"}
    for name, entry in ENTRIES.items():
        assert entry.sources, name
        reader = Text()
        reader.feed(pages[name])
        blocks = [" ".join(block.split()) for block in reader.text.split("\n")]
        left = set(re.findall(r"[A-Za-z]+", leftover(blocks, sourced(entry), titles))) - words
        assert left == set(), (name, left)
