"""What the scripts of the pages know of data files is what Python says of them."""

from __future__ import annotations

import re
from pathlib import Path

from scripts.make_shapes import SHAPES_JS, shapes_js

SOURCES = [path for path in SHAPES_JS.parent.glob("*.js") if path != SHAPES_JS]


def test_the_shapes_are_fresh():
    assert SHAPES_JS.read_text(encoding="utf-8") == shapes_js(), "run make web"


def spelled(name: str, pattern: str, paths: list[Path]) -> list[str]:
    code = {path.name: path.read_text(encoding="utf-8") for path in paths}
    return [f"{name}: {found}" for found in code for _ in re.findall(pattern, code[found])]


def test_no_script_spells_them_itself():
    assert len(SOURCES) > 20
    patterns = {
        "a file": r"report/\w+(-\$\{\w+\})?\.js|index\.html",
        "a loader": r"\bloader\.render",
        "a position": r"\b(row|place|example|call)\w*\[\d\]",
        "a short name": r"\bmore\??\.\w\b",
    }
    found = [hit for name in patterns for hit in spelled(name, patterns[name], SOURCES)]
    assert found == []
