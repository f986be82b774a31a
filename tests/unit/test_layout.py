"""The layout of an output: its names, and where a trace has its place."""

from __future__ import annotations

import os

import pytest

from artifact_stream import layout
from artifact_stream.layout import (
    OWN_NAMES,
    ROOT,
    TraceFolder,
    is_report_file,
    list_file,
    name_of,
    outline_file,
    path_of,
    rows_file,
)
from artifact_stream.names import is_reserved


def test_a_trace_of_its_own_folder():
    folder = TraceFolder("rank_1")
    assert not folder.is_root
    assert folder.names == ["rank_1"]
    assert folder.staging == ["rank_1", ".artifact-stream"]
    assert folder.path("directory.jsonl") == "rank_1/directory.jsonl"
    assert (folder.up, folder.assets_url) == ("../", "../assets/")
    assert folder.title(["a.log", "b.log"]) == "rank_1"


def test_a_single_trace_is_in_the_output_folder_itself():
    assert TraceFolder() == TraceFolder(".") == ROOT
    assert ROOT.is_root
    assert ROOT.names == []
    assert ROOT.staging == [".artifact-stream"]
    assert ROOT.path("directory.jsonl") == "directory.jsonl"
    assert (ROOT.up, ROOT.assets_url) == ("", "assets/")
    assert ROOT.title(["a.log", "b.log"]) == "a.log"


@pytest.mark.parametrize("folder", [ROOT, TraceFolder("a"), TraceFolder("a/b")])
def test_the_output_folder_is_found_again(folder):
    out = os.path.join("some", "out")
    assert folder.out_of(folder.below(out)) == out
    assert folder.path("x").split("/") == [*folder.names, "x"]


def test_folders_are_told_apart_by_name_alone():
    assert {TraceFolder("a"): 1, ROOT: 2} == {ROOT: 2, TraceFolder("a"): 1}


def test_no_artifact_gets_a_name_of_ours():
    assert all(is_reserved(name) for name in OWN_NAMES)


def test_report_files_are_known_by_name_complete_or_not():
    names = ["head.js", "worth.js", "traces.js", rows_file(0), outline_file(12), list_file(1)]
    assert all(is_report_file(name) and is_report_file(f"{name}.part") for name in names)
    others = ["head.jsx", "rows-.js", "rows-1.html", "list-1.js", "notes.txt", "head.js.part.part"]
    assert not any(is_report_file(name) for name in others)


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "euc-jp", "utf-8"])
def test_names_are_utf_8_whatever_the_locale(encoding, monkeypatch):
    def encode(path):
        return path.encode(encoding, "surrogateescape")

    monkeypatch.setattr(layout, "_PATHS_ARE_UTF_8", encoding == "utf-8")
    monkeypatch.setattr(os, "fsencode", encode)
    monkeypatch.setattr(os, "fsdecode", lambda path: path.decode(encoding, "surrogateescape"))
    for name in ["rank_0", "na\xefve.txt", "漢字", "\N{EURO SIGN}", "byte \udcff"]:
        assert encode(path_of(name)) == name.encode("utf-8", "surrogateescape")
        assert name_of(path_of(name)) == name
    if encoding != "utf-8":
        with pytest.raises(UnicodeEncodeError):
            path_of("\ud800")
