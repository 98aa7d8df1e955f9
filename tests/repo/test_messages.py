"""Every sentence of the pure rooms that a page may show is a message, so that it can be said in the person's language.

What has no Spanish then fails in ``test_translations``: the messages are collected with the texts of the app.
"""

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

from quietlegs.core.base.messages import counted_message, message

ROOMS = Path(__file__).resolve().parents[2] / "src" / "quietlegs"
# A sentence, or a piece of one that would stand in one: two words and what ends a sentence, or a gap.
SENTENCE = re.compile(r"[A-Za-z]{2,}[,:;]? .*[A-Za-z]{2,}.*[.?:]\W*$", re.DOTALL)
SAID = {"message", "counted_message"}
# Faults of our own files and of whoever calls wrongly: for those who build Quietlegs, and no page shows them.
FOR_BUILDERS = {
    "KnowledgeError",
    "ValueError",
    "KeyError",
    "RuntimeError",
    "FloatingPointError",
    "read.fail",
    "self.fail",
    "Refusal.WRONG_SHAPE",
}
# Files that only the command line reads; it speaks English (docs/explanation/languages.md).
COMMAND_LINE = {
    "exchange/backup_file.py",
    "exchange/checks.py",
    "exchange/experiment_csv.py",
    "exchange/experiment_json.py",
    "exchange/experiment_safety.py",
    "exchange/experiment_trial.py",
    "exchange/files.py",
    "exchange/plan_files.py",
    "exchange/studyu.py",
    "core/experiments/pool.py",
}
# Documents for programs and researchers, whose fields are English by their standard.
ENGLISH_DOCUMENTS = {
    "exchange/article_html.py",
    "exchange/datapackage.py",
    "exchange/fhir.py",
    "exchange/fhir_codes.py",
    "exchange/research.py",
    "exchange/study_package.py",
}


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the sentences of a file that are given to a person as they stand, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    holder = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if not (is_text or isinstance(node, ast.JoinedStr)) or isinstance(
            holder[node], ast.Expr | ast.JoinedStr
        ):
            continue
        words = node.value if isinstance(node, ast.Constant) else ast.unparse(node)[2:-1]
        is_pattern = "(?" in words
        if (
            SENTENCE.search(words)
            and not is_pattern
            and not _calls_above(node, holder) & (SAID | FOR_BUILDERS)
        ):
            yield node.lineno, words


def _calls_above(node: ast.AST, holder: dict[ast.AST, ast.AST]) -> set[str]:
    found = set()
    while node in holder:
        node = holder[node]
        if isinstance(node, ast.Call):
            found.add(ast.unparse(node.func))
            found |= {ast.unparse(one) for one in node.args if isinstance(one, ast.Attribute)}
    return found


def test_every_sentence_of_the_pure_rooms_is_a_message() -> None:
    unsaid = [
        f"{place}:{line}: {words}"
        for room in ("core", "exchange")
        for path in sorted((ROOMS / room).rglob("*.py"))
        if (place := path.relative_to(ROOMS).as_posix()) not in COMMAND_LINE | ENGLISH_DOCUMENTS
        for line, words in sentences(path)
    ]
    assert unsaid == []


def test_a_message_is_its_english_sentence_and_goes_whole_to_another_process() -> None:
    said = message("{name} has {count} nights in {braces}.", name="tea", count=3, braces="{x}")
    back = pickle.loads(pickle.dumps(said))
    assert said == back == "tea has 3 nights in {x}."
    assert (back.text, back.values) == (said.text, said.values)
    assert [counted_message("{count} nap.", "{count} naps.", count=n) for n in (0, 1, 2)] == [
        "0 naps.",
        "1 nap.",
        "2 naps.",
    ]
