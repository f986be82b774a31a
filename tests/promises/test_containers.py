"""Tar and zip files: what is in them is read as from a folder, and nothing in them does harm."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import threading
import zipfile

import pytest

from artifact_stream import InputUnusable, Options, run
from tests.helpers.packed import tar_of, zip_of
from tests.helpers.sources import extracted, in_folder, log, result
from tests.helpers.support import FRAME_0, TRACES, jsonl, jsonl_entry, raw_entry

RANKS = {f"logs/dedicated_log_torch_trace_rank_{n}_x.log": log(n) for n in range(3)}

PACKED = {
    "plain tar": tar_of,
    "tar.gz": lambda members: tar_of(members, "w:gz"),
    "tar.xz": lambda members: tar_of(members, "w:xz"),
    "tar.bz2": lambda members: tar_of(members, "w:bz2"),
    "stored zip": lambda members: zip_of(members, zipfile.ZIP_STORED),
    "deflated zip": zip_of,
    "bzip2 zip": lambda members: zip_of(members, zipfile.ZIP_BZIP2),
}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("kind", PACKED)
def test_a_container_gives_what_its_folder_gives(tmp_path, kind, jobs):
    members = {
        **RANKS,
        "logs/deep/run.log.gz": gzip.compress(log(7)),
        "logs/job/graphs.jsonl": jsonl_entry("graph_dump", b"g", {"name": "g"}, timestamp="2"),
        "logs/job/codegen.jsonl": jsonl_entry("graph_dump", b"c", {"name": "g"}, timestamp="1"),
        "logs/notes.txt": b"hello",
    }
    # The order in a tar is that in which a folder happens to be read.
    order = sorted(members, key=lambda name: hashlib.md5(name.encode()).digest())
    extracted(tmp_path, in_folder(tmp_path, members) / "logs", out="expected", jobs=jobs)
    # Its name says nothing.
    (tmp_path / "thing").write_bytes(PACKED[kind]({name: members[name] for name in order}))
    summary = extracted(tmp_path, tmp_path / "thing", jobs=jobs)
    assert result(tmp_path / "out") == result(tmp_path / "expected")
    assert [trace.folder for trace in summary.traces] == [
        *("rank_0", "rank_1", "rank_2"),
        *("run", "job"),
    ]
    assert summary.counts.problems == {}


@pytest.mark.parametrize("kind", PACKED)
def test_a_container_through_a_pipe(tmp_path, kind):
    extracted(tmp_path, in_folder(tmp_path, RANKS) / "logs", out="expected")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(PACKED[kind](RANKS),))
    writer.start()
    extracted(tmp_path, pipe)
    writer.join()
    assert result(tmp_path / "out") == result(tmp_path / "expected")


@pytest.mark.parametrize("redirected", [True, False])
def test_a_container_on_stdin(tmp_path, redirected):
    data = tar_of(RANKS, "w:gz")
    (tmp_path / "t").write_bytes(data)
    command = [sys.executable, "-m", "artifact_stream", "run", "-", str(tmp_path / "out")]
    with open(tmp_path / "t", "rb") as file:
        given = {"stdin": file} if redirected else {"input": data}
        done = subprocess.run(command, capture_output=True, check=True, **given)
    assert b"passed over" not in done.stderr
    assert (tmp_path / "out/rank_2/0_0_0/aot_joint_graph.txt").read_bytes() == b"graph 2"


@pytest.mark.parametrize("lazy", [True, False])
@pytest.mark.parametrize("kind", PACKED)
def test_a_run_of_a_container_that_is_complete_has_nothing_left_to_resume(tmp_path, kind, lazy):
    (tmp_path / "t").write_bytes(PACKED[kind](RANKS))
    options = Options(lazy=lazy)
    extracted(tmp_path, tmp_path / "t", options=options)
    before = result(tmp_path / "out")
    again = extracted(tmp_path, tmp_path / "t", options=options, resume=True)
    assert result(tmp_path / "out") == before
    assert again.counts.entries_written == 6


def test_a_container_in_a_folder(tmp_path):
    folder = in_folder(tmp_path, {"a.log": log(8), "c.log": log(9)})
    (folder / "b.tgz").write_bytes(tar_of(RANKS, "w:gz"))
    summary = extracted(tmp_path, folder)
    assert [trace.folder for trace in summary.traces] == ["a", "rank_0", "rank_1", "rank_2", "c"]
    assert summary.traces[1].sources == [f"b.tgz/{next(iter(RANKS))}"]


def test_progress_counts_a_container_once(tmp_path):
    for kind, pack in PACKED.items():
        data = pack(RANKS)
        (tmp_path / kind).write_bytes(data)
        summary = extracted(tmp_path, tmp_path / kind, out=f"out-{kind}")
        assert 0 < summary.source_bytes <= len(data)
        if kind.startswith("tar."):
            assert summary.source_bytes == len(data)


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_cut_tar_gives_what_there_is_and_says_so(tmp_path, mode):
    data = tar_of({name: data * 300 for name, data in RANKS.items()}, mode)
    (tmp_path / "t").write_bytes(data[: len(data) * 4 // 5])
    summary = extracted(tmp_path, tmp_path / "t")
    assert [trace.folder for trace in summary.traces] == ["rank_0", "rank_1", "rank_2"]
    assert summary.counts.problems["source_damaged"] == 2  # Of the member, and of the tar.
    assert [file.slug for file in summary.passed_over] == ["source_damaged"]
    assert len(jsonl(tmp_path / "out/rank_2/directory.jsonl")) > 10


def test_a_zip_without_its_directory_is_said_to_be_damaged(tmp_path):
    (tmp_path / "t.zip").write_bytes(zip_of(RANKS)[:-40])
    with pytest.raises(InputUnusable, match=r"damaged \(the zip's directory"):
        run([str(tmp_path / "t.zip")], str(tmp_path / "out"))


def test_a_zip_member_that_is_not_what_its_checksum_says(tmp_path):
    data = bytearray(zip_of({"rank_0.log": log(1)}))
    data[data.index(b"PK\x01\x02") + 16] ^= 1
    (tmp_path / "t.zip").write_bytes(data)
    summary = extracted(tmp_path, tmp_path / "t.zip")
    assert summary.counts.problems == {"source_damaged": 1}
    assert summary.counts.entries_written == 2


def test_encrypted_and_nested_members_are_named_with_the_remedy(tmp_path):
    inner = zip_of({"rank_1.log": log(1)})
    data = bytearray(zip_of({"rank_0.log": log(0), "rank_1.zip": inner, "rank_2.log": log(2)}))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1  # Encrypted, it says.
    (tmp_path / "t.zip").write_bytes(data)
    summary = extracted(tmp_path, tmp_path / "t.zip")
    told = {file.path: file.why for file in summary.passed_over}
    assert "password" in told["rank_2.log"]
    assert "inside another" in told["rank_1.zip"]
    assert [trace.folder for trace in summary.traces] == ["rank_0", "rank_1", "rank_2"]
    assert jsonl(tmp_path / "out/rank_2/problems.jsonl")[0]["slug"] == "source_unsupported"


@pytest.mark.parametrize("pack", [tar_of, zip_of])
def test_members_with_hostile_names_write_nothing_elsewhere(tmp_path, pack):
    names = [
        "/etc/rank_0.log",
        "../../rank_1.log",
        "a/../../rank_2.log",
        "C:\\x\\rank_3.log",
        "..\\rank_4.log",
        "x/" * 200 + "rank_5.log",
        "con/rank_6.log",
        "a\nb\x1b[31m/t.log",
    ]
    work = tmp_path / "work"
    work.mkdir()
    (work / "t").write_bytes(pack({name: log(number) for number, name in enumerate(names)}))

    def elsewhere():
        return {path for path in tmp_path.rglob("*") if "out" not in path.parts}

    before = elsewhere()
    summary = extracted(work, work / "t")
    assert elsewhere() == before
    assert len(summary.traces) == len(names)
    assert summary.counts.entries_written == 2 * len(names)
    for trace in summary.traces:
        assert (work / "out" / trace.folder / "index.html").is_file()


def test_links_in_a_tar_are_not_followed(tmp_path):
    (tmp_path / "secret").write_bytes(log(99))
    file = io.BytesIO(tar_of({"rank_0.log": log(0)}))
    with tarfile.open(fileobj=file, mode="a") as tar:
        for name, kind in (("rank_1.log", tarfile.SYMTYPE), ("rank_2.log", tarfile.LNKTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, str(tmp_path / "secret")
            tar.addfile(info)
    (tmp_path / "t.tar").write_bytes(file.getvalue())
    summary = extracted(tmp_path, tmp_path / "t.tar")
    assert [trace.sources for trace in summary.traces] == [["rank_0.log"]]


def test_members_of_a_zip_that_lie_in_one_another_are_read_once(tmp_path):
    data = bytearray(zip_of({"a.log": log(0), "b.log": log(1)}))
    first, second = data.index(b"PK\x01\x02"), data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = data[first + 42 : first + 46]  # The same local header.
    (tmp_path / "t.zip").write_bytes(data)
    summary = extracted(tmp_path, tmp_path / "t.zip")
    assert [file.why for file in summary.passed_over] == [
        "shares its bytes with another member of the zip, as no zip should"
    ]


def test_a_member_made_to_fill_a_disk_ends_early(tmp_path):
    bomb = raw_entry("graph_dump", b"x" * (90 << 20), {"name": "g"}, **FRAME_0)
    (tmp_path / "t.zip").write_bytes(zip_of({"rank_0.log": bomb, "rank_1.log": log(1)}))
    summary = extracted(tmp_path, tmp_path / "t.zip", options=Options(max_expansion=100))
    assert summary.counts.problems["expands_too_much"] == 1
    assert (tmp_path / "out/rank_1/0_0_0/aot_joint_graph.txt").is_file()


def test_members_of_other_kinds_are_neither_kept_nor_told_of(tmp_path):
    others = {f"data/{number}": b"x" for number in range(20_000)}
    (tmp_path / "t.tar").write_bytes(tar_of({**others, "rank_0.log": log(0)}))
    summary = extracted(tmp_path, tmp_path / "t.tar")
    assert len(summary.traces) == 1
    assert summary.passed_over_count == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", [path for path in sorted(TRACES.iterdir()) if path.is_dir()], ids=lambda path: path.name
)
def test_real_traces_in_containers(tmp_path, path):
    extracted(tmp_path, path, out="expected")
    members = {f"x/{file.name}": file.read_bytes() for file in path.iterdir()}
    for number, data in enumerate((tar_of(members, "w:gz"), zip_of(members))):
        (tmp_path / "packed").write_bytes(data)
        extracted(tmp_path, tmp_path / "packed", out=f"out{number}")
        assert result(tmp_path / f"out{number}") == result(tmp_path / "expected")
