"""Broken input: each case costs what it must, is said, and is counted."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import msgspec
import pytest
import xxhash

from artifact_stream import InputUnusable, Options, run
from artifact_stream.handlers import graph
from artifact_stream.handlers.registry import Registry, built_in
from tests.helpers.support import FRAME_0, PREFIX, jsonl, jsonl_entry, raw_entry

GOOD = raw_entry("aot_joint_graph", b"good", **FRAME_0)


def extract(tmp_path: Path, data: bytes, name: str = "t.log", options: Options | None = None):
    (tmp_path / name).write_bytes(data)
    summary = run([str(tmp_path / name)], str(tmp_path / "out"), options)
    counts = summary.counts
    assert counts.entries_read == (
        counts.entries_written
        + counts.entries_told
        + counts.entries_skipped
        + counts.entries_unusable
    )
    return (
        summary,
        jsonl(tmp_path / "out" / "directory.jsonl"),
        jsonl(tmp_path / "out" / "problems.jsonl"),
    )


def test_a_log_cut_in_a_payload_keeps_the_part_and_says_so(tmp_path):
    cut = raw_entry("graph_dump", "long é payload".encode(), {"name": "g"}, **FRAME_0)
    cut = cut[: cut.index("é".encode()) + 1]  # inside a character
    summary, index, problems = extract(tmp_path, GOOD + cut)
    assert (tmp_path / "out" / "0_0_0" / "g.txt").read_bytes() == b"long \xc3"
    assert index[1]["flags"] == ["payload_md5_mismatch"]
    assert [(p["slug"], p["line"], p["offset_bytes"], p["entry_written"]) for p in problems] == [
        ("payload_md5_mismatch", 3, len(GOOD), True)
    ]
    assert summary.counts.problems == {"payload_md5_mismatch": 1}


def test_a_log_cut_before_its_payload_is_flagged(tmp_path):
    cut = raw_entry("graph_dump", b"x", {"name": "g"}, **FRAME_0).partition(b"\n")[0]
    _, index, _ = extract(tmp_path, GOOD + cut)
    assert index[1]["flags"] == ["payload_md5_mismatch"]
    assert (tmp_path / "out" / "0_0_0" / "g.txt").read_bytes() == b""


def test_a_corrupt_line_costs_that_line(tmp_path):
    corrupt = PREFIX.encode() + b'{"aot_joint_graph": {}, "frame\n\tits payload\n'
    summary, index, problems = extract(
        tmp_path, GOOD + corrupt + b"\nText of another program\n" + GOOD
    )
    assert [line["name"] for line in index] == ["aot_joint_graph.txt", "aot_joint_graph_1.txt"]
    assert [(p["slug"], p["line"]) for p in problems] == [
        ("broken_envelope", 3), ("not_an_entry", 6),
    ]  # fmt: skip
    assert summary.counts.entries_unusable == 2
    assert problems[1]["excerpt"] == "Text of another program"


@pytest.mark.parametrize("blanks", [1, 1000, 3_000_000])
def test_text_behind_blanks_is_no_blank_line(tmp_path, blanks):
    summary, _, problems = extract(tmp_path, GOOD + b" " * blanks + b"text\n" + b" \r\n" + GOOD)
    assert [(p["slug"], p["line"]) for p in problems] == [("not_an_entry", 3)]
    assert summary.counts.entries_written == 2


def test_an_envelope_with_nan_is_an_entry_like_any_other(tmp_path):
    data = raw_entry("artifact", b"[NaN]", {"name": "n", "encoding": "json", "x": float("nan")})
    _, index, problems = extract(tmp_path, data)
    assert (index[0]["name"], problems) == ("n.json", [])
    assert (tmp_path / "out" / "unknown" / "n.json").read_bytes() == b"[\n  NaN\n]"


def test_a_wrong_md5_is_written_flagged_and_counted(tmp_path):
    data = raw_entry("aot_joint_graph", b"x", md5="0" * 32, **FRAME_0)
    summary, index, _ = extract(tmp_path, data)
    assert (tmp_path / "out" / "0_0_0" / "aot_joint_graph.txt").read_bytes() == b"x"
    assert index[0]["flags"] == ["payload_md5_mismatch"]
    assert summary.counts.flags == summary.counts.problems == {"payload_md5_mismatch": 1}


@pytest.mark.parametrize("plain_text", [True, False])
def test_bytes_that_are_no_utf8_cr_nul_and_separators_come_out_as_they_went_in(
    tmp_path, plain_text
):
    payload = b"a\r\nb\r\xff\xfe\x00\x0c\xe2\x80\xa8\t\ttab\n\n\xed\xa0\x80"
    for number, data in enumerate(
        [
            raw_entry("graph_dump", payload, {"name": "g"}, **FRAME_0)
            + raw_entry("inductor_output_code", payload, **FRAME_0),
            jsonl_entry("graph_dump", payload, {"name": "g"}, compile_id="0_0_0")
            + jsonl_entry("inductor_output_code", payload, compile_id="0_0_0"),
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        _, _, problems = extract(folder, data, options=Options(plain_text=plain_text))
        assert problems == []
        assert (folder / "out" / "0_0_0" / "g.txt").read_bytes() == payload
        text = folder / "out" / "0_0_0" / "inductor_output_code.txt"
        assert text.read_bytes() == payload
        if not plain_text:
            page = text.with_suffix(".html").read_text(encoding="utf-8")
            assert "\0" not in page
            assert "\r" not in page


@pytest.mark.slow
def test_compressed_data_that_ends_early_gives_what_there_is(tmp_path):
    whole = gzip.compress(GOOD * 20_000)
    summary, index, problems = extract(tmp_path, whole[: len(whole) // 2], "t.gz")
    assert len(index) > 1000
    assert problems[-1]["slug"] == "source_damaged"
    assert "ends before its end mark" in problems[-1]["message"]
    assert summary.counts.problems["source_damaged"] == 1


@pytest.mark.slow
def test_corrupt_compressed_data_gives_what_is_before_it(tmp_path):
    # Entries that make no file: it takes some blocks of gzip for one to come before the damage.
    whole = bytearray(gzip.compress(GOOD + raw_entry("chromium_event", b"{}") * 200_000, 1))
    whole[len(whole) // 2 : len(whole) // 2 + 20] = b"\xff" * 20
    _, index, problems = extract(tmp_path, bytes(whole), "t.gz")
    assert index
    assert problems[-1]["slug"] == "source_damaged"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n \n", "nothing but white space"),
        (b"Hello, world\n", "other text"),
        (b"\x7fELF\0\0\0", "binary data"),
        (b'{"traceEvents": []}', "JSON of another kind"),
        (gzip.compress(b"not a log", mtime=0), "other text"),
    ],
)
def test_a_file_without_a_trace_is_named_with_what_it_holds(tmp_path, content, says):
    (tmp_path / "thing").write_bytes(content)
    with pytest.raises(InputUnusable, match=says) as error:
        run([str(tmp_path / "thing")], str(tmp_path / "out"))
    assert "expected a raw TORCH_TRACE log or intermediate JSONL" in str(error.value)
    assert not (tmp_path / "out").exists()


def test_a_folder_without_a_trace_is_named_with_what_it_holds(tmp_path):
    (tmp_path / "in").mkdir()
    with pytest.raises(InputUnusable, match="holds no files and no trace"):
        run([str(tmp_path / "in")], str(tmp_path / "out"))
    (tmp_path / "in" / "readme").write_text("x")
    (tmp_path / "in" / "guards.jsonl").write_bytes(jsonl_entry("dynamo_guards", b"x"))
    with pytest.raises(InputUnusable, match="2 files of other kinds"):
        run([str(tmp_path / "in")], str(tmp_path / "out"))


def test_folders_are_searched_and_what_is_no_source_is_left_alone(tmp_path):
    source = tmp_path / "in"
    (source / "deep" / "er").mkdir(parents=True)
    (source / "deep" / "er" / "dedicated_log_torch_trace_rank_7_ab.log").write_bytes(GOOD)
    (source / "notes.txt").write_text("hello")
    (source / "manifest.json").write_text('{"type": "manifest"}')
    (source / "cache.jsonl").write_bytes(jsonl_entry("artifact", b"x"))
    (source / "graphs.jsonl").write_bytes(jsonl_entry("graph_dump", b"x", {"name": "g"}))
    (source / "compile_artifacts.jsonl").write_bytes(jsonl_entry("graph_dump", b"y", {"name": "h"}))
    run([str(source)], str(source / "out"))
    assert (source / "out" / "rank_7" / "0_0_0" / "aot_joint_graph.txt").is_file()
    assert (source / "out" / "in" / "unknown" / "g.txt").is_file()
    assert (source / "out" / "in" / "unknown" / "h.txt").is_file()
    # An output inside the source is no source, not of this run and not of the next.
    summary = run([str(source)], str(tmp_path / "again"))
    assert [trace.folder for trace in summary.traces] == ["in", "rank_7"]


def test_intermediate_files_are_read_in_the_order_of_their_entries(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    times = {"a": "2026-01-01T00:00:03Z", "g": "2026-01-01T00:00:01Z", "c": "2026-01-01T00:00:02Z"}
    for name, key in (("artifacts", "a"), ("graphs", "g"), ("codegen", "c")):
        data = jsonl_entry("graph_dump", key.encode(), {"name": "n"}, timestamp=times[key])
        data += jsonl_entry("graph_dump", (key * 2).encode(), {"name": "m"})
        (source / f"{name}.jsonl").write_bytes(data)
    run([str(source)], str(tmp_path / "out"))
    index = jsonl(tmp_path / "out" / "directory.jsonl")
    assert [line["source"] for line in index] == [
        name for name in ("graphs.jsonl", "codegen.jsonl", "artifacts.jsonl") for _ in "12"
    ]
    contents = [(tmp_path / "out" / line["url"]).read_text() for line in index]
    assert contents == ["g", "gg", "c", "cc", "a", "aa"]


def test_ties_between_intermediate_files_go_in_the_order_of_the_files(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    for name in ("artifacts", "codegen", "graphs"):
        (source / f"{name}.jsonl").write_bytes(jsonl_entry("graph_dump", name.encode()) * 2)
    run([str(source)], str(tmp_path / "out"))
    index = jsonl(tmp_path / "out" / "directory.jsonl")
    contents = [(tmp_path / "out" / line["url"]).read_text() for line in index]
    assert contents == [name for name in ("graphs", "codegen", "artifacts") for _ in "12"]


def test_intermediate_files_named_one_by_one_are_one_trace(tmp_path):
    for name in ("artifacts", "graphs", "other"):
        (tmp_path / f"{name}.jsonl").write_bytes(jsonl_entry("graph_dump", name.encode()))
    named = [str(tmp_path / f"{name}.jsonl") for name in ("artifacts", "other", "graphs")]
    summary = run(named, str(tmp_path / "out"))
    assert [trace.sources for trace in summary.traces] == [[named[2], named[0]], [named[1]]]


def test_of_a_folder_a_log_that_cannot_be_read_costs_itself(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "t.log").write_bytes(GOOD)
    (tmp_path / "in" / "broken.log").write_bytes(raw_entry("aot_joint_graph", b"broken"))

    def no_permission(path, mode, buffering):  # root may read everything, so chmod would not do
        if path.endswith("broken.log"):
            raise PermissionError(13, "Permission denied", path)
        return open(path, mode, buffering)

    monkeypatch.setattr("artifact_stream.streams.waiting.open", no_permission, raising=False)
    summary = run([str(tmp_path / "in")], str(tmp_path / "out"))
    assert [(file.path, file.slug) for file in summary.passed_over] == [
        ("broken.log", "source_unreadable")
    ]
    assert len(jsonl(tmp_path / "out" / "directory.jsonl")) == 1
    with pytest.raises(InputUnusable, match=r"broken\.log"):
        run([str(tmp_path / "in" / "broken.log")], str(tmp_path / "out2"))


def test_a_handler_that_fails_costs_its_entry(tmp_path, monkeypatch):
    def fail(entry):
        raise ZeroDivisionError("by a test")

    failing = msgspec.structs.replace(graph.HANDLER, describe=fail)
    others = [record for record in built_in().handlers if record.name != "graph"]
    registry = Registry([failing, *others], built_in().other)
    monkeypatch.setattr("artifact_stream.pipeline.selection.built_in", lambda: registry)
    data = GOOD + raw_entry("artifact", b"x", {"name": "a"})
    summary, index, problems = extract(tmp_path, data)
    assert [line["name"] for line in index] == ["a.txt"]
    assert problems[0]["slug"] == "handler_failed"
    assert "graph failed: ZeroDivisionError: by a test" in problems[0]["message"]
    assert (problems[0]["line"], problems[0]["entry_written"]) == (1, False)
    assert summary.counts.entries_unusable == 1


def test_a_long_payload_that_is_no_json_string_costs_its_line(tmp_path):
    good = jsonl_entry("graph_dump", b"x", {"name": "g"})
    broken = b'{"type": "graph_dump", "payload": "' + b"x" * 3_000_000 + b'\\q"}\n'
    summary, index, problems = extract(tmp_path, good + broken + good, "t.jsonl")
    assert [p["slug"] for p in problems] == ["broken_payload"]
    assert len(index) == 2
    assert summary.counts.entries_unusable == 1
    assert not list((tmp_path / "out").rglob("part-*"))


def test_links_are_live_only_where_that_is_safe(tmp_path):
    urls = [
        "https://example.org/a?b=1&c",
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//evil",
        "HTTP://X",
        "file:///etc/passwd",
    ]
    data = b"".join(raw_entry("link", None, {"name": f"n{u}", "url": u}, **FRAME_0) for u in urls)
    summary, index, _ = extract(tmp_path, data)
    assert [line["url"] for line in index] == urls
    assert summary.counts.links == len(urls)
    live = [line["url"] for line in index if not line["flags"]]
    assert live == [urls[0], "HTTP://X"]
    page = (tmp_path / "out" / "report" / "list-1.html").read_text(encoding="utf-8")
    assert 'href="https://example.org/a?b=1&amp;c"' in page
    for scheme in ("javascript:", "data:", "file:"):
        assert f'href="{scheme}' not in page
    directory = json.loads((tmp_path / "out" / "compile_directory.json").read_bytes())
    assert [link["url"] for link in directory["0_0_0"]["links"]] == urls


def test_narrowing_and_including(tmp_path):
    data = (
        raw_entry("aot_joint_graph", b"g", **FRAME_0)
        + raw_entry("aot_joint_graph", b"g", frame_id=1, frame_compile_id=0, attempt=1)
        + raw_entry("artifact", b"{}", {"name": "fx_graph_cache_hit", "encoding": "json"})
        + raw_entry("artifact", b"a", {"name": "a"}, **FRAME_0)
        + raw_entry("inductor_output_code", b"c", **FRAME_0)
        + raw_entry("dump_file", b"d", {"name": "d"}, **FRAME_0)
        + raw_entry("link", None, {"name": "l", "url": "https://x"}, **FRAME_0)
        + raw_entry("dynamo_cpp_guards_str", b"guards", **FRAME_0)
        + raw_entry("chromium_event", b"{}", **FRAME_0)
        + raw_entry("new_type", b"n", **FRAME_0)
        + PREFIX.encode() + b'{"str": ["x", 1]}\n'
    )  # fmt: skip

    def written(**options):
        run_folder = tmp_path / str(len(list(tmp_path.iterdir())))
        run_folder.mkdir()
        summary, index, _ = extract(run_folder, data, options=Options(**options))
        assert summary.counts.entries_read == 11
        return [line["url"].removesuffix(".txt") for line in index]

    everything = ["0_0_0/aot_joint_graph", "1_0_1/aot_joint_graph", "0_0_0/a",
                  "0_0_0/inductor_output_code.html", "dump_file/d.html", "https://x",
                  "0_0_0/new_type"]  # fmt: skip
    assert written() == everything
    assert written(only=("graph",)) == everything[:2]
    assert written(only=("codegen", "link")) == [everything[3], everything[5]]
    assert written(only=("artifact",), include=("cache",)) == [
        "unknown/fx_graph_cache_hit.json", "0_0_0/a",
    ]  # fmt: skip
    assert written(only=("graph",), include=("chromium_event",)) == [
        *everything[:2], "0_0_0/chromium_event",
    ]  # fmt: skip
    assert "0_0_0/dynamo_cpp_guards_str" in written(include=("dynamo_cpp_guards_str",))
    assert len(written(include=("all",))) == 10
    for pattern in ("1/0_1", "[1/0_1]", "1_0_1", "1/*"):
        assert written(compile_ids=(pattern,)) == [everything[1]]
    assert written(compile_ids=("unknown",), include=("cache",)) == [
        "unknown/fx_graph_cache_hit.json"
    ]
    summary, _, _ = extract(tmp_path, data)
    assert summary.counts.skipped == {"other_module": 2}
    assert summary.counts.told == {"artifact": 1, "str": 1}
    (tmp_path / "no_facts").mkdir()
    summary, _, _ = extract(tmp_path / "no_facts", data, options=Options(facts=False))
    assert summary.counts.skipped == {
        "cache_artifact": 1, "other_module": 2, "string_table": 1,
    }  # fmt: skip
    assert summary.counts.skipped_by_type == {
        "artifact": 1, "dynamo_cpp_guards_str": 1, "chromium_event": 1, "str": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            b"[" * 3000 + b"]" * 3000,
            "The payload was written as it is, since it cannot be laid out: nested deeper than",
        ),
        (b"[1,", "The payload is no JSON and was written as it is: "),
    ],
)
def test_json_nested_too_deeply_is_not_said_to_be_no_json(text, message, tmp_path):
    log = raw_entry("artifact", text, {"name": "a", "encoding": "json"}, **FRAME_0)
    (tmp_path / "t.log").write_bytes(log)
    run([str(tmp_path / "t.log")], str(tmp_path / "out"))
    [problem] = jsonl(tmp_path / "out" / "problems.jsonl")
    assert problem["slug"] == "invalid_json"
    assert problem["message"].startswith(message)
    assert (tmp_path / "out" / "0_0_0" / "a.json").read_bytes() == text


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_a_long_document_that_is_no_json_comes_out_as_it_is(packed, place, tmp_path, monkeypatch):
    """From a file it is read once more; where that cannot be, a copy has been kept."""
    monkeypatch.setattr("artifact_stream.framing.raw_payload.MAX_SCANNED_BYTES", 2 << 20)
    text = b"[" + b",\n".join(b'{"key": [%d, 1.50]}' % number for number in range(150_000)) + b"]"
    cut = max(1, int(len(text) * place) - 1)
    text = text[:cut] + b"\x01" + text[cut:]
    log = raw_entry("artifact", text, {"name": "events", "encoding": "json"}, **FRAME_0)
    log += raw_entry("artifact", b"[1]", {"name": "after", "encoding": "json"}, **FRAME_0)
    (tmp_path / "t.log").write_bytes(gzip.compress(log, 1) if packed else log)
    summary = run([str(tmp_path / "t.log")], str(tmp_path / "out"))
    assert (tmp_path / "out" / "0_0_0" / "events.json").read_bytes() == text
    assert (tmp_path / "out" / "0_0_0" / "after.json").read_bytes() == b"[\n  1\n]"
    assert summary.counts.problems == {"invalid_json": 1}
    first, _ = jsonl(tmp_path / "out" / "directory.jsonl")
    assert first["flags"] == ["invalid_json"]
    assert first["digest"] == f"xxh3_128:{xxhash.xxh3_128(text).hexdigest()}"


@pytest.mark.parametrize("form", ["raw log", "jsonl"])
def test_included_types_without_a_payload_are_written_as_their_metadata(form, tmp_path):
    """As logged: the text of numbers, the order of keys."""
    text = b'{"t_s": 1.50, "n": 12345678901234567890123, "a": "no such op", "x": NaN}'
    made = {
        "raw log": PREFIX.encode() + b'{"compilation_metrics": ' + text + b', "frame_id": 0, '
        b'"frame_compile_id": 0}\n' + raw_entry("guard_added", None, {"expr": "Eq(s0, 4)"}),
        "jsonl": b'{"type": "compilation_metrics", "compile_id": "0_0_0", "metadata": ' + text
        + b'}\n{"type": "guard_added", "metadata": {"expr": "Eq(s0, 4)"}}\n',
    }[form]  # fmt: skip
    summary, index, problems = extract(tmp_path, made, options=Options(include=("all",)))
    assert [line["url"] for line in index] == [
        "0_0_0/compilation_metrics.json", "unknown/guard_added.json",
    ]  # fmt: skip
    written = (tmp_path / "out" / "0_0_0" / "compilation_metrics.json").read_bytes()
    assert written == (
        b'{\n  "t_s": 1.50,\n  "n": 12345678901234567890123,\n  "a": "no such op",\n  "x": NaN\n}'
    )
    assert not problems
    assert summary.counts.entries_written == 2


def test_metadata_longer_than_memory_is_written_without_its_long_values(tmp_path):
    data = raw_entry("guard_added", None, {"expr": "Eq(s0, 4)", "long": "x" * (2 << 20)})
    _, [line], _ = extract(tmp_path, data, options=Options(include=("guard_added",)))
    assert line["flags"] == ["metadata_cut"]
    written = (tmp_path / "out" / line["url"]).read_bytes()
    assert json.loads(written) == {"expr": "Eq(s0, 4)"}


def test_a_single_recompile_reason_is_text_and_no_alarm(tmp_path):
    text = b"0/0: tensor 'x' size mismatch"
    metadata = {"name": "recompile_reasons", "encoding": "json"}
    summary, [line], problems = extract(tmp_path, raw_entry("artifact", text, metadata))
    assert (tmp_path / "out" / line["url"]).read_bytes() == text
    assert (line["flags"], summary.counts.flags, problems) == ([], {}, [])
