"""Every look that a page asks for exists: a class that no style and no script knows is a slip."""

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "quietlegs" / "web"
TESTS = Path(__file__).parents[1]
CLASS = re.compile(r'class="([^"]*)"')
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")


def texts(folder: Path, ending: str) -> str:
    """All files of that ending, as one text."""
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.rglob(f"*.{ending}")))


def test_every_class_of_a_page_is_known_to_a_style_a_script_or_a_test() -> None:
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", texts(SOURCE, "css")))
    others = texts(SOURCE, "js") + texts(TESTS, "py")
    unknown = {
        name
        for classes in CLASS.findall(texts(SOURCE, "html"))
        for name in TAG.sub(" ", classes).split()
        if name not in styled and name not in others
    }
    assert unknown == set()
