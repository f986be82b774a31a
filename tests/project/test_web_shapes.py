"""The scripts of the pages: what they know of data files is what Python says; one global."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from artifact_stream.layout import PAGE_ENTRY
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


EVERYBODYS = r"(?<![.\w])(?:window|globalThis|self|top|parent)\b\s*\)?\s*"
GLOBALS = re.compile(
    rf"{EVERYBODYS}(?:\.\s*(?P<name>\w+)|\[[^\]]*\])\s*(?:\?\?|\|\||&&)?=(?!=)"
    rf"|\b(?:Object|Reflect)\s*\.\s*(?:assign|set|defineProperty|defineProperties)\(\s*{EVERYBODYS}"
)


def test_the_pages_have_one_global():
    found = [
        (path.name, hit["name"])
        for path in (*SOURCES, SHAPES_JS)
        for hit in GLOBALS.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == [("report.js", PAGE_ENTRY)]


@pytest.mark.parametrize(
    "source",
    ["window.x = 1", "globalThis.x ??= 1", 'window["x"] = 1', "Object.assign(window, { x })",
     "/** @type {any} */ (window).x = 1", "self.x = 1", "Reflect.set(globalThis, 'x', 1)"],
)  # fmt: skip
def test_another_global_would_be_found(source):
    assert GLOBALS.search(source)
    assert not GLOBALS.search("if (window.parent === window) this.window.style.top = y;")
