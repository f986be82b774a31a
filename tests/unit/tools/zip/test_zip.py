"""An output as one zip: all of it, the same each time, and true to itself when redacted."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from itertools import product
from time import process_time
from urllib.parse import unquote

import pytest
import xxhash

from artifact_stream.errors import OutputUnusable, WrongUsage
from artifact_stream.options import Options
from artifact_stream.output.packs import LAST_LINE, SEPARATOR, encode_payload, first_line
from artifact_stream.pipeline.run import run
from artifact_stream.tools.verify.outputs import verify
from artifact_stream.tools.zip import zip as zip_module
from artifact_stream.tools.zip.redacted_index import (
    ChangedFiles,
    Measured,
    SizeChanges,
    read_summary,
)
from artifact_stream.tools.zip.redacted_names import RedactedNames
from artifact_stream.tools.zip.redacted_packs import redacted_pack
from artifact_stream.tools.zip.redaction import Redactor
from tests.helpers.support import FRAME_0, raw_entry, tree

CODE = b"# /home/alice/model.py\nimport torch\n"
make_zip = zip_module.zip_output


@pytest.fixture(params=[False, True], ids=["eager", "lazy"])
def out(request, tmp_path):
    (tmp_path / "t.log").write_bytes(
        raw_entry("inductor_output_code", CODE, {"filename": "a.py"}, **FRAME_0)
        + raw_entry("aot_joint_graph", b"graph", **FRAME_0)
    )
    run([str(tmp_path / "t.log")], str(tmp_path / "out"), Options(lazy=request.param))
    return tmp_path / "out"


def members(path):
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def test_all_files_are_in_it_and_it_is_the_same_each_time(out, tmp_path):
    report = make_zip(str(out), str(tmp_path / "a.zip"))
    make_zip(str(out), str(tmp_path / "b.zip"))
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    made = members(tmp_path / "a.zip")
    assert set(made.values()) == set(tree(out).values())
    assert report.files == len(made) == len(tree(out))
    assert report.content_bytes == sum(map(len, made.values()))
    assert report.zip_bytes == (tmp_path / "a.zip").stat().st_size
    assert (report.left_out, report.replacements) == (0, 0)


def test_a_redacted_zip_is_an_output_that_is_true(out, tmp_path):
    report = make_zip(str(out), str(tmp_path / "a.zip"), redact=True)
    assert report.replacements > 0
    assert report.names == 1
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        file.extractall(tmp_path / "extracted")
    (extracted,) = [path.parent for path in (tmp_path / "extracted").rglob("format.json")]
    assert not [name for name, data in tree(extracted).items() if b"alice" in data]
    assert list(verify(str(extracted))) == []


def test_what_is_there_is_replaced_only_where_that_was_asked_for(out, tmp_path):
    target = tmp_path / "a.zip"
    make_zip(str(out), str(target))
    with pytest.raises(WrongUsage):
        make_zip(str(out), str(target))
    make_zip(str(out), str(target), overwrite=True)
    (tmp_path / "theirs").write_text("no zip")
    with pytest.raises(WrongUsage):
        make_zip(str(out), str(tmp_path / "theirs"), overwrite=True)
    assert (tmp_path / "theirs").read_text() == "no zip"


def test_no_part_of_a_zip_is_left_where_it_cannot_be_made(out, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(OutputUnusable):
        make_zip(str(tmp_path / "empty"), str(tmp_path / "a.zip"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "out", "t.log"]


@pytest.fixture
def redactor(tmp_path):
    made = Redactor(str(tmp_path))
    yield made
    made.close()


@pytest.fixture
def changed(tmp_path):
    made = ChangedFiles(str(tmp_path))
    yield made
    made.close()


def test_changed_files_are_known_by_path_and_payloads_by_place(changed):
    changed.add("x/a.txt", 5, xxhash.xxh3_128_digest(b"abcde"))
    changed.add_packed("packs/000001.js", 2, b"payload")
    assert changed.get("x/a.txt") == (5, f"xxh3_128:{xxhash.xxh3_128_hexdigest(b'abcde')}")
    assert changed.get_packed("packs/000001.js", 2) == (
        7, f"xxh3_128:{xxhash.xxh3_128_hexdigest(b'payload')}"
    )  # fmt: skip
    assert changed.get("x/b.txt") is None
    assert changed.get_packed("packs/000001.js", 1) is None
    assert changed.get("packs/000001.js") is None


def test_chunks_are_measured_while_they_pass():
    measured = Measured([b"ab", b"", b"cde"])
    assert b"".join(measured) == b"abcde"
    assert measured.size == 5
    assert measured.digest() == xxhash.xxh3_128_digest(b"abcde")


def test_all_texts_of_a_value_are_redacted_and_nothing_else(redactor, tmp_path):
    value = {"/home/alice/a": ["/home/alice/b", 1, None, {"x": "plain"}]}
    names = RedactedNames(redactor, str(tmp_path))
    redacted = names.value(value)
    assert "alice" not in json.dumps(redacted)
    ((key, (text, *rest)),) = redacted.items()
    assert rest == [1, None, {"x": "plain"}]
    assert key.removesuffix("/a") == text.removesuffix("/b")  # One name, one placeholder.
    assert names.path("0_0_0/plain.txt") == "0_0_0/plain.txt"


def test_a_pack_is_redacted_payload_by_payload(redactor, changed):
    payloads = [b"plain", b"/home/alice/x <&>", b"more"]
    text = first_line("000001") + SEPARATOR.join(map(encode_payload, payloads)) + LAST_LINE
    with tempfile.TemporaryFile() as file:
        file.write(text)
        file.seek(0)
        made = b"".join(redacted_pack("packs/000001.js", file, redactor, changed))
    lines = made.splitlines(keepends=True)
    assert lines[0] + lines[1] == first_line("000001") + encode_payload(b"plain") + SEPARATOR
    payload = json.loads(lines[2].rstrip(b",\n")).encode()
    assert b"alice" not in payload
    assert payload.endswith(b"/x <&>")
    assert b"<" not in lines[2]
    assert changed.get_packed("packs/000001.js", 1)[0] == len(payload)
    assert changed.get_packed("packs/000001.js", 0) is None
    assert b"".join(lines[3:]) == encode_payload(b"more") + LAST_LINE


def test_what_is_no_pack_is_left_at_its_start(redactor, changed):
    with tempfile.TemporaryFile() as file:
        file.write(b"alert(1)")
        file.seek(0)
        assert redacted_pack("packs/000001.js", file, redactor, changed) is None
        assert file.read() == b"alert(1)"


def test_sizes_change_by_type_and_in_all():
    changes = SizeChanges()
    changes.add("a", 5, ["a", "b"])
    changes.add("b", -7, ["a", "b"])
    changes.add("a", 1, ["a", "b"])
    assert changes.total == -1
    assert changes.by_type == {"a": 6, "b": -7}


@pytest.mark.parametrize("data", [b"", b"[]", b"3", b"\xff", b"[" * 100_000])
def test_what_is_no_summary_is_none(data):
    assert read_summary(data) is None


def test_what_is_nested_too_deep_to_be_redacted_is_left_out(out, tmp_path):
    index, summary = out / "directory.jsonl", out / "summary.json"
    nested = b"[" * 480 + b"]" * 480
    lines = index.read_bytes().splitlines(keepends=True)
    index.write_bytes(lines[0][:-2] + b',"later":' + nested + b"}\n" + b"".join(lines[1:]))
    summary.write_bytes(summary.read_bytes().rstrip()[:-1] + b',"later":' + nested + b"}")
    report = make_zip(str(out), str(tmp_path / "a.zip"), redact=True)
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        (name,) = [name for name in file.namelist() if name.endswith("directory.jsonl")]
        made = file.read(name).splitlines()
    assert len(made) + report.left_out >= len(lines)


def test_a_type_with_a_byte_that_is_no_utf8_keeps_the_summary(tmp_path):
    log = tmp_path / "t.log"
    log.write_bytes(raw_entry("caf\udce9", b"/home/alice/x", {"name": "a"}, **FRAME_0))
    run([str(log)], str(tmp_path / "out"))
    make_zip(str(tmp_path / "out"), str(tmp_path / "a.zip"), redact=True)
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        file.extractall(tmp_path / "extracted")
    (summary,) = (tmp_path / "extracted").rglob("summary.json")
    assert b"alice" not in summary.read_bytes()
    assert list(verify(str(summary.parent))) == []


def test_names_that_become_one_stay_two_and_the_index_is_true(tmp_path):
    """Folders of traces, files, types, compile ids: each is written in two ways."""
    for number, name in enumerate(("_home_caf\u00e9_m", "_home_caf%C3%A9_m")):
        (tmp_path / "logs" / name).mkdir(parents=True)
        code = b"# %d\n" % number
        (tmp_path / "logs" / name / "t.log").write_bytes(
            b"".join(
                raw_entry("graph_dump", code, {"name": written}, **FRAME_0)
                + raw_entry(f"/home/{written[6:]}/t", code, **FRAME_0)
                + raw_entry("inductor_output_code", code, {"filename": f"{written}.py"}, **FRAME_0)
                for written in ("_home_caf\u00e9_m", "_home_caf%C3%A9_m", "_home_svc$_m")
            )
        )
    run([str(tmp_path / "logs")], str(tmp_path / "out"))
    made = {}
    make_zip(str(tmp_path / "out"), str(tmp_path / "a.zip"), redact=True)
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        names = file.namelist()
        assert len({name.casefold() for name in names}) == len(names)
        file.extractall(tmp_path / "extracted")
    assert not [name for name in names if "caf" in name or "svc" in name]
    extracted = tmp_path / "extracted"
    assert len(list(extracted.rglob("directory.jsonl"))) == 2
    assert list(verify(str(extracted))) == []
    pages = list(extracted.rglob("inductor_output_code*.html"))
    assert len(pages) == 6
    for page in pages:
        made[page] = re.search(r'href="([^"]*)">Plain text', page.read_text())[1]
        assert (page.parent / unquote(made[page])).name == page.with_suffix(".txt").name
    summary = json.loads((extracted / "summary.json").read_text())
    assert len([name for name in summary["types"] if "/home/" in name]) == 3


def test_different_names_stay_different_and_the_same_the_same(redactor, tmp_path):
    names = RedactedNames(redactor, str(tmp_path))
    written = ["_home_caf\u00e9_x.txt", "_home_caf%C3%A9_x.txt", "_home_caf%c3%a9_x.txt",
               "_HOME_user1_x.txt", "_home_user1_x.txt", "_home_user1_x_1.txt"]  # fmt: skip
    made = [names.name(name) for name in written]
    assert [names.name(name) for name in written] == made
    assert len({name.casefold() for name in made}) == len(written)
    assert made[1] == "_home_user1_x_1.txt"
    value = names.value({"/home/caf\u00e9": 1, "/home/caf%C3%A9": 2})
    assert list(value.values()) == [1, 2]
    long = names.name("_home_bo_" + "x" * 242 + ".txt")
    assert len(long) == 255
    assert long.endswith(".txt")
    names.close()


def test_many_names_that_become_one_take_linear_time(redactor, tmp_path):
    names = RedactedNames(redactor, str(tmp_path))
    written = [f"_home_{name}_x" for name in map("".join, product(("%c3%a9", "%C3%A9"), repeat=10))]
    started = process_time()
    assert len({names.name(name) for name in written}) == len(written)
    assert process_time() - started < 5
    names.close()
