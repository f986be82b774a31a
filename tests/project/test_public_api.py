"""The public API: each name can be imported, says what it is, and stands in ``docs/library.md``.

``UPDATE_EXPECTED=1`` writes the table there again.
"""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import artifact_stream

GUIDE = Path(__file__).parents[2] / "docs" / "library.md"
NAMES = sorted(set(artifact_stream.__all__) - {"__version__"})


def first_sentence(name: str) -> str:
    documentation = inspect.getdoc(getattr(artifact_stream, name))
    assert documentation, name
    paragraph = " ".join(documentation.partition("\n\n")[0].split())
    return re.sub(r"``", "`", paragraph)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_importable_and_has_its_own_documentation(name):
    value = getattr(artifact_stream, name)
    assert value.__name__ == name
    assert first_sentence(name).endswith(".")


def test_each_name_is_documented():
    rows = ["| name | what |", "| --- | --- |"]
    rows += [f"| `{name}` | {first_sentence(name)} |" for name in NAMES]
    text = GUIDE.read_text(encoding="utf-8")
    pattern = re.compile(r"(<!-- generated: names -->\n)(.*?)(<!-- end -->)", re.DOTALL)
    assert pattern.search(text)
    table = "\n".join(rows)
    expected = pattern.sub(lambda match: f"{match[1]}{table}\n{match[3]}", text)
    if os.environ.get("UPDATE_EXPECTED"):
        GUIDE.write_text(expected, encoding="utf-8")
    assert GUIDE.read_text(encoding="utf-8") == expected


def test_python_in_the_guide_of_the_library_is_right():
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        names = re.findall(r"from artifact_stream import ([\w, ]+)", block)
        assert names
        for name in ", ".join(names).split(", "):
            assert name in artifact_stream.__all__
        compile(block, str(GUIDE), "exec")


def test_names_shadow_no_builtin():
    import builtins

    assert not {*NAMES} & {*dir(builtins)}


def test_a_name_that_there_is_not():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = artifact_stream.nonsense


def test_former_names_warn_once_and_are_the_same():
    code = (
        "import warnings\n"
        "with warnings.catch_warnings(record=True) as warned:\n"
        "    warnings.simplefilter('always')\n"
        "    from artifact_stream import pack, PackReport, pack as again\n"
        "import artifact_stream as a\n"
        "assert pack is again is a.pack is a.zip_output and PackReport is a.ZipReport\n"
        "for each in warned:\n"
        "    print(each.category.__name__, each.message)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.splitlines() == [
        "DeprecationWarning pack is called zip_output now.",
        "DeprecationWarning PackReport is called ZipReport now.",
    ]
    assert "pack" not in artifact_stream.__all__
