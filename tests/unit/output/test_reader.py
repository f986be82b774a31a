"""Reading an output: traces, lines, payloads, and nothing from outside of it."""

from __future__ import annotations

import json

import pytest

from artifact_stream import Options, OutputUnusable, run
from artifact_stream.index.lines import BrokenLine
from artifact_stream.layout import ROOT, TraceFolder
from artifact_stream.output.packs import PackDamaged
from artifact_stream.output.reader import open_output
from tests.helpers.support import FRAME_0, open_descriptors, raw_entry, tree

CODE = b"import torch\nx = '\xff'\n"
LONG = b"y" * (1 << 20)
"""A payload that goes into no pack."""

PAYLOADS = {
    "aot_joint_graph": b"graph \xe2\x80\xa8 <script>",
    "c": CODE,
    "long": LONG,
    "d": b"",
}


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "t.log"
    path.write_bytes(
        raw_entry("aot_joint_graph", PAYLOADS["aot_joint_graph"], **FRAME_0)
        + raw_entry("inductor_output_code", CODE, {"filename": "c.py"}, **FRAME_0)
        + raw_entry("graph_dump", LONG, {"name": "long"}, **FRAME_0)
        + raw_entry("dump_file", b"", {"name": "d"})
        + raw_entry("link", None, {"name": "l", "url": "https://example.org"}, **FRAME_0)
    )
    return path


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("plain_text", [False, True])
def test_a_payload_is_the_same_from_a_file_or_a_pack(plain_text, lazy, log, tmp_path):
    run([str(log)], str(tmp_path / "out"), Options(lazy=lazy, plain_text=plain_text), jobs=1)
    output = open_output(str(tmp_path / "out"))
    before = open_descriptors()
    read = {}
    with output.payloads(ROOT) as payloads:
        for entry in output.entries(ROOT):
            name = entry.name.partition(".")[0].removeprefix("inductor_output_code_")
            read[name] = b"".join(payloads.chunks(entry))
    assert read == {**PAYLOADS, "l": b""}
    assert open_descriptors() == before
    lazy_loaders = [entry.lazy_loader for entry in output.entries(ROOT)]
    assert any(lazy_loaders) is lazy


def test_payloads_are_read_in_any_order(log, tmp_path):
    run([str(log)], str(tmp_path / "out"), Options(lazy=True), jobs=1)
    output = open_output(str(tmp_path / "out"))
    with output.payloads(ROOT) as payloads:
        for entry in reversed(list(output.entries(ROOT))):
            b"".join(payloads.chunks(entry))
        entry = next(output.entries(ROOT))
        entry.url = "packs/000001.js#9"
        with pytest.raises(PackDamaged, match="no payload 9"):
            list(payloads.chunks(entry))


def test_an_edited_index_and_links_lead_nowhere(log, tmp_path):
    out = tmp_path / "out"
    run([str(log)], str(out), jobs=1)
    (tmp_path / "secret").write_text("secret")
    (out / "0_0_0" / "link.txt").symlink_to(tmp_path / "secret")
    (out / "up").symlink_to(tmp_path)
    output = open_output(str(out))
    entry = next(output.entries(ROOT))
    with output.payloads(ROOT) as payloads:
        for url in ("../secret", "%2e%2e/secret", "up/secret", "0_0_0/link.txt", "0_0_0", "/x", ""):
            entry.url = url
            with pytest.raises((OSError, ValueError), match=r"."):
                list(payloads.chunks(entry))


def test_broken_lines_are_told_with_their_numbers(log, tmp_path):
    out = tmp_path / "out"
    run([str(log)], str(out), jobs=1)
    index = out / "directory.jsonl"
    lines = index.read_bytes().splitlines(keepends=True)
    index.write_bytes(lines[0] + b'{"no": "entry"}\n' + lines[1] + lines[2][:-5])
    output = open_output(str(out))
    told = [(number, isinstance(entry, BrokenLine)) for number, entry, _ in output.lines(ROOT)]
    assert told == [(1, False), (2, True), (3, False), (4, True)]
    assert [text for _, _, text in output.lines(ROOT)][2] == lines[1]
    assert len(list(output.entries(ROOT))) == 2
    index.unlink()
    assert list(output.lines(ROOT)) == []
    index.symlink_to(out / "problems.jsonl")
    assert list(output.lines(ROOT)) == []


def test_own_files_and_listed_files_are_all_there_is(log, tmp_path):
    for sources in ([log], [log, tmp_path / "u.log"]):
        (tmp_path / "u.log").write_bytes(raw_entry("dump_file", b"x", {"name": "d"}))
        out = tmp_path / f"out{len(sources)}"
        run([str(path) for path in sources], str(out), jobs=1)
        output = open_output(str(out))
        assert output.is_single is (len(sources) == 1)
        listed = {
            folder.path(url)
            for folder in output.traces
            for entry in output.entries(folder)
            if not entry.is_link
            for url in (entry.url, entry.text_url)
            if isinstance(url, str)
        }
        assert listed | set(output.own_files()) == set(tree(out))
        assert {path for path, _ in output.files(16)} == set(tree(out))


def test_traces_that_an_edited_marker_names_outside_are_none(log, tmp_path):
    out = tmp_path / "out"
    run([str(log)], str(out), jobs=1)
    marker = json.loads((out / "format.json").read_bytes())
    marker["traces"] = [".", "a", "../b", "/c", "", "d/../e", "f\\g", "h:i"]
    marker["assets"] += ["../x"]
    (out / "format.json").write_text(json.dumps(marker))
    output = open_output(str(out))
    assert output.traces == [ROOT, TraceFolder("a")]
    assert not output.is_single
    assert not any(".." in path for path in output.own_files())


def test_what_no_run_has_made_is_refused(tmp_path):
    with pytest.raises(OutputUnusable, match="is no output"):
        open_output(str(tmp_path))
    with pytest.raises(OutputUnusable, match="is no output"):
        open_output(str(tmp_path / "missing"))
