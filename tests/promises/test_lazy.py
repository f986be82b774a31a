"""Lazy runs: the same index but for places, packs that hold the payloads, and the way back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream import InputUnusable, Options, OutputUnusable, WrongUsage, run, unpack
from artifact_stream.output.packs import (
    FULL_PACK_BYTES,
    MAX_PACKED_BYTES,
    PackDamaged,
    PackReader,
    encode_payload,
)
from artifact_stream.pipeline.ordered import OrderedWork
from artifact_stream.pipeline.packing import MAX_HELD
from tests.helpers.browser import chromium, open_page, wait_until
from tests.helpers.random_entries import BROKEN, ENTRIES
from tests.helpers.support import (
    FRAME_0,
    PREFIX,
    SCENARIOS,
    TRACES,
    assert_same_tree,
    jsonl,
    jsonl_entry,
    raw_entry,
    tree,
)
from tests.helpers.watched_pool import WatchedPool, watch_pools

pytestmark = pytest.mark.slow

LOADERS = {"loader.renderGraph", "loader.renderInductorCode"}
PAGE_KEYS = {"bytes", "digest", "text_url", "text_bytes", "text_digest"}

HOSTILE = {
    "script": b"</script><script>alert(1)</script><!-- ]]> -->",
    "separators": "a\u2028b\u2029c\ufeff\u0085".encode(),
    "control": bytes(range(256)),
    "zeros": b"\x00" * 1000,
    "cut": "\u20ac".encode()[:2] + b"\xed\xa0\x80\xed\xb2\x80" + b'\\"\\u003c',
    "crlf": b"a\r\nb\rc\n\n",
    "empty": b"",
    "frame": b'",\n]);\nartifactStream.pack("000001",[\n"',
    "emoji": "\U0001f600".encode() * 10 + b"\xff",
}


def without_times(made):
    """A tree whose summary holds nothing that differs from run to run."""
    content = json.loads(made.pop("summary.json"))
    for key in ("wall_seconds", "bytes_per_second", "peak_memory_bytes"):
        del content[key]
    del content["arguments"]["out"]
    for trace in content["traces"]:
        del trace["wall_seconds"]
    made["summary.json"] = json.dumps(content, indent=1).encode()
    return made


def extract(source, out, jobs=1, **options):
    run([str(source)], str(out), Options(**options), jobs=jobs)
    return without_times(tree(Path(out)))


def unpacked(out, jobs=1):
    unpack(str(out), jobs=jobs)
    assert not list(Path(out).rglob(".artifact-stream"))
    assert not list(Path(out).rglob("packs"))
    return without_times(tree(Path(out)))


def packed_payload(root, url):
    """What a pack holds at a place, read without the code under test."""
    path, _, position = url.partition("#")
    name = path.removeprefix("packs/").removesuffix(".js")
    text = (root / path).read_bytes()
    head, tail = f'artifactStream.pack("{name}",'.encode(), b");\n"
    assert text.startswith(head)
    assert text.endswith(tail)
    assert b"<" not in text
    value = json.loads(text.removeprefix(head).removesuffix(tail))[int(position)]
    return value.encode("utf-8", "surrogateescape")


def compare_indexes(lazy, eager):
    """Only what the docs name may differ; how many entries are in packs."""
    packed = 0
    for mine, other in zip(lazy, eager, strict=True):
        different = {key for key in {*mine, *other} if mine.get(key) != other.get(key)}
        if mine["lazy_loader"] is None:
            assert not different
            continue
        packed += 1
        assert mine["lazy_loader"] in LOADERS
        may_differ = {"lazy_loader", "url"}
        if other["url"].endswith(".html"):
            may_differ |= PAGE_KEYS
            assert mine["bytes"] == other["text_bytes"]
            assert mine["digest"] == other["text_digest"]
        assert different == may_differ
    return packed


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("plain_text", [False, True])
def test_real_traces_there_and_back(scenario, plain_text, monkeypatch, tmp_path):
    source = TRACES / scenario
    eager = extract(source, tmp_path / "eager", plain_text=plain_text)
    lazy = extract(source, tmp_path / "lazy", lazy=True, plain_text=plain_text)
    indexes = [path.relative_to(tmp_path / "lazy") for path in tmp_path.glob("lazy/**/*.jsonl")]
    packed = 0
    for path in (path for path in indexes if path.name == "directory.jsonl"):
        lines = jsonl(tmp_path / "eager" / path)
        packed += compare_indexes(jsonl(tmp_path / "lazy" / path), lines)
        root = tmp_path / "lazy" / path.parent
        for line, other in zip(jsonl(tmp_path / "lazy" / path), lines, strict=True):
            if line["lazy_loader"] is not None:
                text = other.get("text_url", other["url"])
                payload = eager[(path.parent / text).as_posix()]
                assert packed_payload(root, line["url"]) == payload
    assert packed > 0
    assert json.loads(lazy["summary.json"])["arguments"]["lazy"] is True
    assert json.loads(lazy["format.json"])["lazy"] is True
    watch_pools(monkeypatch)
    together = extract(source, tmp_path / "lazy2", jobs=2, lazy=True, plain_text=plain_text)
    assert_same_tree(together, lazy)
    assert_same_tree(unpacked(tmp_path / "lazy", jobs=1), eager)
    assert_same_tree(unpacked(tmp_path / "lazy2", jobs=2), eager)
    assert WatchedPool.used["taken"] > 0


@settings(max_examples=20)
@given(
    entries=st.lists(st.one_of(ENTRIES, BROKEN), min_size=1, max_size=40),
    large=st.sampled_from([2000, 1 << 20]),
    held=st.sampled_from([1, 3, MAX_HELD]),
    full=st.sampled_from([1, 100, FULL_PACK_BYTES]),
)
def test_random_traces_there_and_back(entries, large, held, full):
    raw = b"".join(
        item if isinstance(item, bytes) else raw_entry(*item, **FRAME_0) for item in entries
    )
    lines = b"".join(
        jsonl_entry(*item, compile_id="0_0_0") if isinstance(item, tuple) else b"no entry\n"
        for item in entries
    )
    raw = raw_entry("aot_joint_graph", b"first", **FRAME_0) + raw
    lines = jsonl_entry("aot_joint_graph", b"first") + lines
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        watch_pools(patch)
        patch.setattr("artifact_stream.pipeline.packing.MAX_HELD", held)
        patch.setattr("artifact_stream.pipeline.packing.FULL_PACK_BYTES", full)
        for framer in ("raw_log.RawLogFramer", "jsonl.JsonlFramer"):
            patch.setattr(f"artifact_stream.framing.{framer}.large_bytes", large)
        for name, data in (("t.log", raw), ("t.jsonl", lines)):
            source = Path(folder, name)
            source.write_bytes(data)
            eager = extract(source, Path(folder, f"{name}-eager"))
            alone = extract(source, Path(folder, f"{name}-1"), lazy=True)
            together = extract(source, Path(folder, f"{name}-2"), jobs=2, lazy=True)
            assert_same_tree(together, alone)
            compare_indexes(
                jsonl(Path(folder, f"{name}-1", "directory.jsonl")),
                jsonl(Path(folder, f"{name}-eager", "directory.jsonl")),
            )
            assert_same_tree(unpacked(Path(folder, f"{name}-1")), eager)
            assert_same_tree(unpacked(Path(folder, f"{name}-2"), jobs=2), eager)


@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_any_payload_comes_back(payload):
    line = encode_payload(payload)
    assert b"\n" not in line
    assert b"<" not in line
    assert json.loads(line).encode("utf-8", "surrogateescape") == payload
    assert not {"\u2028", "\u2029"} & set(line.decode())


@pytest.mark.browser
def test_hostile_payloads_are_text_to_a_browser_and_come_back(tmp_path):
    (tmp_path / "t.log").write_bytes(
        b"".join(raw_entry("graph_dump", p, {"name": n}, **FRAME_0) for n, p in HOSTILE.items())
    )
    eager = extract(tmp_path / "t.log", tmp_path / "eager")
    extract(tmp_path / "t.log", tmp_path / "lazy", lazy=True)
    page = tmp_path / "lazy" / "page.html"
    page.write_text(
        '<meta charset="utf-8"><script>artifactStream = {pack: (...all) => { got = all; }};'
        '</script><script src="packs/000001.js"></script>'
    )
    with chromium() as browser, open_page(browser, page.as_uri()) as opened:
        wait_until(opened.page, "typeof got !== 'undefined'")
        units = opened.page.evaluate("got[1].map(t => t.split('').map(c => c.charCodeAt(0)))")
        assert opened.page.evaluate("got[0]") == "000001"
        assert opened.errors == []
    page.unlink()
    for text, payload in zip(units, HOSTILE.values(), strict=True):
        utf16 = b"".join(unit.to_bytes(2, "little") for unit in text)
        shown = utf16.decode("utf-16-le", "surrogatepass")
        assert shown.encode("utf-8", "surrogateescape") == payload
    assert_same_tree(unpacked(tmp_path / "lazy"), eager)
    assert {n: eager[f"0_0_0/{n}.txt"] for n in HOSTILE} == HOSTILE


def test_a_payload_too_long_for_a_pack_is_a_file(tmp_path):
    payloads = [b"x" * MAX_PACKED_BYTES, b"y" * (MAX_PACKED_BYTES + 1), b"z" * (3 << 20)]
    (tmp_path / "t.log").write_bytes(
        b"".join(raw_entry("aot_joint_graph", payload, **FRAME_0) for payload in payloads)
    )
    eager = extract(tmp_path / "t.log", tmp_path / "eager")
    extract(tmp_path / "t.log", tmp_path / "lazy", lazy=True)
    lines = jsonl(tmp_path / "lazy" / "directory.jsonl")
    assert [line["lazy_loader"] is not None for line in lines] == [True, False, False]
    assert (tmp_path / "lazy" / lines[2]["url"]).read_bytes() == payloads[2]
    assert_same_tree(unpacked(tmp_path / "lazy"), eager)


def graphs(count, size=1000):
    return (
        raw_entry("graph_dump", b"%d " % n + b"x" * size, {"name": f"g{n}"}, **FRAME_0)
        for n in range(count)
    )


def test_packs_have_about_a_megabyte(tmp_path):
    (tmp_path / "t.log").write_bytes(b"".join(graphs(600, 20_000)))
    extract(tmp_path / "t.log", tmp_path / "lazy", lazy=True)
    sizes = [path.stat().st_size for path in sorted((tmp_path / "lazy" / "packs").iterdir())]
    assert len(sizes) > 10
    assert all(FULL_PACK_BYTES <= size < FULL_PACK_BYTES + 30_000 for size in sizes[:-1])


def test_what_waits_for_a_pack_is_bounded(monkeypatch, tmp_path):
    """A pack is closed for what is behind it, be it problems, and lines keep their order."""
    with open(tmp_path / "t.log", "wb") as log:
        log.writelines(graphs(3))
        log.writelines([b"no entry\n"] * 1000)
        log.writelines(raw_entry("artifact", b"x", {"name": f"a{n}"}) for n in range(1000))
        log.writelines(graphs(1))
    most = 0
    append = OrderedWork._append

    def watch(self, work):
        nonlocal most
        append(self, work)
        most = max(most, len(self._waiting))

    monkeypatch.setattr(OrderedWork, "_append", watch)
    extract(tmp_path / "t.log", tmp_path / "lazy", lazy=True)
    assert most == MAX_HELD
    lines = jsonl(tmp_path / "lazy" / "directory.jsonl")
    assert [line["line"] for line in lines] == sorted(line["line"] for line in lines)
    assert len(list((tmp_path / "lazy" / "packs").iterdir())) == 2


def test_a_foreign_pack_is_left_alone_and_overwrite_removes_ours(tmp_path):
    (tmp_path / "t.log").write_bytes(b"".join(graphs(3)))
    out = tmp_path / "out"
    extract(tmp_path / "t.log", out, lazy=True)
    (out / "packs" / "000002.js").write_text("mine")
    (out / "packs" / "notes.txt").write_text("mine too")
    run([str(tmp_path / "t.log")], str(out), overwrite=True)
    assert sorted(path.name for path in (out / "packs").iterdir()) == ["000002.js", "notes.txt"]
    (out / "packs" / "000002.js").rename(out / "packs" / "000001.js")
    run([str(tmp_path / "t.log")], str(out), Options(lazy=True), overwrite=True)
    assert (out / "packs" / "000001.js").read_text() == "mine"
    assert jsonl(out / "directory.jsonl")[0]["url"] == "packs/000001_1.js#0"
    unpack(str(out))
    assert sorted(path.name for path in (out / "packs").iterdir()) == ["000001.js", "notes.txt"]


def test_a_compile_id_called_packs_has_a_folder_of_its_own(tmp_path):
    (tmp_path / "t.jsonl").write_bytes(
        jsonl_entry("graph_dump", b"x", {"name": "000001"}, compile_id="packs")
    )
    eager = extract(tmp_path / "t.jsonl", tmp_path / "eager")
    extract(tmp_path / "t.jsonl", tmp_path / "lazy", lazy=True)
    assert not any(name.startswith("packs/") for name in eager)
    assert_same_tree(unpacked(tmp_path / "lazy"), eager)


def killed(command, when, out):
    """Start a command and kill it once a condition holds; true if it was still at work."""
    arguments = [sys.executable, "-m", "artifact_stream", *command]
    process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)
    while process.poll() is None and not when():
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def pack_reader(out):
    return PackReader(lambda path: (out / path).open("rb"))


def assert_no_lie(out):
    """Every line's file is there, whole, and every line's pack holds its payload."""
    lines = 0
    reader = pack_reader(out)
    for text in (out / "directory.jsonl").read_bytes().splitlines(keepends=True):
        if text.endswith(b"\n"):
            line = json.loads(text)
            lines += 1
            if line["lazy_loader"] is None:
                assert (out / line["url"]).stat().st_size == line["bytes"]
            else:
                assert len(json.loads(reader.read(line["url"]))) == line["bytes"]
    reader.close()
    return lines


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("packs", [1, 7, 20])
def test_a_killed_lazy_run_leaves_no_lie(jobs, packs, tmp_path):
    log, out = tmp_path / "t.log", tmp_path / "out"
    log.write_bytes(b"".join(graphs(40_000)))
    command = ["run", "--lazy", "-j", str(jobs), str(log), str(out)]
    assert killed(command, (out / "packs" / f"{packs:06}.js").exists, out)
    assert 0 <= assert_no_lie(out) < 40_000
    with pytest.raises(OutputUnusable, match="was interrupted"):
        unpack(str(out))
    log.write_bytes(b"".join(graphs(3)))
    run([str(log)], str(out), overwrite=True)
    assert not (out / "packs").exists()
    assert_same_tree(without_times(tree(out)), extract(log, tmp_path / "fresh"))


@pytest.mark.parametrize("stop", ["0_0_0/g5.txt", "1_0_0/inductor_output_code.html", "late"])
def test_unpacking_that_was_killed_is_finished_by_the_next(stop, tmp_path):
    log, out = tmp_path / "t.log", tmp_path / "out"
    code = raw_entry("inductor_output_code", b"x = 1  # y\n", frame_id=1, frame_compile_id=0)
    log.write_bytes(b"".join(graphs(2000, 10)) + code + b"".join(graphs(2000, 10)))
    eager = extract(log, tmp_path / "eager")
    extract(log, out, lazy=True)
    packs = len(list((out / "packs").iterdir()))

    def when():
        if stop == "late":
            return len(list(out.glob("packs/*.js"))) < packs
        return (out / stop).exists()

    was_at_work = killed(["unpack", str(out)], when, out)
    if stop != "late":
        assert was_at_work
        assert assert_no_lie(out) == 4001
        assert len(list((out / "packs").iterdir())) == packs
    # The last thing that an unpacking does is to say that nothing is packed any more.
    if was_at_work and json.loads((out / "format.json").read_bytes())["lazy"]:
        unpack(str(out))
    assert_same_tree(without_times(tree(out)), eager)


@pytest.mark.parametrize("name", ["new-index", "directory.jsonl", "summary.json", "000002.js"])
def test_unpacking_that_ends_at_any_step_is_finished_by_the_next(name, monkeypatch, tmp_path):
    """As if the process had ended just before a file is put into its place or removed."""
    log, out = tmp_path / "t.log", tmp_path / "out"
    log.write_bytes(b"".join(graphs(MAX_HELD + 50, 10)))
    eager = extract(log, tmp_path / "eager")
    extract(log, out, lazy=True)
    replace, rename, unlink = os.replace, os.rename, os.unlink

    class Ended(BaseException):
        pass

    def ends(function):
        def until(path, *more, **options):
            if name in os.path.basename(str(path)) or any(name in str(m) for m in more[:1]):
                raise Ended
            return function(path, *more, **options)

        return until

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", ends(replace))
        patch.setattr(os, "rename", ends(rename))
        patch.setattr(os, "unlink", ends(unlink))
        with pytest.raises(Ended):
            unpack(str(out), jobs=1)
    assert assert_no_lie(out) == MAX_HELD + 50
    assert_same_tree(unpacked(out), eager)


def test_overwrite_after_unpacking_was_killed_removes_all_of_it(tmp_path):
    log, out = tmp_path / "t.log", tmp_path / "out"
    log.write_bytes(b"".join(graphs(5000, 10)))
    extract(log, out, lazy=True)
    assert killed(["unpack", str(out)], (out / "0_0_0" / "g5.txt").exists, out)
    log.write_bytes(raw_entry("aot_joint_graph", b"other", frame_id=7, frame_compile_id=0))
    run([str(log)], str(out), overwrite=True)
    assert_same_tree(without_times(tree(out)), extract(log, tmp_path / "fresh"))


def test_what_is_no_lazy_output_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(OutputUnusable, match="was not made by artifact-stream"):
        unpack(str(tmp_path / "nothing"))
    (tmp_path / "t.log").write_bytes(b"".join(graphs(3)))
    extract(tmp_path / "t.log", tmp_path / "eager")
    before = tree(tmp_path / "eager")
    with pytest.raises(OutputUnusable, match="no lazy output"):
        unpack(str(tmp_path / "eager"))
    assert tree(tmp_path / "eager") == before
    extract(tmp_path / "t.log", tmp_path / "lazy", lazy=True)
    with pytest.raises(WrongUsage, match="jobs=0"):
        unpack(str(tmp_path / "lazy"), jobs=0)
    (tmp_path / "lazy" / "0_0_0").mkdir()
    (tmp_path / "lazy" / "0_0_0" / "g1.txt").write_text("mine")
    before = tree(tmp_path / "lazy")
    with pytest.raises(OutputUnusable, match=r"g1\.txt is in the way"):
        unpack(str(tmp_path / "lazy"))
    assert tree(tmp_path / "lazy") == before


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda pack: pack.unlink(), "cannot be read"),
        (lambda pack: pack.write_bytes(pack.read_bytes()[:-1500]), "holds no payload 1"),
        (lambda pack: pack.write_bytes(pack.read_bytes().replace(b"1 x", b"2 x")), "is not the"),
        (lambda pack: pack.write_bytes(b"x"), "is not one of a run"),
        (lambda pack: pack.write_bytes(pack.read_bytes().replace(b"2 x", b"\\x")), "decoded"),
    ],
)
def test_a_damaged_pack_is_named_and_nothing_is_removed(damage, message, tmp_path):
    (tmp_path / "t.log").write_bytes(b"".join(graphs(3)))
    eager = extract(tmp_path / "t.log", tmp_path / "eager")
    out = tmp_path / "lazy"
    extract(tmp_path / "t.log", out, lazy=True)
    pack = out / "packs" / "000001.js"
    whole = pack.read_bytes()
    damage(pack)
    index = (out / "directory.jsonl").read_bytes()
    with pytest.raises(InputUnusable, match=message):
        unpack(str(out))
    assert (out / "directory.jsonl").read_bytes() == index
    pack.write_bytes(whole)
    assert_same_tree(unpacked(out), eager)


def test_an_edited_index_leads_nowhere_outside(tmp_path):
    (tmp_path / "t.log").write_bytes(b"".join(graphs(1)))
    out = tmp_path / "lazy"
    extract(tmp_path / "t.log", out, lazy=True)
    index = (out / "directory.jsonl").read_text()
    for name in ("../../victim.txt", "/x/victim.txt", "..", ""):
        (out / "directory.jsonl").write_text(index.replace('"g0.txt"', json.dumps(name)))
        with pytest.raises(OutputUnusable, match="is no file name"):
            unpack(str(out))
    for url in ("../packs/000001.js#0", "packs/../x.js#0", "packs/000001.js", "packs/000001.js#x"):
        with pytest.raises(PackDamaged, match="no place in a pack"):
            pack_reader(out).read(url)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lazy", "t.log"]


def test_the_commands_say_what_they_did_and_what_is_wrong(tmp_path):
    (tmp_path / "t.log").write_bytes(b"".join(graphs(3)))
    out = str(tmp_path / "out")

    def command(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "artifact_stream", *arguments],
            capture_output=True,
            check=False,
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    assert command("run", "--lazy", str(tmp_path / "t.log"), out)[0] == 0
    code, shown, said = command("unpack", "--json", out)
    assert code == 0
    assert json.loads(shown)["files"] == 3
    assert "100%" in said
    assert f"open     {out}" in said
    code, shown, said = command("unpack", out)
    assert (code, shown) == (4, "")
    assert said == (
        f"error: {out} is no lazy output, so there is nothing to unpack: it has its files.\n"
    )


def test_a_prefix_of_the_log_is_enough(tmp_path):
    """The log of a killed job: the last payload is cut, flagged, and in the pack as it is."""
    whole = raw_entry("aot_joint_graph", b"class G:\n    pass\n" * 50, **FRAME_0)
    (tmp_path / "t.log").write_bytes(whole[:-100])
    assert whole.startswith(PREFIX.encode())
    eager = extract(tmp_path / "t.log", tmp_path / "eager")
    extract(tmp_path / "t.log", tmp_path / "lazy", lazy=True)
    (line,) = jsonl(tmp_path / "lazy" / "directory.jsonl")
    assert line["flags"] == ["payload_md5_mismatch"]
    assert jsonl(tmp_path / "lazy" / "problems.jsonl")[0]["slug"] == "payload_md5_mismatch"
    assert_same_tree(unpacked(tmp_path / "lazy"), eager)
