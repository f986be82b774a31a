"""What `verify` finds: nothing in an output as a run left it, and each change where it is."""

from __future__ import annotations

import dataclasses
import json
import os

import pytest
import xxhash

from artifact_stream.index.lines import IndexEntry
from artifact_stream.layout import ROOT
from artifact_stream.options import Options
from artifact_stream.output.reader import open_output
from artifact_stream.pipeline.run import run
from artifact_stream.tools.verify import packs, pages
from artifact_stream.tools.verify.finding import Finding
from artifact_stream.tools.verify.outputs import Verified, verify
from artifact_stream.tools.verify.totals import TraceTotals
from tests.helpers.edited_output import restate
from tests.helpers.support import FRAME_0, raw_entry

CODE = b"import torch\n"


@pytest.fixture(params=[False, True], ids=["eager", "lazy"])
def out(request, tmp_path):
    (tmp_path / "t.log").write_bytes(
        raw_entry("aot_joint_graph", b"graph", **FRAME_0)
        + raw_entry("inductor_output_code", CODE, {"filename": "a.py"}, **FRAME_0)
        + raw_entry("link", None, {"name": "l", "url": "https://x/"}, **FRAME_0)
    )
    run([str(tmp_path / "t.log")], str(tmp_path / "out"), Options(lazy=request.param))
    return tmp_path / "out"


def found(out):
    verified = Verified()
    findings = [(finding.slug, finding.url) for finding in verify(str(out), verified)]
    assert verified.findings == len(findings)
    return findings


def test_nothing_is_found_where_nothing_has_changed(out):
    verified = Verified()
    assert list(verify(str(out), verified)) == []
    there = [path for path in out.rglob("*") if path.is_file()]
    assert verified.files == len(there)
    assert verified.content_bytes == sum(path.stat().st_size for path in there)
    assert verified.digests > 0


def test_a_page_that_says_something_else_is_found(out, monkeypatch):
    page = out / "index.html"
    page.write_bytes(page.read_bytes().replace(b"</title>", b"!</title>"))
    assert found(out) == [("page_differs", "index.html")]
    # Pages of another version are not what this one makes.
    monkeypatch.setattr(pages, "__version__", "0.0.0")
    assert ("page_differs", "index.html") not in found(out)


def test_a_file_of_the_package_that_was_changed_is_found(out):
    (out / "assets" / "base.css").write_bytes(b"")
    assert ("page_differs", "assets/base.css") in found(out)


def test_totals_that_are_not_those_of_the_index_are_found(out):
    summary = json.loads((out / "summary.json").read_bytes())
    summary["files"] += 1
    summary["traces"][0]["files"] += 1
    (out / "summary.json").write_text(json.dumps(summary))
    assert "summary_differs" in [slug for slug, _ in found(out)]


def test_a_payload_of_a_pack_that_was_changed_is_found(out):
    (pack, *_) = [*out.glob("packs/*.js"), None]
    if pack is None:
        assert packs.PackCheck(open_output(str(out)), ROOT, may_hold_more=False).payloads == 0
        return
    text = pack.read_bytes()
    pack.write_bytes(text.replace(b"graph", b"GRAPH"))
    assert ("wrong_digest", f"packs/{pack.name}#0") in found(out)
    pack.write_bytes(text.replace(b'"graph"', b'"longer graph"'))
    assert ("wrong_size", f"packs/{pack.name}#0") in found(out)
    pack.write_bytes(text.replace(b'"graph"', b'"gr\\u0061ph"'))
    assert ("damaged_pack", f"packs/{pack.name}#0") in found(out)
    pack.write_bytes(text.replace(b"\n]);", b',\n"more"\n]);'))
    assert "damaged_pack" in [slug for slug, _ in found(out)]
    pack.unlink()
    assert "missing_file" in [slug for slug, _ in found(out)]
    pack.write_bytes(text)
    assert found(out) == []


def test_what_is_no_file_of_the_run_is_foreign(out):
    (out / "theirs.txt").write_text("theirs")
    os.symlink("/etc/hosts", out / "link")
    assert found(out) == [("foreign_file", "link"), ("foreign_file", "theirs.txt")]


def test_an_index_line_too_many_is_found(out):
    index = out / "directory.jsonl"
    index.write_bytes(index.read_bytes() + index.read_bytes().splitlines(keepends=True)[-1])
    restate(out)
    assert "compile_directory_differs" in [slug for slug, _ in found(out)]


def entry(url, size, **more):
    return IndexEntry("0_0_0", "n", url, "t", None, size, more.pop("lazy_loader", None), 1, **more)


def test_what_the_lines_of_an_index_add_up_to():
    totals = TraceTotals()
    totals.add(entry("https://x/", None))
    totals.add(entry("x/a.txt", 5))
    totals.add(entry("x/b.html", 100, text_url="x/b.txt", text_bytes=10))
    for place in ("000001.js#0", "000001.js#1", "000002.js#0"):
        totals.add(entry(f"packs/{place}", 7, lazy_loader="l"))
    assert (totals.links, totals.files) == (1, 5)
    assert totals.written_bytes == 5 + 110 + 3 * 7


def test_a_finding_can_be_written_as_a_line():
    finding = Finding("missing", "a", "it is not there", 3)
    assert list(dataclasses.asdict(finding)) == ["slug", "url", "message", "line", "remedy"]


def test_the_digest_of_an_index_is_compared(out):
    index = out / "problems.jsonl"
    index.write_bytes(b"")
    summary = json.loads((out / "summary.json").read_bytes())
    said = summary["traces"][0]["indexes"]["problems.jsonl"]
    assert said == {"bytes": 0, "digest": f"xxh3_128:{xxhash.xxh3_128_hexdigest(b'')}"}
    said["digest"] = "xxh3_128:00"
    (out / "summary.json").write_text(json.dumps(summary))
    assert "problems.jsonl" in [url for _, url in found(out)]
