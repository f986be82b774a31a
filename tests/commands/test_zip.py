"""`pack`: what is in the zip, that it is the same each time, and that it is true when redacted."""

from __future__ import annotations

import glob
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import xxhash

from artifact_stream import Options, OutputUnusable, WrongUsage, run, unpack
from artifact_stream.tools.verify.outputs import Verified, verify
from artifact_stream.tools.zip.zip import zip_output
from tests.helpers.edited_output import restate
from tests.helpers.support import (
    FRAME_0,
    TRACES,
    assert_same_tree,
    jsonl,
    jsonl_entry,
    raw_entry,
    tree,
)

COMMAND = [sys.executable, "-m", "artifact_stream"]
CODE = rb"""
# C:\Users\alice\x, /home/alice/y and /home/bob/z
a = "C:\\Users\\alice\\x"
b = '/tmp/torchinductor_alice/ab/cab.py'
"""
SECRETS = re.compile(rb"alice|b\\?o\\?b\b|andr")


def private_log() -> bytes:
    """A trace with names of people wherever a trace can hold them."""
    return (
        raw_entry("inductor_output_code", CODE, {"filename": "/home/alice/cab.py"}, **FRAME_0)
        + raw_entry("graph_dump", CODE, {"name": "/home/alice/model"}, **FRAME_0) * 2
        + raw_entry("graph_dump", b"x", {"name": "/home/andr\u00e9/model #?"}, **FRAME_0)
        + raw_entry("graph_dump", b"no names", {"name": "g"}, **FRAME_0)
        + raw_entry(
            "artifact",
            json.dumps({"path": "C:\\Users\\alice\\x", "url": "file:///home/alice"}).encode(),
            {"name": "j", "encoding": "json"},
            **FRAME_0,
        )
        + raw_entry("link", None, {"name": "/home/bob/", "url": "https://x/?p=%2Fhome%2Fbob%2F"})
        + raw_entry("dump_file", CODE, {"name": "/tmp/torchinductor_alice/d.py"})
        + raw_entry("/home/alice/type", CODE, **FRAME_0)
        + b"not an entry: C:\\Users\\alice\\x /home/bob\n"
        + jsonl_entry("x", b"y")
    )


@pytest.fixture
def out(tmp_path) -> Path:
    source = tmp_path / "home" / "alice"
    source.mkdir(parents=True)
    (source / "t.log").write_bytes(private_log())
    run([str(source / "t.log")], str(tmp_path / "out"))
    return tmp_path / "out"


def unpacked(path: Path) -> Path:
    folder = path.with_suffix("")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(set(names)) == len(names)
        archive.extractall(folder)
    return folder


def test_the_zip_holds_the_output(out, tmp_path):
    report = zip_output(str(out), str(tmp_path / "r.zip"))
    assert_same_tree(tree(unpacked(tmp_path / "r.zip")), tree(out))
    assert report.files == len(tree(out))
    assert report.content_bytes == sum(map(len, tree(out).values()))
    assert report.zip_bytes == (tmp_path / "r.zip").stat().st_size
    assert (report.left_out, report.replacements, report.names) == (0, 0, 0)


@pytest.mark.parametrize("redact", [False, True])
def test_the_same_output_gives_the_same_zip(out, tmp_path, redact):
    zip_output(str(out), str(tmp_path / "a.zip"), redact=redact)
    for path in out.rglob("*"):
        os.utime(path, (1, 1))
    zip_output(str(out), str(tmp_path / "b.zip"), redact=redact)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        listed = [name for name in archive.namelist() if name.startswith("0_0_0/")]
    assert redact or listed == sorted(listed)


