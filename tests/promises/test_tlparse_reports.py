"""What tlparse 0.4.3 makes of a log is a source: it gives what the log itself would have given."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.line_numbers import without_line_numbers
from tests.helpers.packed import tar_of, zip_of
from tests.helpers.sources import extracted, result
from tests.helpers.support import FRAME_0, raw_entry, tree

VERSION = b'{\n"pytorch_version": "2.13.0",\n"commit": "abc",\n"oss": true\n}'
PAYLOADS = "payloads"
ENTRIES = [
    ("artifact", {"name": "torch_version", "encoding": "json"}, VERSION, "-_0_0_0/v_0.json"),
    ("dynamo_output_graph", {}, b"class G:\n\tpass", "-_0_0_0/dynamo_output_graph_1.txt"),
    ("inductor_output_code", {"filename": "/x/cabc.py"}, b"import torch\n", PAYLOADS),
    ("dynamo_start", {"stack": []}, None, None),
    ("compilation_metrics", {"co_name": "f"}, None, None),
]
"""Type, metadata, payload, and the file that tlparse puts that in."""


def report(folder: Path, entries: list[Any], *, raw_log: bytes | None = None) -> Path:
    """A report as tlparse lays it out: keys in order, JSON formatted again, a table in front."""
    (folder / "payloads").mkdir(parents=True)
    (folder / "-_0_0_0").mkdir()
    lines = [json.dumps({"string_table": ["/x/t.py"]})]
    for number, (entry_type, metadata, payload, place) in enumerate(entries):
        record = {
            "attempt": 0,
            entry_type: metadata,
            "frame_compile_id": 0,
            "frame_id": 0,
            "lineno": 7,
            "pathname": " torch/x.py",
            "thread": 2407,
            "timestamp": f"2026-11-23T19:25:59.80500{number}Z",
        }
        if payload is not None:
            record["has_payload"] = hashlib.md5(payload).hexdigest()
            place = f"payloads/{record['has_payload']}.txt" if place == PAYLOADS else place
            record["payload_filename"] = place
            if place.endswith(".json"):
                payload = json.dumps(json.loads(payload), indent=2, sort_keys=True).encode()
            if not place.startswith(".."):
                (folder / place).write_bytes(payload)
        lines.append(json.dumps(record, sort_keys=True))
    (folder / "raw.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "compile_directory.json").write_text("{}")
    (folder / "index.html").write_text("<html>")
    if raw_log is not None:
        (folder / "raw.log").write_bytes(raw_log)
    return folder


def log_of(entries: list[Any]) -> bytes:
    """The log of the same entries."""
    prefix = "V1123 19:25:59.80500{} 2407 torch/x.py:7] "
    string = prefix.format(0).encode() + b'{"str": ["/x/t.py", 0]}\n'
    return string + b"".join(
        raw_entry(kind, payload, metadata, prefix=prefix.format(number), **FRAME_0)
        for number, (kind, metadata, payload, _) in enumerate(entries)
    )


def without_lines(out: Path) -> dict[str, bytes]:
    """The tree, but for line numbers, which the page shows too, and the source's name."""
    files = {name: data for name, data in result(out).items() if not name.startswith("report/")}
    return without_line_numbers(files)


@pytest.mark.parametrize("how", ["folder", "its list", "zip", "tar", "tar.gz"])
def test_a_report_gives_what_its_log_gives(tmp_path, how):
    (tmp_path / "t.log").write_bytes(log_of(ENTRIES))
    extracted(tmp_path, tmp_path / "t.log", out="expected")
    folder = report(tmp_path / "tl_out", ENTRIES)
    source = folder / "raw.jsonl" if how == "its list" else folder
    if how in ("zip", "tar", "tar.gz"):
        source = tmp_path / "report"
        members = {f"tl_out/{name}": data for name, data in tree(folder).items()}
        source.write_bytes(
            zip_of(members) if how == "zip" else tar_of(members, "w:gz" if "gz" in how else "w")
        )
    summary = extracted(tmp_path, source)
    assert without_lines(tmp_path / "out") == without_lines(tmp_path / "expected")
    assert summary.counts.problems == {}
    assert summary.counts.skipped == {}
    assert summary.counts.told == {"compilation_metrics": 1, "dynamo_start": 1, "str": 1}
    assert summary.traces[0].process_ids == [2407]


