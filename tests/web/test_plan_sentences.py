"""Every clinical sentence that the plan, medicines and blood tests can show stands in a data file.

Two nets. The words of the pages themselves (templates and code) may hold no clinical sentence at all, but for a
short list of labels that was read one by one. And whatever the pages show, to people who take everything and have
everything, must be found word for word in the data, or in that list.
"""

import ast
import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import quietlegs
from quietlegs.exchange.knowledge_base import load_evidence, load_folder, load_index
from quietlegs.exchange.medicine_base import load_labs, load_medicines
from quietlegs.exchange.plan_base import load_exercises, load_plan_book

SOURCE = Path(quietlegs.__file__).parent
CODE = [
    *(SOURCE / "core" / "plan").glob("*.py"),
    *(SOURCE / "core" / "assessment").glob("medicines*.py"),
    SOURCE / "core" / "assessment" / "labs.py",
    *(SOURCE / "web" / "plan").glob("*.py"),
    *(SOURCE / "web" / "medicines").glob("*.py"),
    SOURCE / "cli" / "plan.py",
    SOURCE / "cli" / "medicines.py",
    SOURCE / "exchange" / "medicine_json.py",
    SOURCE / "exchange" / "plan_files.py",
]
TEMPLATES = [
    *(SOURCE / "web" / "plan" / "templates").rglob("*.html"),
    *(SOURCE / "web" / "medicines" / "templates").rglob("*.html"),
]
CLINICAL = re.compile(
    r"\b(?:cramp|restless|fibromyalg|potassium|magnesium|sodium|calcium|iron|ferritin|quinine|statin|muscle|kidney"
    r"|heart|clot|nerve|pain|urine|bleed|blood thinner|diabet|doctor|pharmacist|stretch|massage|swell|swollen|harm"
    r"|danger|prevent|cure|treat|heal|relie|dose|tablet|symptom|disease|illness|thyroid|salts?\b|level|guidance"
    r"|evidence|studies|trial|risk|safe|stop taking|effect)\w*",
    re.IGNORECASE,
)
# Labels, questions and notes on how the app works. None of them says what helps, harms or means anything.
LABELS = {
    "Cramp now",
    "cramp now",
    "Ask about your medicines",
    "Night leg cramps",
    "Restless legs",
    "Fibromyalgia",
    "Illnesses, and the like",
    "Age and illnesses: some pairs depend on them",
    "Age, illnesses, what you drink",
    "Iron, salts, kidneys and more",
    "For your doctor",
    "Linked with legs or salts",
    "Type or paste it, one to a line. Doses and misspellings are fine.",
    "This plan is for night cramps.",
    "one question for your doctor or pharmacist",
    "2 things to try, one question for your doctor or pharmacist. No more than that.",
    "Stretch, breathe, let go: with drawings and a timer",
    "Some things are not safe for everyone: tell us about you",
    "It changes what is safe for you, and which questions come first. Leave open what you like. It stays on this "
    "computer.",
    "We start with what studies found, made smaller where they were weak. It is a guess for someone like you: of 20 "
    "cramps, how many are left, and what it could be.",
    "Where no study counted nights, we put in a small guess from how sure the evidence is. Those are marked.",
    "Your own nights shift the guess. The more nights, the more they count. A proper trial counts for more than the "
    "diary alone, since other things can differ between nights.",
    "From the guess we work out the gain: how many of 100 cramps you would be spared, if you keep it only when it "
    "helps. So something unsure is worth a try, and a proven dud is not.",
    "We take off for effort (0.2 for each minute a day) and for risk (2 for each step of risk, half as much again "
    "from age 65).",
    "What is left is its worth. The highest come first. What is not safe for you was taken out before.",
    "Studies: left of 20",
    "In your trial now. The trial says which nights.",
    "To the trial",
    "The effect is the natural log of a rate ratio, normal with mean m and standard deviation s. Prior and own "
    "nights combine by their precisions; diary results get 0.2 squared added to their variance. The gain is "
    "Phi(-m/s) - exp(m + s²/2) Phi(-m/s - s).",
    "In your %(nights)s with it: where there were 10 cramps, leaving it out went with %(low)s to %(high)s.",
    "In your %(nights)s with it: where there were 10 cramps, it went with %(low)s to %(high)s.",
    "Your nights with it had more cramps. You could drop it.",
    "Not used: “",
    "This is longer than any list of medicines. Leave out what is not a name and a dose.",
    "must list a source, or evidence an entry.",
    "Iron without a blood test",
    # the command line
    "What these medicines may do to legs at night.",
    "An illness, such as “kidney disease”. Repeat it.",
    "Give cramps, restless-legs or fibromyalgia.",
    "Take care: ",
}


# Words that the app puts round a name from the data.
FRAMES = re.compile(r"^(?:Delete|Easier:|Guide me:|You wrote:|Read as) | of \d+ \w+ \d{4}$|· You wrote:.*$")


