"""Folders and real traces as people have them: one of each trouble, all of it accounted for."""

from __future__ import annotations

import gzip
import json
import lzma
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from artifact_stream import Options, run
from tests.helpers.line_numbers import is_of_the_page, without_line_numbers
from tests.helpers.packed import tar_of, zip_of
from tests.helpers.sources import LIKE_ANY_USER, log
from tests.helpers.support import TRACES, jsonl, tree

NAME = "dedicated_log_torch_trace_rank_{}_x.log{}"
ENDINGS = {0: ".gz", 1: ".gz", 2: ".xz"}
NAMES = {rank: NAME.format(rank, ENDINGS.get(rank, "")) for rank in range(8)}


def damaged(data: bytes) -> bytes:
    """A gzip file whose data is no deflate."""
    packed = bytearray(gzip.compress(data))
    packed[10] = 0x07  # A block of a type that there is not.
    with pytest.raises(zlib.error):
        gzip.decompress(packed)
    return bytes(packed)


@pytest.fixture
def folder(tmp_path):
    top = tmp_path / "in"
    (top / "logs" / "lost+found").mkdir(parents=True)
    for rank, data in {
        0: gzip.compress(log(0) * 300)[:-40],
        1: damaged(log(1)),
        2: lzma.compress(log(2)),
        3: b"",
        4: log(4),
        5: log(5).decode().encode("utf-16"),
        6: re.sub(rb"(?m)^(?=.)", b"[rank6]: ", log(6)),
        7: log(7),
    }.items():
        (top / "logs" / NAMES[rank]).write_bytes(data)
    (top / "logs" / NAMES[4]).chmod(0)
    (top / "logs" / "lost+found").chmod(0)
    return top


def as_any_user(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LIKE_ANY_USER, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_eight_ranks_with_a_trouble_each_are_all_accounted_for_by_name(tmp_path, folder):
    out = tmp_path / "out"
    done = as_any_user("run", str(folder), str(out), "--progress", "plain")
    assert done.returncode == 0, done.stderr
    passed_over = {1: "source_damaged", 3: "source_empty", 4: "source_unreadable"}
    notes = {5: ["utf_16"], 6: ["line_prefix"]}
    summary = json.loads((out / "summary.json").read_bytes())
    page = (out / "index.html").read_text()
    named_on_page = page[page.index("Passed over: 4<") : page.index("<table")]
    for rank, trace in enumerate(summary["traces"]):
        own = jsonl(out / f"rank_{rank}" / "problems.jsonl")
        place = f"logs/{NAMES[rank]}"
        assert (trace["folder"], trace["sources"], trace["rank"]) == (f"rank_{rank}", [place], rank)
        assert [note["slug"] for note in trace["notes"]] == notes.get(rank, [])
        assert place in page
        assert (f"passed over: {place} " in done.stderr) is (rank in passed_over)
        assert (f"<code>{place}</code>" in named_on_page) is (rank in passed_over)
        if rank in passed_over:
            assert [(line["slug"], line["source"]) for line in own] == [(passed_over[rank], place)]
            assert trace["entries"]["written"] == 0
        elif rank > 0:
            assert own == []
            graph = out / f"rank_{rank}" / "0_0_0" / "aot_joint_graph.txt"
            assert graph.read_bytes() == b"graph %d" % rank
    assert len(summary["traces"]) == 8
    # Cut off: what came before is there.
    own = jsonl(out / "rank_0" / "problems.jsonl")
    assert {line["slug"] for line in own} >= {"source_damaged"}
    assert f"not read to its end: logs/{NAMES[0]}, see " in done.stderr
    assert len(jsonl(out / "rank_0" / "directory.jsonl")) > 200
    # The folder has no place of its own.
    assert "source_unreadable" in {line["slug"] for line in own}
    assert "passed over: logs/lost+found " in done.stderr
    assert "<code>logs/lost+found</code> cannot be read (Permission denied)" in named_on_page
    slugs = {file["path"]: file["slug"] for file in summary["passed_over"]}
    assert slugs == {f"logs/{NAMES[rank]}": slug for rank, slug in passed_over.items()} | {
        "logs/lost+found": "source_unreadable"
    }
    done = as_any_user("verify", str(out))
    assert (done.returncode, done.stdout) == (0, "")
    done = as_any_user("run", str(folder), str(out), "--overwrite", "--strict")
    assert done.returncode == 1


LOGS = sorted(TRACES.glob("*/*.log.gz"))

HANDLED = {
    "sed G": (lambda data: re.sub(rb"(?m)$\n", b"\n\n", data), ["blank_lines"]),
    "unix2dos": (lambda data: data.replace(b"\n", b"\r\n"), ["cr_before_newline"]),
    "stripped": (lambda data: re.sub(rb"(?m)[ \t]+$", b"", data), ["stripped_blanks"]),
    "rank": (lambda data: re.sub(rb"(?m)^(?=.|\n)", b"[rank0]: ", data), ["line_prefix"]),
    "mark": (lambda data: b"\xef\xbb\xbf" + data, ["byte_order_mark"]),
    "tar cz": (lambda data: tar_of({"logs/trace.log": data}, "w:gz"), []),
    "zip": (lambda data: zip_of({"logs/trace.log": data}), []),
}
OF_THE_RUN = ("summary.json", "index.html", "report/head.js")


def made(out: Path) -> dict[str, bytes]:
    """What came of a log, but for where its entries stood and what its source is called."""
    files = {
        name: data
        for name, data in tree(out).items()
        if name not in OF_THE_RUN and not is_of_the_page(name)
    }
    return without_line_numbers(files)


@pytest.mark.parametrize(
    "log",
    [
        pytest.param(log, id=log.parent.name, marks=[pytest.mark.slow] * (size > 1 << 20))
        for log in LOGS
        for size in [log.stat().st_size]
    ],
)
def test_what_a_handled_or_packed_real_trace_gives(log, tmp_path):
    data = gzip.decompress(log.read_bytes())

    def result(what: bytes, name: str) -> tuple[dict[str, bytes], list[str]]:
        (tmp_path / "trace.log").write_bytes(what)
        options = Options(plain_text=True)
        out = tmp_path / name
        summary = run([str(tmp_path / "trace.log")], str(out), options, jobs=1)
        assert (summary.counts.problems, summary.counts.flags.get("payload_md5_mismatch")) == (
            {}, None,
        )  # fmt: skip
        return made(out), list(summary.counts.notes)

    expected, notes = result(data, "expected")
    assert notes == []
    for how, (handled, told) in HANDLED.items():
        found, notes = result(handled(data), how)
        assert notes == told, how
        differing = [name for name in expected | found if expected.get(name) != found.get(name)]
        assert differing == [], how