@pytest.mark.parametrize(
    "where", ["tl_out/raw.log", "t.log", "logs/dedicated_log_torch_trace_x.log"]
)
@pytest.mark.parametrize("packed", [True, False])
def test_a_report_with_its_log_is_read_once(tmp_path, where, packed):
    source = tmp_path / "in"
    report(source / "tl_out", ENTRIES)
    (source / where).parent.mkdir(exist_ok=True)
    (source / where).write_bytes(log_of(ENTRIES))
    if packed:
        members = tree(source)
        source = tmp_path / "zip"
        source.write_bytes(zip_of(members))
    summary = extracted(tmp_path, source)
    assert [trace.sources for trace in summary.traces] == [[where]] or packed
    assert summary.counts.entries_read == 1 + len(ENTRIES)  # The string table, too.
    assert summary.traces[0].sources[0].endswith("log")
    assert len(summary.traces[0].copies) == (not where.startswith("tl_out"))


def test_json_whose_original_layout_cannot_be_found_is_no_problem(tmp_path):
    payload = json.dumps(dict.fromkeys("zyxwvutsrqp", 1), indent=3).encode()
    entries = [("artifact", {"name": "a", "encoding": "json"}, payload, "-_0_0_0/a_0.json")]
    summary = extracted(tmp_path, report(tmp_path / "tl_out", entries))
    assert summary.counts.problems == {}
    written = json.loads((tmp_path / "out/0_0_0/a.json").read_text())
    assert written == json.loads(payload)


def test_a_payload_that_is_not_in_the_report_is_told_of(tmp_path):
    entries = [("dynamo_output_graph", {}, b"a", PAYLOADS)]
    folder = report(tmp_path / "tl_out", entries)
    for path in (folder / "payloads").iterdir():
        path.unlink()
    summary = extracted(tmp_path, folder)
    assert summary.counts.problems == {"payload_md5_mismatch": 1}
    assert summary.counts.entries_written == 1


def test_large_payloads_and_long_lines(tmp_path):
    entries = [
        ("dynamo_output_graph", {}, b"line\n" * 600_000, PAYLOADS),
        ("graph_dump", {"name": "g", "long": "x" * 3_000_000}, b"g", "-_0_0_0/g_1.txt"),
    ]
    (tmp_path / "t.log").write_bytes(log_of(entries))
    extracted(tmp_path, tmp_path / "t.log", out="expected")
    extracted(tmp_path, report(tmp_path / "tl_out", entries))
    assert without_lines(tmp_path / "out") == without_lines(tmp_path / "expected")


def test_a_report_leads_nowhere_else(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    entries = [
        ("dynamo_output_graph", {}, b"a", "../secret.txt"),
        ("graph_dump", {"name": "b"}, b"b", "-_0_0_0/link.txt"),
    ]
    folder = report(tmp_path / "tl_out", entries)
    (folder / "-_0_0_0" / "link.txt").unlink()
    (folder / "-_0_0_0" / "link.txt").symlink_to(tmp_path / "secret.txt")
    summary = extracted(tmp_path, folder)
    assert summary.counts.problems == {"payload_md5_mismatch": 2}
    assert not any(b"secret" in data for data in result(tmp_path / "out").values())


def test_broken_lines_cost_themselves(tmp_path):
    folder = report(tmp_path / "tl_out", ENTRIES[:2])
    with open(folder / "raw.jsonl", "ab") as file:
        file.write(b'{"broken\n\n{"thread": 1}\n')
    summary = extracted(tmp_path, folder)
    assert summary.counts.problems == {"broken_line": 1, "no_entry_type": 1}
    assert summary.counts.entries_written == 2
