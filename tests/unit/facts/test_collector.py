"""Facts from the entries of a trace, counted by hand."""

from __future__ import annotations

import json

import pytest

from artifact_stream.disk.appender import JsonlAppender
from artifact_stream.disk.directories import Directory
from artifact_stream.entries import Entry, TextInHand
from artifact_stream.facts.collector import FactCollector
from artifact_stream.facts.once import Once
from artifact_stream.facts.registry import Subjects
from artifact_stream.facts.subject import Reading, Subject
from artifact_stream.output.counts import FactCounts


@pytest.fixture
def collected(tmp_path):
    def collect(*entries, subjects=None, several_files=False):
        counts = FactCounts()
        with (
            Directory.at(str(tmp_path)) as folder,
            JsonlAppender(folder, "facts.jsonl") as file,
        ):
            facts = FactCollector(
                file, counts, Once(), several_files=several_files, subjects=subjects
            )
            for entry in entries:
                facts.add(facts.read(entry), "a/b.txt")
        lines = (tmp_path / "facts.jsonl").read_bytes().splitlines()
        return [json.loads(line) for line in lines], counts

    return collect


def artifact(name, text, **fields):
    payload = TextInHand(text)
    metadata = {"name": name}
    return Entry("artifact", metadata=metadata, payload=payload, has_payload=True, **fields)


def metrics(**fields):
    known = {"compile_id": "0_0_0", "logged_metadata": lambda: b"{}"}
    metadata = fields.pop("metadata", {})
    return Entry("compilation_metrics", metadata=metadata, **(known | fields))


def test_what_tells_nothing_is_not_read(collected):
    assert collected(Entry("dynamo_guards"), artifact("x", b"y")) == ([], FactCounts())


def test_a_break_and_its_restart_are_one(collected):
    lines, counts = collected(
        artifact("dynamo_graph_break_reason", b"Reason: a print", compile_id="0_0_0", line=3),
        metrics(compile_id="0_0_1", line=9, metadata={"restart_reasons": ["a print"]}),
    )
    assert lines.pop(1)["kind"] == "metrics"
    assert [line.get("is_repeated", False) for line in lines] == [False, True]
    assert lines[0] == {
        "kind": "graph_break", "compile_id": "0_0_0", "line": 3,
        "type": "dynamo_graph_break_reason", "title": "a print", "url": "a/b.txt",
    }  # fmt: skip
    assert counts.found == {"failure": 0, "graph_break": 1, "recompilation": 0}
    assert counts.read == {"dynamo_graph_break_reason": 1, "compilation_metrics": 1}
    assert counts.is_known


def test_reasons_of_one_recompilation_are_lines_and_one_event(collected):
    lines, counts = collected(
        artifact("recompile_reasons", b'["0/0: x", "0/0: y"]', compile_id="0_1_0"),
        metrics(compile_id="0_1_0", metadata={"recompile_reason": "0/0: x"}),
    )
    assert lines.pop(2)["kind"] == "metrics"
    assert [(line["title"], line.get("part", 0)) for line in lines] == [
        ("x", 0), ("y", 1), ("x", 0),
    ]  # fmt: skip
    assert counts.found["recompilation"] == 1
    assert counts.compiled_again == 0


def test_a_compilation_after_another_without_a_reason_is_noted(collected):
    _, counts = collected(metrics(compile_id="0_0_0"), metrics(compile_id="0_1_0"))
    assert counts.compiled_again == 1


def test_metrics_may_name_the_compilation_themselves(collected):
    [_, line], _ = collected(
        metrics(compile_id=None, metadata={"compile_id": "1/2_3", "fail_type": "KeyError"})
    )
    assert line["compile_id"] == "1_2_3"


def test_what_stands_for_bytes_is_written_as_a_character(collected):
    [_, line], _ = collected(
        metrics(compile_id="\udc80", metadata={"fail_type": "\udc80"}, source="\udcff"),
        several_files=True,
    )
    assert (line["compile_id"], line["title"], line["source"]) == ("\ufffd",) * 3


def test_a_reader_that_fails_costs_one_entry(collected):
    def fail(_telling):
        raise KeyError("a defect")

    broken = Subject(name="s", entry_types=("t",), read=fail, summary="it")
    lines, counts = collected(Entry("t"), subjects=Subjects([broken]))
    assert (lines, counts.cut, counts.is_known) == ([], {"t": 1}, False)


def test_more_facts_than_anybody_reads_are_not_written(collected):
    many = json.dumps([f"0/0: x{n}y" for n in range(1000)]).encode()
    lines, counts = collected(artifact("recompile_reasons", many))
    assert len(lines) == 256
    assert counts.found["recompilation"] == 1
    assert Reading([]).is_whole
