"""Script files that hold data, complete or absent."""

from __future__ import annotations

import pytest

from artifact_stream.disk.directories import Directory
from artifact_stream.errors import OutputUnusable
from artifact_stream.report.data_files import (
    DataFile,
    GrowingFile,
    make_report_folder,
    script_json,
    write_data,
)


@pytest.fixture
def folder(tmp_path):
    with Directory.at(str(tmp_path)) as opened:
        yield opened


def test_a_data_file_is_one_call(folder, tmp_path):
    file = DataFile(folder, "rows-0.js", "rows")
    file.add([1, "</script>"])
    file.add([])
    assert not (tmp_path / "rows-0.js").exists()
    file.finish(["t"], 2)
    assert (tmp_path / "rows-0.js").read_text() == (
        'artifactStream.rows([\n[1,"\\u003c/script>"],\n[],\n],["t"],2);\n'
    )


def test_one_value_is_a_call_too(folder, tmp_path):
    write_data(folder, "head.js", "head", {"a": "<"})
    assert (tmp_path / "head.js").read_text() == 'artifactStream.head({"a":"\\u003c"});\n'


def test_no_text_ends_a_script_or_a_line():
    assert script_json("<\u2028\u2029>") == b'"\\u003c\\u2028\\u2029>"'


def test_what_is_abandoned_gets_no_name(folder, tmp_path):
    file = GrowingFile(folder, "list-1.html")
    file.write(b"x" * 100_000)
    file.abandon()
    file.abandon()
    assert not (tmp_path / "list-1.html").exists()
    with pytest.raises(KeyError), GrowingFile(folder, "list-2.html"):
        raise KeyError
    assert not (tmp_path / "list-2.html").exists()


def test_many_small_pieces_are_the_file(folder, tmp_path):
    with GrowingFile(folder, "list-1.html") as file:
        for number in range(20_000):
            file.write(b"%d\n" % number)
    assert (tmp_path / "list-1.html").read_bytes().split() == [b"%d" % n for n in range(20_000)]


def test_something_in_the_place_of_the_folder_is_said(tmp_path):
    (tmp_path / "report").write_text("mine")
    with pytest.raises(OutputUnusable):
        make_report_folder(str(tmp_path), str(tmp_path))
    (tmp_path / "report").unlink()
    make_report_folder(str(tmp_path), str(tmp_path)).close()
    assert (tmp_path / "report").is_dir()
