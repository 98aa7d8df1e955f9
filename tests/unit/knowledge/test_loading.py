"""The one reader of the knowledge base says which file is wrong, and reads each once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from quietlegs.core.knowledge import KnowledgeError
from quietlegs.exchange import knowledge_base


@pytest.fixture
def kb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(knowledge_base, "KB", tmp_path)
    (tmp_path / "remedies").mkdir()
    (tmp_path / "remedies" / "index.yaml").write_text("id: remedies\ntitle: Remedies\nholds: Things.\n")
    for cached in (knowledge_base._load_folder, knowledge_base._load_index):
        cached.cache_clear()
    yield tmp_path
    for cached in (knowledge_base._load_folder, knowledge_base._load_index):
        cached.cache_clear()


def test_a_folder_is_read_by_id_in_order_and_its_index_is_no_item(kb: Path) -> None:
    (kb / "remedies" / "b.yaml").write_text("id: b\nsince: 2026-11-20\n")
    (kb / "remedies" / "a.yaml").write_text("id: a\n")
    assert list(knowledge_base.load_folder("remedies")) == ["a", "b"]
    assert knowledge_base.load_index("remedies")["title"] == "Remedies"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("id: other\n", "remedies/a.yaml: its id is 'other'; it must be a."),
        ("id: a\nsteps: [one\n", "a.yaml, line 3: this is not YAML."),
        ("- id: a\n", "a.yaml: the file must hold one mapping of fields."),
        ("", "a.yaml: the file must hold one mapping of fields."),
    ],
)
def test_a_file_that_cannot_be_used_is_named(kb: Path, text: str, complaint: str) -> None:
    (kb / "remedies" / "a.yaml").write_text(text)
    with pytest.raises(KnowledgeError) as error:
        knowledge_base.load_folder("remedies")
    assert complaint in str(error.value)


def test_a_folder_or_index_that_is_not_there_is_named(kb: Path) -> None:
    with pytest.raises(KnowledgeError, match="no folder foods"):
        knowledge_base.load_folder("foods")
    with pytest.raises(KnowledgeError, match=r"foods/index\.yaml cannot be read"):
        knowledge_base.load_index("foods")


def test_what_was_read_is_kept_and_cannot_be_exchanged(kb: Path) -> None:
    (kb / "remedies" / "a.yaml").write_text("id: a\n")
    first = knowledge_base.load_folder("remedies")
    assert knowledge_base.load_folder("remedies") is first
    with pytest.raises(TypeError):
        first["a"] = {}  # type: ignore[index]
