"""Options that match nothing are told, with what there is."""

from __future__ import annotations

import json

import pytest

from artifact_stream import Options, run
from artifact_stream.output.counts import MAX_SEEN
from artifact_stream.output.missing import Unmatched
from artifact_stream.pipeline.unmatched import unmatched_options
from tests.helpers.support import FRAME_0, raw_entry

LOG = (
    raw_entry("aot_joint_graph", b"g", **FRAME_0)
    + raw_entry("aot_joint_graph", b"g", frame_id=1, frame_compile_id=0, attempt=1)
    + raw_entry("dynamo_guards", b"[]", **FRAME_0)
)


@pytest.fixture
def unmatched(tmp_path):
    def of(data=LOG, **options):
        (tmp_path / "t.log").write_bytes(data)
        out = tmp_path / "out"
        summary = run([str(tmp_path / "t.log")], str(out), Options(**options), overwrite=True)
        written = json.loads((out / "summary.json").read_bytes())["unmatched"]
        assert written == [
            {"option": u.option, "value": u.value, "there": u.there, "has_more": u.has_more}
            for u in summary.unmatched
        ]
        assert unmatched_options(Options(**options), summary.counts) == summary.unmatched
        return summary.unmatched

    return of


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"compile_ids": ("0/9", "0/0")},
            Unmatched("compile_ids", "0/9", ["[0/0]", "[1/0_1]"], has_more=False),
        ),
        ({"include": ("guards", "all")}, Unmatched("include", "guards", [], has_more=False)),
        ({"include": ("cache",)}, Unmatched("include", "cache", ["dynamo_guards"], has_more=False)),
        ({"only": ("graph", "link")}, Unmatched("only", "link", ["graph"], has_more=False)),
    ],
)
def test_what_matches_nothing_is_told_with_what_there_is(options, expected, unmatched):
    assert unmatched(**options) == [expected]


def test_nothing_is_told_of_what_has_matched(unmatched):
    assert unmatched() == []
    cache = raw_entry("artifact", b"{}", {"name": "fx_graph_cache_hit", "encoding": "json"})
    assert unmatched(LOG + cache, include=("dynamo_guards", "cache")) == []
    assert unmatched(compile_ids=("1/*",), only=("graph",)) == []


def test_of_many_compile_ids_the_first_are_named(unmatched):
    ids = [{"frame_id": n, "frame_compile_id": 0, "attempt": 0} for n in range(MAX_SEEN + 1)]
    [told] = unmatched(
        b"".join(raw_entry("aot_joint_graph", b"g", **each) for each in ids * 2),
        compile_ids=("0/9",),
    )
    assert told.there == [f"[{n}/0]" for n in range(MAX_SEEN)]
    assert told.has_more