@pytest.mark.parametrize("redact", [False, True])
def test_only_what_a_run_made_is_packed(out, tmp_path, redact):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    zip_output(str(out), str(tmp_path / "before.zip"), redact=redact)
    (out / "mine.txt").write_text("secret")
    (out / "0_0_0" / "mine.txt").write_text("secret")
    (out / "0_0_0" / "link.txt").symlink_to(secret)
    (out / ".artifact-stream").mkdir()
    (out / ".artifact-stream" / "pending").write_text("secret")
    zip_output(str(out), str(tmp_path / "after.zip"), redact=redact)
    assert (tmp_path / "before.zip").read_bytes() == (tmp_path / "after.zip").read_bytes()
    with open(out / "directory.jsonl", "ab") as index:
        for url in ("../secret.txt", "0_0_0/link.txt", "%2e%2e/secret.txt", str(secret), "x/y",
                    "0_0_0/../../secret.txt", "directory.jsonl", "0_0_0/g.txt"):  # fmt: skip
            line = {"compile_id": "x", "name": "n", "url": url, "type": "t", "rank": None}
            line |= {"bytes": 6, "lazy_loader": None, "line": 1}
            index.write(json.dumps(line).encode() + b"\n")
    report = zip_output(str(out), str(tmp_path / "edited.zip"), redact=redact)
    assert report.left_out == 6
    made = unpacked(tmp_path / "edited.zip")
    assert set(tree(made)) == set(tree(unpacked(tmp_path / "before.zip")))
    assert not any(data == b"secret" for data in tree(made).values())


