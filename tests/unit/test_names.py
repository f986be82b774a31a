"""Names from traces: hostile until made safe, never outside OUT, never lost."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from artifact_stream import run
from artifact_stream.layout import OWN_NAMES
from artifact_stream.names import (
    collision_key,
    is_reserved,
    numbered_name,
    safe_folder_name,
    safe_name,
)
from tests.helpers.support import FRAME_0, jsonl, jsonl_entry, raw_entry, tree

HOSTILE = [
    "../../x", "/abs/x", "a/b", "C:\\x", "a" * 300, "é" * 300, "nul\0byte", "..", ".", "CON",
    "con.txt", "index.html", "directory.jsonl", "assets", "x.", "x ", " ", "-rf", "~", "a\nb",
    "\u202egpj.exe", "<script>alert(1)</script>", "%2e%2e%2fx", "\udc80", "COM¹", "a:b", "*?",
    "name", "NAME", "Name", "cafe\u0301", "caf\u00e9", "\U0001f600", "#L12", "a?b#c", "'\"",
    ".artifact-stream", "summary.json", "x_1", "x", "x", "x",
]  # fmt: skip


def is_safe(name: str) -> bool:
    return (
        name not in ("", ".", "..")
        and len(name.encode()) <= 255
        and not any(c in '<>:"/\\|?*' or ord(c) < 32 for c in name)
        and not name.endswith((" ", "."))
        and not name.startswith(".")
        and not is_reserved(name)
    )


@settings(max_examples=500)
@given(st.text(st.characters(codec=None), max_size=300), st.sampled_from(["", ".txt", ".html"]))
@example("con", "")
@example("COM1.x", ".txt")
@example("index", ".html")
@example(". .", "")
@example("\ud800" * 300, ".txt")
def test_any_name_becomes_one_safe_component(name, suffix):
    safe = safe_name(name, suffix)
    assert is_safe(safe), safe
    assert safe.endswith(suffix)
    assert safe_name(name, suffix) == safe
    assert safe_name(safe.removesuffix(suffix) if suffix else safe, suffix) == safe
    stem = safe.removesuffix(suffix)
    for number in (1, 12345):
        assert is_safe(numbered_name(stem, number, suffix))
    assert is_safe(safe_folder_name(name))


@given(st.text(alphabet="ab/\\:._-!0 ", max_size=6), st.text(alphabet="ab/\\:._-!0 ", max_size=6))
def test_different_compile_ids_have_different_folders(first, second):
    if collision_key(first) != collision_key(second):
        assert safe_folder_name(first) != safe_folder_name(second)


# Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt), and what is blank besides.
IGNORABLE = [
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF), (0x2800, 0x2800), (0x16FE4, 0x16FE4),
    (0x1D159, 0x1D159),
]  # fmt: skip
# Format characters that have a shape: they stand around or before numbers.
SHOWN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}


def test_no_character_that_cannot_be_seen_is_kept():
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")
    invisible = {n for first, last in IGNORABLE for n in range(first, last + 1)}
    invisible |= {n for n in range(0x110000) if unicodedata.category(chr(n)) in kinds}
    invisible -= {ord(" "), *SHOWN}
    kept = [f"U+{n:04X}" for n in sorted(invisible) if safe_name(f"a{chr(n)}b") != "a_b"]
    assert kept == []
    letters = "aä漢語א😀न\u0300 .~'()[]{}€"
    assert safe_name(letters) == letters


@pytest.mark.parametrize(
    "invisible", ["\xad", "\u034f", "\u3164", "\ufe0f", "\U000e0001", "\u2800"]
)
def test_two_names_never_look_the_same(invisible, tmp_path):
    data = b"".join(
        jsonl_entry("graph_dump", b"x", {"name": name}, compile_id=key)
        for key in ("c", f"c{invisible}")
        for name in ("g", f"g{invisible}")
    )
    (tmp_path / "t.jsonl").write_bytes(data)
    run([str(tmp_path / "t.jsonl")], str(tmp_path / "out"))
    urls = [line["url"] for line in jsonl(tmp_path / "out" / "directory.jsonl")]
    assert len(urls) == len(set(urls)) == 4
    assert all("%" not in url.replace("%7E", "~") for url in urls)


@pytest.mark.parametrize("name", ["0_0_0", "!1_-_-_-", "graph", "fx_graph.runnable", "[0/0]"[1:2]])
def test_ordinary_names_are_not_changed(name):
    assert safe_name(name, ".txt") == name + ".txt"
    assert safe_folder_name(name) == name


def check_everything_is_inside(out: Path, entries: int) -> list[dict]:
    """Every index line has its own file inside `out`, and there is no other file."""
    index = jsonl(out / "directory.jsonl")
    assert len(index) == entries
    paths = []
    for line in index:
        for url in filter(None, (line["url"], line.get("text_url"))):
            path = out / unquote(url)
            assert path.resolve().is_relative_to(out.resolve())
            assert path.is_file()
            paths.append(unquote(url))
        assert (out / unquote(line["url"])).stat().st_size == line["bytes"]
    assert len({collision_key(path) for path in paths}) == len(paths)
    folders = ("assets/", "report/")
    own = {name for name in tree(out) if name in OWN_NAMES or name.startswith(folders)}
    assert set(tree(out)) == own | set(paths)
    return index


@pytest.mark.parametrize("entry_type", ["graph_dump", "artifact", "dump_file"])
def test_hostile_names_are_written_inside_and_listed_as_they_were(entry_type, tmp_path):
    data = b"".join(
        raw_entry(entry_type, name.encode("utf-8", "replace"), {"name": name}, **FRAME_0)
        for name in HOSTILE
    )
    (tmp_path / "t.log").write_bytes(data)
    out = tmp_path / "deep" / "er" / "out"
    before = set(os.listdir(tmp_path))
    run([str(tmp_path / "t.log")], str(out))
    assert set(os.listdir(tmp_path)) == before | {"deep"}
    index = check_everything_is_inside(out, len(HOSTILE))
    for line, name in zip(index, HOSTILE, strict=True):
        stem = line["name"].rpartition(".")[0]
        assert name == line.get("original_name", stem)
        text = line.get("text_url") or line["url"]
        assert (out / unquote(text)).read_bytes() == name.encode("utf-8", "replace")


def test_hostile_compile_ids_and_types_are_written_inside(tmp_path):
    ids = [*HOSTILE, "__global__", "dump_file", "0_0_0", "unknown"]
    data = b"".join(jsonl_entry("graph_dump", b"x", {"name": "g"}, compile_id=key) for key in ids)
    data += b"".join(jsonl_entry(f"{name}_", b"x") for name in HOSTILE)
    (tmp_path / "t.jsonl").write_bytes(data)
    run([str(tmp_path / "t.jsonl")], str(tmp_path / "out"))
    index = check_everything_is_inside(tmp_path / "out", len(ids) + len(HOSTILE))
    expected = [f"_{key}" if key == "__global__" else key for key in ids]  # It is ours.
    assert [line["compile_id"] for line in index[: len(ids)]] == expected


def test_repeats_are_numbered_in_order_of_arrival(tmp_path):
    names = ["g", "g_1", "g", "g", "G", "g_2"]
    data = b"".join(
        raw_entry("graph_dump", str(number).encode(), {"name": name}, **FRAME_0)
        for number, name in enumerate(names)
    )
    (tmp_path / "t.log").write_bytes(data)
    run([str(tmp_path / "t.log")], str(tmp_path / "out"))
    index = jsonl(tmp_path / "out" / "directory.jsonl")
    assert [line["name"] for line in index] == [
        "g.txt", "g_1.txt", "g_2.txt", "g_3.txt", "G_4.txt", "g_2_1.txt",
    ]  # fmt: skip


def test_trace_folders_are_safe_and_distinct(tmp_path):
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
    names = ["a/assets.log", "b/assets.log", "a/x_rank_3_q.log", "b/y_rank_3_q.log", "c/CON.log"]
    for name in names:
        (tmp_path / name).write_bytes(raw_entry("aot_joint_graph", name.encode()))
    summary = run([str(tmp_path / f) for f in ("a", "b", "c")], str(tmp_path / "out"))
    folders = sorted(trace.folder for trace in summary.traces)
    assert len(folders) == 5
    assert {"a/rank_3", "b/rank_3"} < set(folders)
    assert all(is_safe(part) for folder in folders for part in folder.split("/"))


def test_compile_ids_made_to_be_others(tmp_path):
    """One is called as dump files are, and one as the folder of another that is not safe."""
    folder = safe_folder_name("a?b")
    lines = [
        jsonl_entry("dump_file", b"dump", {"name": "d"}),
        jsonl_entry("graph_dump", b"of a log", {"name": "g"}, compile_id="__global__"),
        jsonl_entry("graph_dump", b"first", {"name": "g"}, compile_id="a?b"),
        jsonl_entry("graph_dump", b"second", {"name": "g"}, compile_id=folder),
    ]
    (tmp_path / "t.jsonl").write_bytes(b"".join(lines))
    run([str(tmp_path / "t.jsonl")], str(tmp_path / "out"))
    check_everything_is_inside(tmp_path / "out", 4)
    listed = json.loads((tmp_path / "out" / "compile_directory.json").read_bytes())
    found = {key: [a["url"] for a in group["artifacts"]] for key, group in listed.items()}
    assert found == {
        "__global__": ["dump_file/d.html"],
        "___global__": ["___global__/g.txt"],
        "a?b": [f"{folder}/g.txt"],
        folder: [f"{folder}/g_1.txt"],
    }
