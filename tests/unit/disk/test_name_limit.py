"""How long names may be: asked of the disk, and kept to."""

from __future__ import annotations

import json

import pytest

from artifact_stream import Options, run, unpack, verify
from artifact_stream.disk.directories import Directory
from artifact_stream.disk.name_limit import max_name_bytes, max_name_bytes_below
from artifact_stream.names import MAX_NAME_BYTES
from tests.helpers.short_names import MOST_BYTES, limit_names
from tests.helpers.support import jsonl_entry, tree

LONG = "é" * 100
NAMES = ["g", LONG, f"{LONG}2", "x" * 300, "y" * (MOST_BYTES - 4)]


@pytest.fixture
def source(tmp_path):
    """Two traces of long names, in the folders of a short and of a long compile id."""
    lines = [
        jsonl_entry(kind, f"{key}{name}".encode(), {"name": name}, compile_id=key)
        for key in ("0_0_0", "k" * 200, "é" * 100)
        for name in NAMES
        for kind in ("graph_dump", "artifact", "dump_file")
    ]
    (tmp_path / "in").mkdir()
    for number, name in enumerate(("a" * MOST_BYTES, f"{'a' * (MOST_BYTES - 5)}.log")):
        (tmp_path / "in" / name).write_bytes(b"".join(lines) + b"\n" * number)
    return str(tmp_path / "in")


def listed(out):
    """The artifacts of all traces: trace, compile id and name."""
    found = []
    for index in sorted(out.glob("*/compile_directory.json")):
        groups = json.loads(index.read_bytes()).items()
        found += [(index.parent.name, key, a["name"]) for key, g in groups for a in g["artifacts"]]
    assert len(found) == len(set(found)) == 2 * 3 * len(NAMES) * 3
    return found


def payloads(out):
    """What all texts hold that one of the compile ids made."""
    return sorted(data for data in tree(out).values() if data.startswith(b"kkk"))


def test_an_ordinary_disk_takes_what_we_make(tmp_path):
    with Directory.at(str(tmp_path)) as folder:
        assert max_name_bytes(folder) == MAX_NAME_BYTES
        (tmp_path / ("x" * 255)).write_bytes(b"")
        assert max_name_bytes(folder) == MAX_NAME_BYTES
    assert max_name_bytes_below(str(tmp_path / "not" / "there")) == MAX_NAME_BYTES


def test_a_disk_of_short_names(tmp_path, monkeypatch):
    limit_names(monkeypatch)
    with Directory.at(str(tmp_path)) as folder:
        assert max_name_bytes(folder) == MOST_BYTES
        assert folder.status("x" * 200) is None
        folder.remove_file("x" * 200)
        with pytest.raises(FileNotFoundError):
            folder.folder("x" * 200)
    assert max_name_bytes_below(str(tmp_path / "not" / "there")) == MOST_BYTES
    assert max_name_bytes_below(str(tmp_path / ("x" * 200))) == MOST_BYTES


def test_long_names_cost_nothing_on_a_disk_of_short_ones(source, tmp_path, monkeypatch):
    ordinary, out, lazy = (tmp_path / name for name in ("ordinary", "out", "lazy"))
    run([source], str(ordinary), jobs=1)
    limit_names(monkeypatch)
    summary = run([source], str(out), jobs=1)
    assert (summary.counts.entries_written, summary.counts.problem_count) == (90, 0)
    names = [name for path in tree(out) for name in path.split("/")]
    assert max(len(name.encode()) for name in names) == MOST_BYTES
    assert len(listed(out)) == len(listed(ordinary))
    assert len(payloads(out)) >= 30
    assert payloads(out) == payloads(ordinary)
    assert not list(verify(str(out)))
    run([source], str(lazy), Options(lazy=True), jobs=1)
    unpack(str(lazy), jobs=1)
    assert listed(lazy) == listed(out)
    assert not list(verify(str(lazy)))
    run([source], str(out), overwrite=True, jobs=1)
    assert not list(verify(str(out)))