def test_a_listed_file_that_has_become_a_link_is_left_out(out, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (out / "0_0_0" / "g.txt").unlink()
    (out / "0_0_0" / "g.txt").symlink_to(tmp_path / "secret.txt")
    (out / "dump_file").rename(tmp_path / "dump")
    (out / "dump_file").symlink_to(tmp_path / "dump")
    report = zip_output(str(out), str(tmp_path / "r.zip"))
    assert report.left_out == 3
    assert "0_0_0/g.txt" not in tree(unpacked(tmp_path / "r.zip"))


def test_redacted_there_is_no_name_left_and_the_index_is_true(out, tmp_path):
    report = zip_output(str(out), str(tmp_path / "r.zip"), redact=True)
    made = unpacked(tmp_path / "r.zip")
    for name, data in tree(made).items():
        assert not SECRETS.search(data), (name, SECRETS.search(data))
        assert not SECRETS.search(name.encode())
    assert list(verify(str(made))) == []
    assert report.files == len(tree(out)) == len(tree(made))
    assert report.replacements > 20
    index = jsonl(made / "directory.jsonl")
    placeholder = re.search(r"/home/(user\d)/model", index[1]["original_name"])[1]
    assert [line["name"] for line in index[1:3]] == [
        f"_home_{placeholder}_model.txt", f"_home_{placeholder}_model_1.txt",
    ]  # fmt: skip
    text = (made / index[0]["text_url"]).read_text()
    assert f"/home/{placeholder}/y" in text
    assert f'"C:\\\\Users\\\\{placeholder}\\\\x"' in text
    assert f"torchinductor_{placeholder}/ab" in text
    document = json.loads((made / "0_0_0" / "j.json").read_bytes())
    assert document == {
        "path": f"C:\\Users\\{placeholder}\\x", "url": f"file:///home/{placeholder}",
    }  # fmt: skip
    assert (made / "0_0_0" / "g.txt").read_bytes() == b"no names"
    summary = json.loads((made / "summary.json").read_bytes())
    assert summary["arguments"]["sources"][0].endswith(f"/home/{placeholder}/t.log")
    assert summary["written_bytes"] == sum(
        (line["bytes"] or 0) + line.get("text_bytes", 0) for line in index
    )
    for name, counts in summary["types"].items():
        assert counts["written_bytes"] == sum(
            (line["bytes"] or 0) + line.get("text_bytes", 0)
            for line in index
            if line["type"] == name
        )


def test_links_of_a_redacted_output_lead_somewhere(out, tmp_path):
    zip_output(str(out), str(tmp_path / "r.zip"), redact=True)
    made = unpacked(tmp_path / "r.zip")
    followed = 0
    for page in made.rglob("*.html"):
        for url in re.findall(r'(?:href|src)="([^"]+)"', page.read_text(encoding="utf-8")):
            parts = urlsplit(url)
            if not parts.scheme and parts.path:
                assert (page.parent / unquote(parts.path)).exists(), (page, url)
                followed += 1
    assert followed > 20


def test_the_report_of_a_redacted_output_has_the_sizes_of_its_files(out, tmp_path):
    zip_output(str(out), str(tmp_path / "r.zip"), redact=True)
    made = unpacked(tmp_path / "r.zip")
    sizes = {line["name"]: line["bytes"] for line in jsonl(made / "directory.jsonl")}
    rows = (made / "report" / "rows-0.js").read_text(encoding="utf-8")
    listed = re.findall(r'^\["([^"]+)",\d+,(\d+),', rows, re.MULTILINE)
    assert len(listed) > 5
    for name, size in listed:
        assert sizes[name] == int(size)
        if not name.endswith(".html"):
            assert sizes[name] == next(made.rglob(glob.escape(name))).stat().st_size
    before = (out / "report" / "rows-0.js").read_text(encoding="utf-8")
    assert re.findall(r",\d+,(\d+),", rows) != re.findall(r",\d+,(\d+),", before)


@pytest.mark.parametrize("folder", ["../../outside", "/tmp/outside", 5, "a"])
def test_an_edited_summary_leads_nowhere_outside(out, tmp_path, folder):
    summary = json.loads((out / "summary.json").read_bytes())
    summary["traces"][0]["folder"] = folder
    (out / "summary.json").write_text(json.dumps(summary))
    zip_output(str(out), str(tmp_path / "zips.zip"), redact=True)
    assert not (tmp_path / "outside").exists()
    assert not list(tmp_path.glob(".artifact-stream-*"))


def test_digests_are_those_of_the_redacted_files(out, tmp_path):
    def digest(data: bytes) -> str:
        return f"xxh3_128:{xxhash.xxh3_128(data).hexdigest()}"

    lines = jsonl(out / "directory.jsonl")
    for line in lines:
        if line["bytes"] is not None:
            line["digest"] = digest((out / unquote(line["url"])).read_bytes())
        if "text_url" in line:
            line["text_digest"] = digest((out / unquote(line["text_url"])).read_bytes())
    (out / "directory.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    restate(out)
    assert list(verify(str(out))) == []
    zip_output(str(out), str(tmp_path / "r.zip"), redact=True)
    made = unpacked(tmp_path / "r.zip")
    assert list(verify(str(made))) == []
    before = {line["line"]: line.get("digest") for line in lines}
    changed = [x for x in jsonl(made / "directory.jsonl") if x.get("digest") != before[x["line"]]]
    assert len(changed) >= 4


def test_a_redacted_lazy_output_is_true_and_can_be_unpacked(out, tmp_path):
    source = tmp_path / "home" / "alice" / "t.log"
    run([str(source)], str(tmp_path / "lazy"), Options(lazy=True))
    report = zip_output(str(tmp_path / "lazy"), str(tmp_path / "z.zip"), redact=True)
    assert report.left_out == 0
    made = unpacked(tmp_path / "z.zip")
    for name, data in tree(made).items():
        assert not SECRETS.search(data), (name, SECRETS.search(data))
    verified = Verified()
    assert list(verify(str(made), verified)) == []
    packed = [x for x in jsonl(made / "directory.jsonl") if x["lazy_loader"] is not None]
    lines = jsonl(made / "directory.jsonl")
    assert verified.digests == sum(("digest" in x) + ("text_digest" in x) for x in lines)
    summary = json.loads((made / "summary.json").read_bytes())
    for name in ("graph_dump", "inductor_output_code"):
        written_bytes = sum(line["bytes"] for line in packed if line["type"] == name)
        assert summary["types"][name]["written_bytes"] == written_bytes
    unpack(str(made))
    assert list(verify(str(made))) == []
    # What is redacted where it is packed is what is redacted where it is a file.
    zip_output(str(out), str(tmp_path / "eager.zip"), redact=True)
    files, eager = (
        {
            re.sub(r"user\d", "user", name): re.sub(rb"user\d", b"user", data)
            for name, data in tree(folder).items()
            if name.startswith("0_0_0/")
        }
        for folder in (made, unpacked(tmp_path / "eager.zip"))
    )
    assert files == eager
    assert len(files) > 6


@pytest.mark.parametrize("redact", [False, True])
def test_an_edited_index_puts_nothing_from_outside_into_the_report(out, tmp_path, redact):
    """The report shows the beginning of files of graph breaks."""
    (tmp_path / "secret.txt").write_text("thesecret")
    lines = [json.dumps({"compile_id": "0_0_0", "name": "dynamo_graph_break_reason.txt",
                         "url": url, "type": "artifact", "rank": None, "bytes": 9,
                         "lazy_loader": None, "line": 1})
             for url in ("../secret.txt", "../../../secret.txt", str(tmp_path / "secret.txt"),
                         "../../secret.txt", "../../../../secret.txt")]  # fmt: skip
    with open(out / "directory.jsonl", "a") as index:
        index.write("".join(line + "\n" for line in lines))
    restate(out)
    zip_output(str(out), str(tmp_path / "r.zip"), redact=redact)
    made = unpacked(tmp_path / "r.zip")
    assert not any(b"thesecret" in data for data in tree(made).values())
    assert list(verify(str(out)))


def test_a_damaged_pack_is_redacted_as_text(out, tmp_path):
    source = tmp_path / "home" / "alice" / "t.log"
    run([str(source)], str(tmp_path / "lazy"), Options(lazy=True))
    damaged = tmp_path / "lazy" / "packs" / "000001.js"
    damaged.write_bytes(damaged.read_bytes()[:-9])
    zip_output(str(tmp_path / "lazy"), str(tmp_path / "z.zip"), redact=True)
    made = unpacked(tmp_path / "z.zip")
    assert not any(SECRETS.search(data) for data in tree(made).values())
    assert "damaged_pack" in [finding.slug for finding in verify(str(made))]


@pytest.mark.slow
@pytest.mark.parametrize("options", [Options(), Options(plain_text=True), Options(lazy=True)])
@pytest.mark.parametrize("trace", ["ddp", "training", "graph_breaks", "compile_error"])
def test_redacted_real_traces_are_true(tmp_path, trace, options):
    run([str(TRACES / trace)], str(tmp_path / "out"), options)
    assert zip_output(str(tmp_path / "out"), str(tmp_path / "r.zip"), redact=True).left_out == 0
    assert list(verify(str(unpacked(tmp_path / "r.zip")))) == []


def test_a_trace_whose_folders_hold_names(tmp_path):
    for name in ("_home_alice_x.log", "zz.log"):
        (tmp_path / name).write_bytes(
            jsonl_entry("graph_dump", CODE, {"name": "g"}, compile_id="/home/alice/0")
            + jsonl_entry("graph_dump", CODE, {"name": "g"}, compile_id="home")
        )
    run([str(tmp_path / "_home_alice_x.log"), str(tmp_path / "zz.log")], str(tmp_path / "out"))
    zip_output(str(tmp_path / "out"), str(tmp_path / "r.zip"), redact=True)
    made = unpacked(tmp_path / "r.zip")
    assert list(verify(str(made))) == []
    assert sorted(path.name for path in made.iterdir() if path.is_dir()) == [
        "_home_user1_x", "assets", "report", "zz",
    ]  # fmt: skip
    assert not any(b"alice" in data for data in tree(made).values())


def test_an_output_of_a_killed_run_and_broken_lines(out, tmp_path):
    for name in ("summary.json", "compile_directory.json", "index.html"):
        (out / name).unlink()
    with open(out / "directory.jsonl", "ab") as index:
        index.write(b'{"torn /home/alice')
    for redact in (False, True):
        path = tmp_path / f"r{redact}.zip"
        report = zip_output(str(out), str(path), redact=redact)
        assert report.left_out == 3 + redact
        made = tree(unpacked(path))
        assert "directory.jsonl" in made
        assert "compile_directory.json" not in made
        assert (b"alice" in made["directory.jsonl"]) is not redact


def test_an_existing_zip_is_refused_and_replaced_when_asked(out, tmp_path):
    path = tmp_path / "r.zip"
    zip_output(str(out), str(path))
    before = path.read_bytes()
    with pytest.raises(WrongUsage, match="give overwrite=True to replace it"):
        zip_output(str(out), str(path), redact=True)
    assert path.read_bytes() == before
    zip_output(str(out), str(path), redact=True, overwrite=True)
    assert path.read_bytes() != before
    path.write_bytes(b"thesis")
    with pytest.raises(WrongUsage, match="is no zip file that artifact-stream has made"):
        zip_output(str(out), str(path), overwrite=True)
    assert path.read_bytes() == b"thesis"
    path.unlink()
    with zipfile.ZipFile(path, "w") as theirs:
        theirs.writestr("word/document.xml", "years of work")
        theirs.comment = b"A thesis"
    thesis = path.read_bytes()
    with pytest.raises(WrongUsage, match="is no zip file that artifact-stream has made"):
        zip_output(str(out), str(path), overwrite=True)
    assert path.read_bytes() == thesis
    with pytest.raises(WrongUsage, match="is no zip file that artifact-stream has made"):
        zip_output(str(out), str(out), overwrite=True)


def test_nothing_is_left_when_it_fails(out, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("artifact_stream.tools.zip.zip_writer.ZipWriter.close", full)
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(OutputUnusable, match="No space left on device"):
        zip_output(str(out), str(tmp_path / "r.zip"), redact=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_kill_leaves_nothing_for_ever_and_files_of_others_stay(out, tmp_path):
    """Whoever asks it to end, by SIGTERM, waits until it has tidied up."""
    theirs = tmp_path / "r.zip.part"
    theirs.write_text("theirs")
    before = sorted(path.name for path in tmp_path.iterdir())
    for name, code in (("SIGKILL", -9), ("SIGTERM", 143)):
        killing = f"""
import os, signal
from artifact_stream.cli import app
from artifact_stream.tools.zip.zip_writer import ZipWriter
ZipWriter.add = lambda *_: os.kill(os.getpid(), signal.{name})
app(["zip", {str(out)!r}, {str(tmp_path / "r.zip")!r}])
"""
        done = subprocess.run([sys.executable, "-c", killing], capture_output=True, check=False)
        assert done.returncode == code, done.stderr
    assert b"Interrupted" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    zip_output(str(out), str(tmp_path / "r.zip"))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*before, "r.zip"])
    assert theirs.read_text() == "theirs"


def test_a_folder_that_no_run_made(tmp_path):
    (tmp_path / "x").write_text("x")
    with pytest.raises(OutputUnusable, match="is no output of artifact-stream"):
        zip_output(str(tmp_path), str(tmp_path / "r.zip"))


def command(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, check=False)


@pytest.mark.slow
def test_the_command(out, tmp_path):
    done = command("zip", out, tmp_path / "r.zip")
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"warning: it contains the code of the model" in done.stderr
    assert b"Redacted" not in done.stderr
    done = command("zip", out, tmp_path / "r.zip")
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: ")
    assert done.stderr.count(b"\n") == 1
    (out / "0_0_0" / "g.txt").unlink()
    done = command("zip", out, tmp_path / "r.zip", "--redact", "--overwrite")
    assert done.returncode == 0
    assert re.search(rb"Redacted: \d+ places, \d different names", done.stderr)
    assert b"best effort" in done.stderr
    assert b"warning: 1 file" in done.stderr
    assert command("zip", tmp_path / "no", tmp_path / "x.zip").returncode == 4
    assert command("zip", out, tmp_path / "no" / "x.zip").returncode == 4
    assert command("zip", out).returncode == 2


def test_its_former_name_does_the_same_and_says_so(out, tmp_path):
    done = command("pack", out, tmp_path / "former.zip", "--redact")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.startswith(b"warning: `artifact-stream pack` is called `artifact-stream zip")
    assert command("zip", out, tmp_path / "r.zip", "--redact").returncode == 0
    assert (tmp_path / "former.zip").read_bytes() == (tmp_path / "r.zip").read_bytes()
    shown = command("--help").stdout.decode()
    assert "zip" in shown
    assert not re.search(r"^\W*pack\b", shown, re.MULTILINE)