def texts_in(value: object) -> Iterator[str]:
    """Yield every text of a data file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", html.unescape(text).casefold()).strip()


@pytest.fixture(scope="module")
def said_by_data() -> str:
    folders = (
        "evidence",
        "medicines",
        "interactions",
        "medicine_words",
        "labs",
        "plan",
        "exercises",
        "left_out",
    )
    texts = [text for folder in folders for item in load_folder(folder).values() for text in texts_in(item)]
    texts += [text for folder in ("evidence", "plan") for text in texts_in(dict(load_index(folder)))]
    return " | ".join(map(plain, texts))


def words_of_code(path: Path) -> Iterable[str]:
    """Return every text in a module that a person could see: no docstrings, no lone words."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def words_of_template(path: Path) -> Iterable[str]:
    """Return every text in a template, translated or not."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)
    yield from re.findall(r"""{% translate ["'](.*?)["'] %}""", text)
    text = re.sub(r"{%.*?%}", "\n", text, flags=re.DOTALL)
    text = re.sub(r"{{.*?}}", "…", text)
    yield from (part.strip() for part in re.findall(r">([^<>]+)<", text))


def is_sentence(text: str) -> bool:
    return len(text.split()) > 2 and bool(CLINICAL.search(text))


@pytest.mark.parametrize("path", [*CODE, *TEMPLATES], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_or_function_holds_a_clinical_sentence(path: Path) -> None:
    words = words_of_code(path) if path.suffix == ".py" else words_of_template(path)
    labels = {plain(label) for label in LABELS}
    assert [text for text in words if is_sentence(text) and plain(text) not in labels] == []


def shown(client: Client, name: str, *args: str) -> list[str]:
    """Return the texts of a page's main part, without what the person typed."""
    page = client.get(reverse(name, args=args)).content.decode()
    main = page.split('id="main"')[1]
    main = re.sub(
        r"<(script|style|textarea|select|option)\b.*?</\1>|<svg.*?</svg>", "", main, flags=re.DOTALL
    )
    return [text.strip() for text in re.findall(r">([^<>]+)<", main) if text.strip()]


@pytest.mark.django_db
def test_whatever_the_pages_show_stands_in_the_data(client: Client, said_by_data: str) -> None:
    words = load_medicines().words
    everything = {
        "age": "80",
        "about": ["cramps", "restless-legs", "fibromyalgia"],
        "food_and_drink": list(words.food_and_drink),
    }
    pages = [
        ("plan:plan",),
        ("plan:arithmetic",),
        ("plan:exercises",),
        ("medicines:list",),
        ("medicines:labs",),
    ]
    pages += [("plan:exercise", name) for name in load_exercises()]
    client.post(
        reverse("medicines:list"),
        {"medicines": "\n".join(medicine.name for medicine in load_medicines().medicines.values())},
    )
    for test, figures in {"potassium": "2.9 6.1", "egfr": "45", "ferritin": "70 90", "sodium": "124"}.items():
        for day, figure in enumerate(figures.split(), start=1):
            client.post(
                reverse("medicines:labs"),
                {
                    "test": test,
                    "figure": figure,
                    "unit": load_labs()[test].unit,
                    "taken_on": f"2026-01-0{day}",
                    "confirmed": "yes",
                },
            )
    labels = {plain(label) for label in LABELS}
    unknown = set()
    for conditions in ([], list(words.conditions)):
        client.post(reverse("medicines:profile"), everything | {"conditions": conditions})
        for page in pages:
            client.get(reverse(page[0], args=page[1:]))  # what was just saved is told once
            for text in shown(client, *page):
                if plain(text) not in labels and not stands_in(said_by_data, text):
                    unknown.add(text)
    assert {text for text in unknown if not is_a_question_of_the_plan(text)} == set()


def stands_in(data: str, text: str) -> bool:
    """Whether each sentence of a text, or each name of a list, stands in the data."""
    text = FRAMES.sub("", " ".join(text.split()))
    parts = re.split(r"(?<=[.?!])\s+| \+ | / ", html.unescape(text))
    return all(plain(part) in data for part in parts if is_sentence(part))


def is_a_question_of_the_plan(text: str) -> bool:
    """Whether a text is a plan's question with names of medicines put in."""
    asked = [item.question for item in load_plan_book().items.values() if item.question]
    patterns = [re.escape(question).replace(r"\{medicines\}", ".+") for question in asked]
    return any(re.fullmatch(pattern, html.unescape(text).strip("“” ")) for pattern in patterns)


def test_every_file_behind_these_pages_names_where_it_comes_from() -> None:
    evidence = set(load_evidence())

    def stands(part: object) -> bool:
        return isinstance(part, dict) and bool(
            part.get("sources") or evidence.issuperset(part.get("evidence") or {""})
        )

    for folder, lists in {
        "medicines": ("effects",),
        "labs": ("bands",),
        "plan": ("not_with",),
        "exercises": ("cautions",),
    }.items():
        for name, item in load_folder(folder).items():
            for key in lists:
                for part in item.get(key, ()):  # type: ignore[union-attr, attr-defined]
                    assert stands(part), (folder, name, key)
    assert all(stands(dict(item)) for item in load_folder("interactions").values())
