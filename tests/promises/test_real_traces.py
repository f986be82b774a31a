"""Every real trace: nothing is lost, nothing is changed, and every way in gives the same tree."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest

from artifact_stream import Options, run
from tests.helpers.intermediate import FILES, GRAPHS, intermediate_files, read_raw
from tests.helpers.support import TRACES, jsonl, tree

pytestmark = pytest.mark.slow

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LOGS = sorted(TRACES.glob("*/*.log.gz"))
SMALL = [log for log in LOGS if log.stat().st_size < 800_000]
# A folder with more logs to check, for those who have some.
MORE = os.environ.get("ARTIFACT_STREAM_MORE_TRACES")
MORE_LOGS = sorted(Path(MORE).rglob("*.log")) if MORE else []


def names(logs):
    return [log.parent.name + ("_" + log.name[27:33] if "rank" in log.name else "") for log in logs]


def content(log: Path) -> bytes:
    return gzip.decompress(log.read_bytes()) if log.suffix == ".gz" else log.read_bytes()


def artifacts(out: Path) -> dict[str, bytes]:
    """The files of a trace, without what tells of the run itself."""
    own = {"directory.jsonl", "problems.jsonl", "summary.json", "index.html", "format.json"}
    # Intermediate files hold less of what these tell, and have other lines.
    own |= {"facts.jsonl", "compile_ids.jsonl", "findings.json"}
    return {
        name: data
        for name, data in tree(out).items()
        if name not in own and not name.startswith(("assets/", "report/"))
    }


def listed(compile_directory: bytes) -> dict[str, object]:
    """What ``compile_directory.json`` lists, each list in alphabetical order."""
    return {
        key: (group["display_name"], sorted(map(repr, group["artifacts"])), group["links"])
        for key, group in json.loads(compile_directory).items()
    }


def json_of(payload: bytes) -> object:
    """A payload that is said to be JSON; None for text, as torch's ``recompile_reasons`` are."""
    try:
        return json.loads(payload)
    except ValueError:
        return None


@pytest.mark.parametrize("log", LOGS + MORE_LOGS, ids=names(LOGS + MORE_LOGS))
def test_every_entry_is_accounted_for_and_every_text_is_its_payload(log, tmp_path):
    raw = content(log)
    (tmp_path / "trace.log").write_bytes(raw)
    out = tmp_path / "out"
    summary = run([str(tmp_path / "trace.log")], str(out), Options(plain_text=True))

    entries = read_raw(raw)
    assert summary.counts.entries_read == len(entries)
    assert summary.counts.entries_read == (
        summary.counts.entries_written
        + summary.counts.entries_told
        + summary.counts.entries_skipped
        + summary.counts.entries_unusable
    )
    assert summary.counts.problems == {}
    assert (out / "problems.jsonl").read_bytes() == b""
    assert sum(counts.source_bytes for counts in summary.counts.by_type.values()) == len(raw)

    index = {line["line"]: line for line in jsonl(out / "directory.jsonl")}
    written = 0
    starts = raw.split(b"\n")
    line_of = [number for number, line in enumerate(starts, 1) if line[:1] not in (b"\t", b"")]
    for number, entry in zip(line_of, entries, strict=True):
        is_cache = entry.type == "artifact" and any(
            event in entry.metadata["name"] for event in ("cache_hit", "cache_miss", "cache_bypass")
        )
        if entry.type not in FILES or entry.type == "dynamo_cpp_guards_str" or is_cache:
            assert number not in index
            continue
        written += 1
        line = index[number]
        data = (out / unquote(line["url"])).read_bytes()
        assert line["bytes"] == len(data)
        is_json = entry.type == "artifact" and entry.metadata["encoding"] == "json"
        if is_json and entry.payload is not None and json_of(entry.payload) is not None:
            assert json.loads(data) == json_of(entry.payload)
        else:
            assert data == (entry.payload or b"")
    assert written == len(index) == summary.counts.entries_written


@pytest.mark.parametrize("log", SMALL, ids=names(SMALL))
def test_every_way_in_gives_the_same_tree(log, tmp_path):
    raw = content(log)
    (tmp_path / "trace.log").write_bytes(raw)
    (tmp_path / "trace.log.gz").write_bytes(gzip.compress(raw))
    (tmp_path / "trace.log.zst").write_bytes(zstd.compress(raw))
    (tmp_path / "two-members").write_bytes(
        gzip.compress(raw[:70_000]) + gzip.compress(raw[70_000:])
    )
    folder = tmp_path / "intermediate"
    folder.mkdir()
    for name, data in intermediate_files(raw).items():
        (folder / name).write_bytes(data)
    compressed = tmp_path / "compressed"
    compressed.mkdir()
    for name, data in intermediate_files(raw).items():
        (compressed / f"{name}.gz").write_bytes(gzip.compress(data))

    run([str(tmp_path / "trace.log")], str(tmp_path / "out"))
    expected = artifacts(tmp_path / "out")
    assert expected
    for number, source in enumerate(
        ["trace.log.gz", "trace.log.zst", "two-members", "intermediate", "compressed"]
    ):
        out = tmp_path / f"out{number}"
        run([str(tmp_path / source)], str(out))
        made = artifacts(out)
        if source in ("intermediate", "compressed"):
            # Entries of one millisecond in different files have lost their order to each other.
            assert listed(made.pop("compile_directory.json")) == listed(
                expected["compile_directory.json"]
            )
            made["compile_directory.json"] = expected["compile_directory.json"]
        assert made == expected, source
    for number, source in enumerate(["trace.log", "trace.log.gz", "trace.log.zst"]):
        out = tmp_path / f"stdin{number}"
        with open(tmp_path / source, "rb") as stdin:
            command = [sys.executable, "-m", "artifact_stream", "run", "-", str(out)]
            subprocess.run(command, stdin=stdin, check=True, capture_output=True)
        assert artifacts(out) == expected, f"stdin from {source}"


def test_the_traces_cover_what_they_are_made_for():
    """If a new torch no longer logs one of these, the traces need a new scenario."""
    seen: Counter[str] = Counter()
    ids: set[str | None] = set()
    ranks = set()
    for log in LOGS:
        for entry in read_raw(content(log)):
            seen[entry.type] += 1
            ids.add(entry.fields["compile_id"])
            ranks.add(entry.fields["rank"])
    # torch 2.13 logs no inductor_pre_grad_graph and links only inside Meta.
    assert set(GRAPHS) - set(seen) == {"inductor_pre_grad_graph"}
    assert seen["dump_file"]
    assert seen["inductor_output_code"]
    assert {None, "0_0_0", "0_0_1", "0_5_0"} <= ids
    assert any(key is not None and key.startswith("!0_") for key in ids)
    assert {None, 0, 1} <= ranks


def test_ranks_become_folders(tmp_path):
    out = tmp_path / "out"
    summary = run([str(TRACES / "ddp")], str(out))
    assert [trace.folder for trace in summary.traces] == ["rank_0", "rank_1"]
    for folder in ("rank_0", "rank_1"):
        assert (out / folder / "compile_directory.json").is_file()
        assert (out / folder / "index.html").is_file()
    assert "rank_1/index.html" in (out / "index.html").read_text(encoding="utf-8")
    assert json.loads((out / "summary.json").read_bytes())["problems"] == {}
