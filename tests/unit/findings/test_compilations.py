"""The compilations of a trace."""

from __future__ import annotations

import io

import msgspec
import pytest

from artifact_stream.facts.fact import Frame
from artifact_stream.findings.compilations import Compilations
from artifact_stream.index.lines import IndexEntry
from artifact_stream.json_text import encode_json
from tests.helpers.facts import fact, file_of, metrics


@pytest.fixture
def compiled(tmp_path):
    def of(*facts, listed=()):
        text = file_of(facts).getvalue()
        index = b"".join(encode_json(each) + b"\n" for each in listed)
        made = Compilations(io.BytesIO(text), io.BytesIO(text), str(tmp_path))
        try:
            made.read()
            made.read_index(io.BytesIO(index))
            return [each.finish() for each in made.built()], made
        finally:
            made.close()

    return of


def entry(compile_id, line, **members):
    return IndexEntry(compile_id, "n", "u", "t", None, 1, None, line, **members)


def test_they_come_in_the_order_of_the_log(compiled):
    made, _ = compiled(
        fact("start", "1_0_0", 1), fact("start", "0_0_0", 2), metrics("1_0_0", 3),
        fact("start", "1_0_0", 4), metrics("0_0_0", 5),
    )  # fmt: skip
    assert [(each.display_name, each.generation, each.log_line) for each in made] == [
        ("[1/0]", 0, 1), ("[0/0]", 0, 2), ("[1/0]", 1, 4),
    ]  # fmt: skip


def test_compile_ids_of_artifacts_alone_are_among_them(compiled):
    made, _ = compiled(
        fact("start", "2_0_0", 5),
        listed=[entry("1_0_1", 3, process=7), entry("unknown", 1), entry("__global__", 2),
                entry("!0_-_-", 2), entry("2_0_1", 9), entry("\udc80", 8), entry("1_0_0", 4)],
    )  # fmt: skip
    assert [(each.compile_id, each.log_line, each.process) for each in made] == [
        ("1_0_1", 3, 7), ("2_0_0", 5, None), ("\ufffd", 8, None),
    ]  # fmt: skip
    assert [status.value for status in made[0].status] == ["no_metrics"]


def test_stacks_have_files_for_numbers(compiled):
    [made], _ = compiled(
        fact("string", "unknown", text="a.py", index=0), fact("start", stack=(Frame(0, 1, "f"),))
    )
    assert made.stack == (Frame("a.py", 1, "f"),)


def test_metrics_of_no_compilation_are_kept_and_other_facts_are_not(compiled):
    made, _ = compiled(metrics("unknown", x=1), fact("cache", "unknown"), fact("symbol", "!0_-_-"))
    assert [(each.compile_id, list(each.metrics)) for each in made] == [("unknown", ["x"])]


def test_versions_are_told_by_an_entry_or_by_metrics(compiled):
    version = msgspec.Raw(b'"2.13"')
    _, made = compiled(fact("versions", "unknown", fields={"pytorch_version": version}))
    assert bytes(made.versions["pytorch_version"]) == b'"2.13"'
    made.note_versions({"pytorch_version": msgspec.Raw(b'"9"'), "python_version": version})
    assert bytes(made.versions["pytorch_version"]) == b'"2.13"'
    assert bytes(made.versions["python_version"]) == b'"2.13"'


def test_many_compilations_are_sorted_on_disk(compiled):
    facts = [fact("start", f"{n % 5000}_{n // 5000}_0", n) for n in range(20_000)]
    made, _ = compiled(*facts)
    assert [each.log_line for each in made] == list(range(20_000))
