"""What the scripts of the pages know of data files is what Python says of them."""

from __future__ import annotations

from scripts.make_shapes import SHAPES_JS, shapes_js


def test_the_shapes_are_fresh():
    assert SHAPES_JS.read_text(encoding="utf-8") == shapes_js(), "run make web"
