"""Explaining an output."""

from __future__ import annotations

import pytest

from artifact_stream import OutputUnusable, run
from artifact_stream.tools.explain.output import explained, findings_text
from tests.helpers.told_logs import whole


@pytest.fixture
def out(tmp_path):
    (tmp_path / "t.log").write_bytes(whole())
    run([str(tmp_path / "t.log")], str(tmp_path / "out"), jobs=1)
    return tmp_path / "out"


def test_the_findings_are_those_of_the_file(out):
    assert b"".join(findings_text(str(out))) == (out / "findings.json").read_bytes()


@pytest.mark.parametrize("read", [lambda out: explained(out, "t"), findings_text])
def test_an_output_of_an_earlier_version_is_named_as_that(out, read):
    (out / "findings.json").unlink()
    with pytest.raises(OutputUnusable, match="made by an earlier version"):
        list(read(str(out)))


def test_a_damaged_output_ends_in_a_sentence(out):
    (out / "findings.json").write_bytes(b"{")
    with pytest.raises(OutputUnusable, match="cannot be read"):
        list(explained(str(out), "t"))
    (out / "findings.json").unlink()
    (out / "findings.json").symlink_to(out / "facts.jsonl")
    with pytest.raises(OutputUnusable, match="cannot be read"):
        list(findings_text(str(out)))


def test_a_folder_of_others_is_no_output(tmp_path):
    with pytest.raises(OutputUnusable):
        list(explained(str(tmp_path), "t"))
