"""Writing and reading ``findings.json``."""

from __future__ import annotations

import io
import json

import msgspec
import pytest

from artifact_stream.findings.finding import Finding, FindingKind, Place, Severity
from artifact_stream.findings.findings_file import (
    findings_chunks,
    findings_in,
    head_of,
    read_findings,
)
from artifact_stream.findings.not_in_trace import NotInTrace
from artifact_stream.output.counts import FindingCounts

FOUND = [
    Finding(kind=FindingKind.FAILURE, severity=Severity.ERROR, key=key, title="t",
            places=[Place("a", 1, "f", "x")])
    for key in "ab"
]  # fmt: skip


def text(findings=FOUND):
    counts = FindingCounts(compilations=7, compile_seconds=1.5)
    versions = {"pytorch_version": msgspec.Raw(b'"2.13"')}
    missing = [NotInTrace("stacks", "Why.")]
    known = {"failure": True}
    return b"".join(findings_chunks(versions, counts, findings, missing, known))


@pytest.mark.parametrize("findings", [[], FOUND[:1], FOUND])
def test_what_was_written_is_read(findings, tmp_path):
    content = json.loads(text(findings))
    assert content["torch"] == {"pytorch_version": "2.13"}
    assert (content["counts"]["compilations"], content["seconds"]["compile"]) == (7, 1.5)
    assert content["not_in_trace"] == [{"what": "stacks", "why": "Why.", "how": None}]
    assert len(content["findings"]) == len(findings)
    (tmp_path / "f.json").write_bytes(text(findings))
    assert list(read_findings(str(tmp_path / "f.json"))) == findings
    assert head_of(io.BytesIO(text(findings)))["known"] == {"failure": True}


@pytest.mark.parametrize(
    "damaged",
    [b"", b"{}", b"[]", b"\xff", b'{"findings": []}', text()[:-30],
     text().replace(b":1,", b":2,", 1), text().replace(b'"key":"b"', b'"key":7'), b"[" * 10_000],
)  # fmt: skip
def test_what_is_no_such_file_is_said_to_be_none(damaged):
    with pytest.raises(ValueError, match="it is no"):
        list(findings_in(io.BytesIO(damaged)))
