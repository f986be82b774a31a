"""`verify` finds whatever is not as a run left it, and nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
import xxhash

from artifact_stream import Options, OutputUnusable, run
from artifact_stream.tools.verify.outputs import Finding, Verified, verify
from tests.helpers.edited_output import restate
from tests.helpers.support import FRAME_0, TRACES, jsonl, raw_entry

COMMAND = [sys.executable, "-m", "artifact_stream", "verify"]
GRAPH = "0_0_0/aot_joint_graph.txt"
PAGE = "0_0_0/inductor_output_code_a.html"


def make_output(folder: Path) -> Path:
    log = folder / "t.log"
    log.write_bytes(
        raw_entry("aot_joint_graph", b"graph", **FRAME_0)
        + raw_entry("inductor_output_code", b"import torch\n", {"filename": "a.py"}, **FRAME_0)
        + raw_entry("artifact", b"[1]", {"name": "é #?%", "encoding": "json"}, **FRAME_0)
        + raw_entry("link", None, {"name": "l", "url": "https://x/"}, **FRAME_0)
        + raw_entry("dump_file", b"x", {"name": "d"})
        + b"no entry\n"
    )
    out = folder / "out"
    run([str(log)], str(out))
    return out


@pytest.fixture
def out(tmp_path) -> Path:
    return make_output(tmp_path)


def found(out: Path) -> list[tuple[str, str]]:
    return [(finding.slug, finding.url) for finding in verify(str(out))]


def pages_in(out: Path) -> set[tuple[str, str]]:
    """Findings of pages, which are not what a run would make of an edited index."""
    return {finding for finding in found(out) if finding[0] == "page_differs"}


def edit_lines(out: Path, edit: Callable[[dict], None], name: str = "directory.jsonl") -> None:
    """Change the lines of an index as somebody with an editor might."""
    lines = jsonl(out / name)
    for line in lines:
        edit(line)
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    (out / name).write_text(text, encoding="utf-8")
    restate(out)


def add_digests(out: Path, algorithm: str) -> None:
    """Write digests into the index."""

    def digest(url: str) -> str:
        data = (out / url).read_bytes()
        made = hashlib.md5(data) if algorithm == "md5" else xxhash.xxh3_128(data)
        return f"{algorithm}:{made.hexdigest()}"

    def edit(line: dict) -> None:
        if line["bytes"] is not None and "%" not in line["url"]:
            line["digest"] = digest(line["url"])
            if "text_url" in line:
                line["text_digest"] = digest(line["text_url"])

    edit_lines(out, edit)


def test_an_output_is_as_it_was_written(out):
    verified = Verified()
    assert list(verify(str(out), verified)) == []
    files = [path for path in out.rglob("*") if path.is_file()]
    assert verified.files == len(files)
    assert verified.content_bytes == sum(path.stat().st_size for path in files)


@pytest.mark.slow
@pytest.mark.parametrize("options", [Options(), Options(plain_text=True), Options(lazy=True)])
@pytest.mark.parametrize("trace", sorted(path.name for path in TRACES.iterdir() if path.is_dir()))
def test_outputs_of_real_traces_are_as_they_were_written(tmp_path, trace, options):
    run([str(TRACES / trace)], str(tmp_path / "out"), options)
    assert list(verify(str(tmp_path / "out"))) == []


def test_several_traces(tmp_path):
    run([str(TRACES / "ddp"), str(TRACES / "inference")], str(tmp_path / "out"))
    assert found(tmp_path / "out") == []
    (tmp_path / "out" / "rank_0" / "index.html").unlink()
    (tmp_path / "out" / "rank_1" / "0_0_0" / "mine.txt").write_text("x")
    assert found(tmp_path / "out") == [
        ("missing_file", "rank_0/index.html"),
        ("foreign_file", "rank_1/0_0_0/mine.txt"),
    ]


@pytest.mark.parametrize("algorithm", ["md5", "xxh3_128"])
def test_a_flipped_byte(out, algorithm):
    add_digests(out, algorithm)
    verified = Verified()
    assert list(verify(str(out), verified)) == []
    assert verified.digests == 6
    for url in (GRAPH, PAGE, PAGE.replace(".html", ".txt"), "dump_file/d.html"):
        data = bytearray((out / url).read_bytes())
        data[len(data) // 2] ^= 1
        (out / url).write_bytes(data)
        assert found(out) == [("wrong_digest", url)]
        data[len(data) // 2] ^= 1
        (out / url).write_bytes(data)
    assert found(out) == []


@pytest.mark.slow
def test_a_flipped_bit_of_any_file(out):
    """Whatever a run has written: pages, what they load, the index, the summary's counts."""
    summary = (out / "summary.json").read_bytes()
    for path in sorted(path for path in out.rglob("*") if path.is_file()):
        data = path.read_bytes()
        places = {len(data) // 5, len(data) // 2, len(data) - 1}
        if path.name == "summary.json":
            types = summary.index(b'"types"')
            counts = re.finditer(rb'"written(?:_bytes)?": [0-9]', summary)
            places = {match.end() - 1 for match in counts if match.end() > types}
            assert places
        for place in places:
            flipped = bytearray(data)
            flipped[place] ^= 1
            path.write_bytes(flipped)
            url = path.relative_to(out).as_posix()
            try:
                assert found(out) != [], (url, place)
            except OutputUnusable:
                assert url == "format.json", "there is nothing by which the folder is known"
        path.write_bytes(data)
    assert found(out) == []


@pytest.mark.parametrize(
    "name", ["head.js", "worth.js", "rows-0.js", "outline-0.js", "list-1.html"]
)
def test_a_file_of_the_report_that_is_gone_or_not_of_the_run(out, name):
    (out / "report" / name).rename(out / "report" / "list-7.html")
    assert found(out) == [
        ("missing_file", f"report/{name}"),
        ("foreign_file", "report/list-7.html"),
    ]


def make_older(out: Path) -> None:
    marker = json.loads((out / "format.json").read_bytes())
    marker["generator_version"] = "0.0.1"
    (out / "format.json").write_text(json.dumps(marker, indent=2) + "\n")


def test_pages_of_another_version_are_not_compared(out):
    make_older(out)
    (out / "report" / "head.js").write_text("x")
    assert found(out) == []


@pytest.fixture
def lazy(tmp_path) -> Path:
    """An output with two packs, of which the second one has a payload that is no UTF-8."""
    log = tmp_path / "lazy.log"
    graph = "".join(f"line {n} <\u2028>\n" for n in range(20)).encode()
    log.write_bytes(
        b"".join(raw_entry("graph_dump", graph, {"name": "g"}, **FRAME_0) for _ in range(256))
        + raw_entry("inductor_output_code", b"import torch\n", {"filename": "a.py"}, **FRAME_0)
        + raw_entry("graph_dump", b"\x80 \\u003c", {"name": "h"}, **FRAME_0)
    )
    run([str(log)], str(tmp_path / "out"), Options(lazy=True))
    return tmp_path / "out"


@pytest.mark.slow
def test_a_flipped_byte_of_a_pack(lazy):
    verified = Verified()
    assert list(verify(str(lazy), verified)) == []
    assert verified.digests == 258
    pack = lazy / "packs" / "000002.js"
    whole = pack.read_bytes()
    for place in range(len(whole)):
        data = bytearray(whole)
        data[place] ^= 1
        pack.write_bytes(data)
        findings = list(verify(str(lazy)))
        assert len(findings) in (1, 2), (place, findings)
        slugs = {finding.slug for finding in findings}
        assert slugs <= {"wrong_digest", "wrong_size", "damaged_pack"}
        assert all(finding.url.startswith("packs/000002.js#") for finding in findings)
    pack.write_bytes(whole + b"\n")
    assert found(lazy) == [("damaged_pack", "packs/000002.js#1")]
    pack.write_bytes(whole)
    assert found(lazy) == []


def test_packs_that_do_not_fit_the_index(lazy):
    first, second = lazy / "packs" / "000001.js", lazy / "packs" / "000002.js"
    texts = first.read_bytes(), second.read_bytes()
    second.unlink()
    assert found(lazy) == [("missing_file", "packs/000002.js")]
    second.symlink_to(first)
    assert found(lazy) == [("not_a_file", "packs/000002.js")]
    second.unlink()
    second.write_bytes(texts[1])
    first.write_bytes(texts[0].replace(b"line 7", b"line 8", 1))
    assert found(lazy) == [("wrong_digest", "packs/000001.js#0")]
    first.write_bytes(texts[0])
    (lazy / "packs" / "000003.js").write_bytes(texts[1].replace(b"000002", b"000003"))
    assert found(lazy) == [("foreign_file", "packs/000003.js")]
    (lazy / "packs" / "000003.js").unlink()
    index = lazy / "directory.jsonl"
    lines = index.read_bytes().splitlines(keepends=True)
    index.write_bytes(b"".join(lines[:255] + lines[256:]))
    restate(lazy)
    slugs = [slug for slug, _ in found(lazy)]
    assert slugs[0] == "damaged_pack"
    assert set(slugs[1:]) == {"compile_directory_differs", "summary_differs", "page_differs"}
    index.write_bytes(lines[0] * 2 + b"".join(lines[1:]))
    assert "index_differs" in [slug for slug, _ in found(lazy)]


@pytest.mark.parametrize(
    ("key", "value", "slug"),
    [
        ("bytes", 1, "wrong_size"),
        ("digest", "md5:" + "0" * 32, "wrong_digest"),
        ("digest", "crc32:00", "unknown_digest"),
        ("url", "packs/000002.js#7", "damaged_pack"),
        ("url", "packs/000001.js#7", "wrong_size"),
        ("url", "packs/000009.js#0", "missing_file"),
        ("url", "../packs/000002.js#0", "path_outside"),
    ],
)
def test_an_edited_line_of_a_lazy_index(lazy, key, value, slug):
    def edit(line: dict) -> None:
        if line["name"] == "h.txt":
            line[key] = value

    edit_lines(lazy, edit)
    assert slug in [finding.slug for finding in verify(str(lazy))]


def test_a_digest_of_a_kind_that_nobody_knows(out):
    add_digests(out, "md5")
    edit_lines(out, lambda line: line.update(digest="crc:1") if line["url"] == GRAPH else None)
    assert found(out) == [("unknown_digest", GRAPH)]


@pytest.mark.parametrize(
    "url",
    [GRAPH, PAGE, PAGE.replace(".html", ".txt"), "dump_file/d.txt", "format_is_tested_below",
     "index.html", "compile_directory.json", "problems.jsonl", "assets/code.js",
     "0_0_0/%C3%A9%20%23_%25.json"],
)  # fmt: skip
def test_a_removed_file(out, url):
    if url == "format_is_tested_below":
        (out / "format.json").unlink()
        with pytest.raises(OutputUnusable, match=r"holds no format\.json"):
            found(out)
        return
    (out / unquote(url)).unlink()
    assert found(out) == [("missing_file", url)]


def test_a_changed_size(out):
    with open(out / GRAPH, "ab") as file:
        file.write(b"x")
    (finding,) = verify(str(out))
    assert finding == Finding(
        "wrong_size", GRAPH, "it has 6 bytes, but directory.jsonl says 5 in line 1", 1
    )


def test_foreign_files(out, tmp_path):
    (out / "mine.txt").write_text("x")
    (out / "0_0_0" / "a b\n.txt").write_text("x")
    (out / "deep" / "er").mkdir(parents=True)
    (out / "deep" / "er" / "x").write_text("x")
    (out / "link").symlink_to(tmp_path)
    (out / "0_0_0" / "loop").symlink_to(out)
    os.mkfifo(out / "pipe")
    (out / "empty folder").mkdir()
    assert found(out) == [
        ("foreign_file", "0_0_0/a%20b%0A.txt"),
        ("foreign_file", "0_0_0/loop"),
        ("foreign_file", "deep/er/x"),
        ("foreign_file", "link"),
        ("foreign_file", "mine.txt"),
        ("foreign_file", "pipe"),
    ]


def test_folders_nested_deeper_than_a_run_makes_them(out):
    (out / "/".join("d" * 40)).mkdir(parents=True)
    assert found(out) == [("foreign_file", "/".join("d" * 17))]


def test_a_link_or_a_folder_in_place_of_a_file(out, tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"graph")
    (out / GRAPH).unlink()
    (out / GRAPH).symlink_to(tmp_path / "elsewhere")
    assert found(out) == [("not_a_file", GRAPH)]
    (out / GRAPH).unlink()
    (out / GRAPH).mkdir()
    assert found(out) == [("missing_file", GRAPH)]


EDITS: dict[str, tuple[Callable[[dict], None], list[tuple[str, str]]]] = {
    "bytes": (
        lambda line: line.update(bytes=line["bytes"] + 1),
        [("wrong_size", GRAPH), ("compile_directory_differs", "compile_directory.json"),
         ("summary_differs", "summary.json")],
    ),
    "type": (
        lambda line: line.update(type="x"),
        [("compile_directory_differs", "compile_directory.json")],
    ),
    "compile_id": (
        lambda line: line.update(compile_id="9_9_9"),
        [("compile_directory_differs", "compile_directory.json")],
    ),
    "flags": (
        lambda line: line.update(flags=["repeated"]),
        [("compile_directory_differs", "compile_directory.json")],
    ),
    "name": (
        lambda line: line.update(name="x.txt"),
        [("name_differs", "directory.jsonl"),
         ("compile_directory_differs", "compile_directory.json")],
    ),
    "url": (
        lambda line: line.update(url="0_0_0/x.txt"),
        [("name_differs", "directory.jsonl"), ("foreign_file", GRAPH),
         ("missing_file", "0_0_0/x.txt"), ("compile_directory_differs", "compile_directory.json")],
    ),
    "url outside": (
        lambda line: line.update(url="../t.log"),
        [("path_outside", "directory.jsonl"), ("foreign_file", GRAPH),
         ("compile_directory_differs", "compile_directory.json")],
    ),
    "url repeated": (
        lambda line: line.update(url="dump_file/d.txt", name="d.txt"),
        [("foreign_file", GRAPH), ("listed_twice", "dump_file/d.txt"),
         ("compile_directory_differs", "compile_directory.json")],
    ),
    "no number": (
        lambda line: line.update(bytes="5"),
        [("broken_index_line", "directory.jsonl"), ("foreign_file", GRAPH),
         ("compile_directory_differs", "compile_directory.json"),
         ("summary_differs", "summary.json")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_index_line(out, edit):
    change, expected = EDITS[edit]
    edit_lines(out, lambda line: change(line) if line["url"] == GRAPH else None)
    # A change of one file may be told several times: each once here, in any order.
    assert sorted(set(found(out)) - pages_in(out)) == sorted(expected)


@pytest.mark.parametrize("key", ["line", "rank", "lines"])
def test_an_edited_member_that_nothing_else_tells_of(out, key):
    lines = jsonl(out / "directory.jsonl")
    lines[0][key] = 7
    (out / "directory.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert found(out) == [("index_differs", "directory.jsonl")]


def test_edited_problems(out):
    text = (out / "problems.jsonl").read_text(encoding="utf-8")
    (out / "problems.jsonl").write_text(text.replace("no entry", "an entry"), encoding="utf-8")
    assert found(out) == [("index_differs", "problems.jsonl")]


def test_a_removed_index_line(out):
    lines = (out / "directory.jsonl").read_bytes().splitlines(keepends=True)
    (out / "directory.jsonl").write_bytes(b"".join(lines[1:]))
    assert set(found(out)) == {
        ("foreign_file", GRAPH),
        ("compile_directory_differs", "compile_directory.json"),
        ("index_differs", "directory.jsonl"),
        ("summary_differs", "summary.json"),
    }


@pytest.mark.parametrize(
    "line", [b"{}\n", b"\xff\n", b"[" * 100_000 + b"\n", b"null\n", b"\n", b"x" * 9_000_000 + b"\n"]
)
def test_lines_that_are_no_index_lines(out, line):
    with open(out / "directory.jsonl", "ab") as index:
        index.write(line)
    restate(out)
    slugs = [slug for slug, _ in found(out)]
    assert slugs in (["broken_index_line"], ["torn_index_line"])


def test_a_torn_index_line(out):
    size = (out / "directory.jsonl").stat().st_size
    os.truncate(out / "directory.jsonl", size - 5)
    slugs = {slug for slug, _ in found(out)}
    assert "torn_index_line" in slugs
    assert "foreign_file" in slugs


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b'{"traces": [{"folder": "."}]}', b"[" * 100_000]
)
def test_a_broken_summary(out, content):
    (out / "summary.json").write_bytes(content)
    assert found(out) == [("summary_differs", "summary.json")]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"a', b"x" * 3_000_000])
def test_a_broken_compile_directory(out, content):
    (out / "compile_directory.json").write_bytes(content)
    assert ("compile_directory_differs", "compile_directory.json") in found(out)
    assert {slug for slug, _ in found(out)} == {"compile_directory_differs"}


def test_a_compile_directory_laid_out_otherwise(out):
    """No run of this version has written it; what another version does is its own business."""
    path = out / "compile_directory.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()), indent=3))
    assert found(out) == [("compile_directory_differs", "compile_directory.json")]
    make_older(out)
    assert found(out) == []


def test_broken_problems(out):
    with open(out / "problems.jsonl", "ab") as file:
        file.write(b"torn")
    restate(out)
    assert found(out) == [("broken_problem_line", "problems.jsonl"),
                          ("summary_differs", "summary.json")]  # fmt: skip


def test_a_marker_that_leads_outside(out):
    marker = json.loads((out / "format.json").read_bytes())
    marker["traces"] += ["../x", "/etc"]
    marker["assets"] += ["../../etc/passwd"]
    (out / "format.json").write_text(json.dumps(marker))
    assert found(out) == [("path_outside", "format.json")] * 2 + [("format_differs", "format.json")]


def test_a_newer_format_is_refused(out):
    marker = json.loads((out / "format.json").read_bytes())
    (out / "format.json").write_text(json.dumps({**marker, "format_version": 2}))
    with pytest.raises(OutputUnusable, match="update artifact-stream"):
        found(out)


def test_what_a_killed_run_leaves(tmp_path):
    log = tmp_path / "t.log"
    log.write_bytes(raw_entry("graph_dump", b"x" * 1000, {"name": "same"}, **FRAME_0) * 30_000)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "artifact_stream", "run", str(log), str(out)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while not (out / "0_0_0" / "same_50.txt").exists():
        assert process.poll() is None
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    interrupted = ("interrupted_run", ".artifact-stream/run.json")
    assert found(out) == [interrupted]
    # What the index says must be true all the same, and foreign files are foreign.
    (out / "0_0_0" / "mine.txt").write_text("x")
    (out / "0_0_0" / "same_7.txt").write_text("x")
    assert found(out) == [
        interrupted,
        ("foreign_file", "0_0_0/mine.txt"),
        ("wrong_size", "0_0_0/same_7.txt"),
    ]
    (out / "0_0_0" / "mine.txt").unlink()
    log.write_bytes(raw_entry("graph_dump", b"y", {"name": "same"}, **FRAME_0))
    run([str(log)], str(out), overwrite=True)
    assert found(out) == []


def test_what_is_left_where_nothing_can_be_gone_on_with(out):
    (out / ".artifact-stream").mkdir()
    (out / ".artifact-stream" / "pending").write_bytes(b"\n")
    (out / "index.html.part").write_bytes(b"")
    (out / "summary.json").unlink()
    assert found(out) == [
        ("leftover", ".artifact-stream/pending"),
        ("leftover", "index.html.part"),
        ("unfinished_run", "summary.json"),
    ]


def command(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, check=False)


def test_the_command(out, tmp_path):
    done = command(out)
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"all as it was written" in done.stderr
    (out / "mine.txt").write_text("x")
    (out / GRAPH).unlink()
    done = command(out)
    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == [
        f"missing_file {GRAPH}: it is not there, but directory.jsonl lists it in line 1",
        "foreign_file mine.txt: a file that no run made, or whose index line is gone",
    ]
    assert done.stderr.endswith(b"2 findings.\n")
    done = command("--json", out)
    assert done.returncode == 1
    assert [json.loads(line)["slug"] for line in done.stdout.splitlines()] == [
        "missing_file", "foreign_file",
    ]  # fmt: skip
    assert json.loads(done.stdout.splitlines()[0])["line"] == 1


def test_the_command_without_an_output(tmp_path):
    for path in (tmp_path, tmp_path / "nothing", __file__):
        done = command(path)
        assert done.returncode == 4
        assert b"is no output of artifact-stream" in done.stderr
        assert done.stderr.count(b"\n") == 1
    assert command().returncode == 2


def test_findings_into_a_pipe_that_closes(out):
    for number in range(3000):
        (out / f"mine-{number}.txt").write_text("x")
    line = f"{sys.executable} -m artifact_stream verify {out} | head -n 1"
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=False)
    assert done.stdout.count(b"\n") == 1
    assert b"defect" not in done.stderr
    assert b"Traceback" not in done.stderr


def test_an_output_with_more_types_than_are_counted_by_name(tmp_path):
    for name in ("a", "b"):
        entries = [raw_entry(f"{name}{number * 7 % 503}", b"x", **FRAME_0) for number in range(503)]
        (tmp_path / f"{name}.log").write_bytes(b"".join(entries))
    for number, names in enumerate((["a"], ["a", "b"])):
        out = tmp_path / f"out{number}"
        run([str(tmp_path / f"{name}.log") for name in names], str(out), jobs=1)
        assert found(out) == []


def test_of_lines_that_list_one_file_the_first_few_are_named(out):
    index = out / "directory.jsonl"
    first, *others = index.read_bytes().splitlines(keepends=True)
    index.write_bytes(first * 2000 + b"".join(others))
    messages = [each.message for each in verify(str(out)) if each.slug == "listed_twice"]
    assert messages == ["directory.jsonl lists it 2000 times, in lines 1, 2, 3, 4, 5"]
