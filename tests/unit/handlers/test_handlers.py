"""Each handler: what `__input__` holds becomes what `__output__` holds, byte for byte.

A folder in ``tests/data/handlers`` for each handler.  After a change that is meant, the expected
trees are made again with ``make expected``; look at the difference before you commit it.
"""

from __future__ import annotations

import os
import shutil

import pytest

from artifact_stream import run
from artifact_stream.handlers.registry import built_in
from tests.helpers.support import DATA, assert_same_tree, tree

CASES = DATA / "handlers"
HANDLERS = [handler.name for handler in built_in().on_page]

# Not about one handler: pages of the run, and files with times in them.
OF_THE_RUN = (
    "assets/",
    "report/",
    "index.html",
    "summary.json",
    "format.json",
    "compile_directory.json",
)


@pytest.mark.parametrize("handler", HANDLERS)
def test_input_becomes_output(handler, tmp_path):
    folder = CASES / handler
    inputs = sorted(str(path) for path in (folder / "__input__").iterdir())
    assert inputs, f"the handler {handler} has no input in {folder}"
    run(inputs, str(tmp_path / "out"))
    made = {
        name: data
        for name, data in tree(tmp_path / "out").items()
        if not name.startswith(OF_THE_RUN)
    }
    problems = made["problems.jsonl"]
    made["problems.jsonl"] = problems.replace(str(folder).encode() + b"/", b"")
    if os.environ.get("UPDATE_EXPECTED"):
        shutil.rmtree(folder / "__output__", ignore_errors=True)
        for name, data in made.items():
            path = folder / "__output__" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    assert_same_tree(made, tree(folder / "__output__"))


def test_every_handler_has_a_case_and_every_case_a_handler():
    assert sorted(path.name for path in CASES.iterdir()) == sorted(HANDLERS)
