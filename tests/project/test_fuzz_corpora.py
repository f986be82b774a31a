"""The fuzz targets hold for their corpora: the seeds, and every input that ever broke one."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.targets import TARGETS

CORPORA = Path(__file__).parents[2] / "fuzz" / "corpus"
INPUTS = sorted(path for path in CORPORA.rglob("*") if path.is_file())


def test_each_target_has_a_corpus():
    assert {path.parent.name for path in INPUTS} == set(TARGETS)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_target_holds(path):
    TARGETS[path.parent.name](path.read_bytes())
