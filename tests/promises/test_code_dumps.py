"""Code that torch logs as a graph dump (AOTInductor) is code, in its language."""

from __future__ import annotations

import json

import pytest

from artifact_stream import Options, run, unpack
from tests.helpers.reports import per_kind, values_of
from tests.helpers.support import FRAME_0, raw_entry

CPP = b"#include <vector>\nint main() { return 1 < 2 && 3; }\n"
LOG = raw_entry(
    "graph_dump", CPP, {"name": "wrapper", "type": "cpp", "filename": "/t/x.wrapper.cpp"}, **FRAME_0
) + raw_entry("graph_dump", b"class G: ...", {"name": "graph"}, **FRAME_0)


@pytest.fixture
def extracted(tmp_path):
    def of(**options):
        (tmp_path / "t.log").write_bytes(LOG)
        out = tmp_path / "out"
        run([str(tmp_path / "t.log")], str(out), Options(**options), overwrite=True)
        return out

    return of


def index_of(out):
    return [json.loads(line) for line in (out / "directory.jsonl").read_bytes().splitlines()]


def files_of(out):
    return sorted(path.name for path in (out / "0_0_0").iterdir())


def test_it_is_a_page_in_its_language_under_the_heading_of_code(extracted):
    out = extracted()
    assert files_of(out) == ["graph.txt", "wrapper.html", "wrapper.txt"]
    assert (out / "0_0_0/wrapper.txt").read_bytes() == CPP
    page = (out / "0_0_0/wrapper.html").read_text()
    assert '<code class="language-cpp">' in page
    assert 'aria-label="2"></a>int main() { return 1 &lt; 2 &amp;&amp; 3; }\n' in page
    code, graph = index_of(out)
    assert (code["kind"], code["language"], code["lines"]) == ("codegen", "cpp", 2)
    assert "kind" not in graph
    assert "language" not in graph
    # Graphs come first on the page, one of each.
    [[group]] = values_of(out / "report/outline-0.js")
    assert group[4] == per_kind(graph=1, codegen=1)


@pytest.mark.parametrize(
    ("only", "expected"),
    [("codegen", ["wrapper.html", "wrapper.txt"]), ("graph", ["graph.txt"])],
)
def test_each_is_found_by_its_own_kind(extracted, only, expected):
    assert files_of(extracted(only=(only,))) == expected


def test_plain_text_is_the_code_alone(extracted):
    assert files_of(extracted(plain_text=True)) == ["graph.txt", "wrapper.txt"]


def test_unpacking_gives_what_a_run_would_have(extracted, tmp_path):
    wanted = {path.name: path.read_bytes() for path in (extracted() / "0_0_0").iterdir()}
    index = index_of(tmp_path / "out")
    lazy = extracted(lazy=True)
    line = index_of(lazy)[0]
    assert line["lazy_loader"] == "loader.renderInductorCode"
    assert (line["kind"], line["language"]) == ("codegen", "cpp")
    assert '"l":"cpp"' in (lazy / "report/rows-0.js").read_text()
    unpack(str(lazy))
    assert {path.name: path.read_bytes() for path in (lazy / "0_0_0").iterdir()} == wanted
    assert index_of(lazy) == index


def test_an_option_that_matches_nothing_says_what_there_is(tmp_path):
    (tmp_path / "t.log").write_bytes(
        raw_entry("graph_dump", CPP, {"name": "wrapper", "type": "cpp"}, **FRAME_0)
    )
    options = Options(only=("graph", "codegen"))
    summary = run([str(tmp_path / "t.log")], str(tmp_path / "out"), options)
    assert [(one.value, one.there) for one in summary.unmatched] == [("graph", ["codegen"])]
