"""Failures, restarts and recompilations from the fields of metrics."""

from __future__ import annotations

import json

import pytest

from artifact_stream.entries import Entry
from artifact_stream.facts.fact import Kind
from artifact_stream.facts.metrics import read, restart_reasons
from artifact_stream.facts.subject import Telling

NOTHING = {
    "fail_type": None, "fail_reason": None, "restart_reasons": [], "recompile_reason": None,
}  # fmt: skip


def told(metadata, **fields):
    logged = json.dumps(metadata).encode()
    entry = Entry("compilation_metrics", metadata=metadata, logged_metadata=lambda: logged)
    return read(Telling(entry, **fields))


def events(reading):
    """What has happened, behind the metrics themselves."""
    first, *others = reading.told
    assert first.kind is Kind.METRICS
    return others


@pytest.mark.parametrize(
    ("value", "reasons"),
    [
        (None, []),
        ([], []),
        ("", []),
        ("set()", []),
        (["b", "a", "b"], ["b", "a"]),
        ("{'builtin: print', \"it's\"}", ["builtin: print", "it's"]),
        ("['a']", ["a"]),
        ("{'cut off", ["{'cut off"]),
        ("{'a': 1}", ["{'a': 1}"]),
        ("builtin: print", ["builtin: print"]),
        ("(" * 10_000, ["(" * 10_000]),
        ([None, 3, " "], ["3"]),
        (7, ["7"]),
    ],
)
def test_restarts_are_a_list_or_the_text_of_a_set(value, reasons):
    assert restart_reasons(value) == reasons


def test_a_compilation_without_an_event_tells_nothing():
    reading = told(NOTHING)
    assert (events(reading), reading.is_whole) == ([], True)


def test_a_failure_has_the_users_line_or_else_that_of_the_function():
    fields = NOTHING | {
        "co_name": "f", "co_filename": "/w/a.py", "co_firstlineno": 1,
        "fail_type": "Unsupported", "fail_reason": "print\n  Hint: do not",
    }  # fmt: skip
    [failure] = events(told(fields))
    assert (failure.kind, failure.title, failure.details) == (
        Kind.FAILURE, "Unsupported: print", ("Hint: do not",),
    )  # fmt: skip
    assert (failure.function, failure.file, failure.lineno) == ("f", "/w/a.py", 1)
    users = {"fail_user_frame_filename": "/w/b.py", "fail_user_frame_lineno": 7}
    [failure] = events(told(fields | users))
    assert (failure.file, failure.lineno) == ("/w/b.py", 7)


@pytest.mark.parametrize("fields", [{"fail_type": "KeyError"}, {"fail_reason": "no such op"}])
def test_one_of_the_two_fields_is_a_failure(fields):
    assert [each.kind for each in events(told(fields))] == [Kind.FAILURE]


def test_restarts_are_graph_breaks_and_called_as_their_texts_are():
    fields = NOTHING | {
        "restart_reasons": ["Unsupported: builtin: print", "Failed\n  Explanation: Why"],
        "recompile_reason": "0/0: x == 3",
    }
    assert [(each.kind, each.title, each.details) for each in events(told(fields))] == [
        (Kind.GRAPH_BREAK, "builtin: print", ()),
        (Kind.GRAPH_BREAK, "Failed", ("Why",)),
        (Kind.RECOMPILATION, "x == \u2026", ("x == 3",)),
    ]


def test_long_values_that_framing_has_left_out_are_read():
    logged = json.dumps({"x": "x" * (64 << 10), "fail_reason": "y" * (70 << 10)}).encode()
    entry = Entry("compilation_metrics", logged_metadata=lambda: logged)
    [failure] = events(read(Telling(entry)))
    assert failure.title.startswith("yyy")
    reading = read(Telling(Entry("compilation_metrics")))
    assert (events(reading), reading.is_whole) == ([], False)


def test_fields_may_stand_in_the_payload():
    text = json.dumps({"fail_type": "KeyError", "x": float("nan")}).encode()
    entry = Entry("compilation_metrics", has_payload=True, logged_metadata=lambda: b"{}")
    assert [each.title for each in events(read(Telling(entry, text)))] == ["KeyError"]
    assert events(read(Telling(entry, b"no JSON"))) == []
    assert not read(Telling(entry, text[:9], is_whole=False)).is_whole


def test_more_restarts_than_anybody_reads_are_not_all_told():
    reading = told(NOTHING | {"restart_reasons": [str(n) for n in range(1000)]})
    assert (len(events(reading)), reading.is_whole) == (64, False)


def test_every_field_that_is_not_null_is_kept_as_logged():
    logged = b'{"compile_id": "0/0", "x": 1.50, "big": 12345678901234567890123, "y": null}'
    entry = Entry("compilation_metrics", logged_metadata=lambda: logged)
    fields = read(Telling(entry)).told[0].fields
    assert {name: bytes(raw) for name, raw in fields.items()} == {
        "compile_id": b'"0/0"', "x": b"1.50", "big": b"12345678901234567890123",
    }  # fmt: skip
