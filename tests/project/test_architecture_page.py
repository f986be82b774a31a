"""The page about the architecture speaks of the tree as it is: rooms, files, names."""

from __future__ import annotations

import re

import pytest

from tests.helpers.imports import LAYERS, PACKAGE, modules

ROOT = PACKAGE.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACES = (PACKAGE, ROOT, ROOT / "web" / "src", PACKAGE / "web" / "assets")
NAMED = sorted(set(re.findall(r"`([^`\s]+)`", PAGE)))
PATHS = [
    name
    for name in NAMED
    if re.fullmatch(r"[\w./-]+\.(?:py|js|sh)|(?:[\w-]+/)+[\w-]*", name) and name[0] != "."
]
IDENTIFIERS = [name for name in NAMED if re.fullmatch(r"(?:[A-Z][a-z]+)+|[a-z]+_[a-z_]+", name)]


def test_the_page_names_files_and_names():
    assert len(PATHS) > 100
    assert len(IDENTIFIERS) > 20


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_there(path):
    assert any((place / path).exists() for place in PLACES)


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_a_name_is_defined(name):
    defined = re.compile(rf"^ *(?:class|def) {name}\b|^{name} = ", re.MULTILINE)
    files = (path.read_text(encoding="utf-8") for path in modules().values())
    assert any(defined.search(text) for text in files)


def test_the_rooms_stand_there_in_their_order():
    lines = [f"    {line}" for line in LAYERS.strip().split("\n")]
    assert "\n\n" + "\n".join(lines) + "\n\n" in PAGE


def test_every_room_has_a_file_in_the_tables():
    rows = "\n".join(line for line in PAGE.split("\n") if line.startswith("|"))
    rooms = set(LAYERS.split()) - {"_version", "__main__", "__init__"}
    assert [
        room for room in sorted(rooms) if not re.search(rf"`{room}(?:/[\w/]+)?\.py`", rows)
    ] == []
