"""The page of text that `explain` prints."""

from __future__ import annotations

import io

import pytest

from artifact_stream import run
from artifact_stream.findings.finding import Change, Where
from artifact_stream.tools.explain.output import explained
from artifact_stream.tools.explain.text import (
    MAX_SHOWN,
    change_text,
    explanation,
    format_seconds,
    place_text,
)
from tests.helpers.support import FRAME_0
from tests.helpers.told_logs import graph_break, metrics, whole

SINCE = "torch logs that since"


@pytest.fixture
def page(tmp_path):
    def of(log):
        (tmp_path / "t.log").write_bytes(log)
        run([str(tmp_path / "t.log")], str(tmp_path / "out"), overwrite=True, jobs=1)
        return list(explained(str(tmp_path / "out"), "t.log"))

    return of


def test_all_that_a_trace_tells_stands_there(page):
    assert page(whole()) == [
        "t.log, torch 2.13.0",
        "3 compilations of 2 functions in 2.00 s: 1 failure, 1 graph break, 1 recompilation.",
        "",
        "FAILURES",
        "  1. RuntimeError: no such op",
        "     /w/gen.py:9 in g: h(x)",
        "     [1/0]",
        "",
        "GRAPH BREAKS",
        "  1. Failed to trace builtin operator (gb0059, your code)",
        "     /w/gen.py:3 in f: print(x)",
        "     [0/0]",
        "     No way.",
        "     - Avoid it.",
        "",
        "RECOMPILATIONS",
        "  1. x: dimension 0 changed",
        "     /w/gen.py:1 in f",
        "     [0/0] \u2192 [0/1]: 4 \u2192 8",
        "     [0/1]; 500 ms",
        "     - torch._dynamo.mark_dynamic(x, 0)",
        "     - TORCH_COMPILE_DYNAMIC_SOURCES=\"L['x']\"",
        "",
        "COMPILATIONS, THE LONGEST FIRST",
        "  [0/0]    1.50 s  break  /w/gen.py:1 in f",
        "  [0/1]    500 ms  ok  /w/gen.py:1 in f",
        "  [1/0]  not logged  error  in g",
        "",
        "NOT IN THIS TRACE",
        f"  stacks: No entry tells which stack led to a compilation: {SINCE} 2.3. Make the trace",
        "  with a newer torch.",
        f"  torch version: No entry tells which torch made the log: {SINCE} 2.10. Make the trace",
        "  with a newer torch.",
    ]


def test_what_is_not_known_is_not_denied(page):
    [_, headline, *_] = page(graph_break())
    assert headline == (
        "1 compilation of 1 function: failures not known, 1 graph break told of, "
        "recompilations not known."
    )


def test_many_findings_and_places_are_cut_and_it_is_said(page):
    log = b"".join(graph_break(f"print({n})", n, {**FRAME_0, "frame_id": n}) for n in range(1, 20))
    lines = page(log + metrics(FRAME_0))
    assert "  1. Failed to trace builtin operator x19 (gb0059, your code)" in lines
    assert "     ... and 14 more places" in lines
    assert f"  ... and {20 - MAX_SHOWN} more; compile_ids.jsonl has them all." in lines


def test_nothing_that_a_terminal_obeys_is_printed(page):
    assert "\x1b" not in "\n".join(page(graph_break("print('\x1b[2J')")))


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Where("a.py", 3, "f", "x()"), "a.py:3 in f: x()"),
        (Where("a.py"), "a.py"),
        (Where(None, None, "f"), "in f"),
        (Where(), "in code that the log does not name"),
    ],
)
def test_places(place, text):
    assert place_text(place) == text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Change("[0/0]", "[0/1]", "4", "5"), "[0/0] \u2192 [0/1]: 4 \u2192 5"),
        (Change(None, "[0/1]", "3"), "? \u2192 [0/1]: 3 no longer holds"),
        (
            Change("[0/0]", "[0/1]", "4", "5", "s27", "[2, int_oo]"),
            "[0/0] \u2192 [0/1]: 4 \u2192 5, dynamic from then on as s27 in [2, int_oo]",
        ),
    ],
)
def test_changes(change, text):
    assert change_text(change) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 ms"), (0.0454, "45 ms"), (0.9996, "1.00 s"), (9.216, "9.22 s"), (125.9, "2 min 5 s")],
)
def test_times(seconds, text):
    assert format_seconds(seconds) == text


def test_what_is_no_list_of_findings_is_refused():
    with pytest.raises(ValueError, match="it is no"):
        list(explanation("t", lambda: io.BytesIO(b"{}"), None))
