"""The findings of several traces."""

from __future__ import annotations

import json

import pytest

from artifact_stream import OutputUnusable, run
from artifact_stream.findings.across_traces import write_run_findings
from tests.helpers.support import FRAME_0
from tests.helpers.told_logs import graph_break, metrics, whole


@pytest.fixture
def out(tmp_path):
    for rank, log in ((0, whole()), (3, graph_break() + metrics(FRAME_0))):
        (tmp_path / f"dedicated_log_torch_trace_rank_{rank}_x.log").write_bytes(log)
    logs = [str(path) for path in sorted(tmp_path.glob("*.log"))]
    return tmp_path / "out", run(logs, str(tmp_path / "out"), jobs=1)


def test_equal_findings_of_ranks_are_one(out):
    folder, _ = out
    content = json.loads((folder / "findings.json").read_bytes())
    found = {finding["kind"]: finding for finding in content["findings"]}
    assert set(found) == {"failure", "graph_break", "recompilation"}
    one = found["graph_break"]
    assert (one["count"], one["ranks"], one["traces"]) == (2, [0, 3], ["rank_0", "rank_3"])
    assert [(each["trace"], each["url"]) for each in one["evidence"]] == [
        ("rank_0", "rank_0/0_0_0/dynamo_graph_break_reason.txt"),
        ("rank_3", "rank_3/0_0_0/dynamo_graph_break_reason.txt"),
    ]
    assert (found["failure"]["ranks"], content["counts"]["graph_breaks"]) == ([0], 2)
    assert content["torch"] == {"pytorch_version": "2.13.0"}
    for each in one["evidence"]:
        assert (folder / each["url"]).is_file()


@pytest.mark.parametrize("text", [b"", b'{"not_in_trace": [7]}', b"{}"])
def test_a_file_that_somebody_has_edited_ends_in_a_sentence(out, text):
    folder, summary = out
    (folder / "rank_3" / "findings.json").write_bytes(text)
    with pytest.raises(
        OutputUnusable, match=r"rank_3.findings\.json is not what a run has written"
    ):
        write_run_findings(str(folder), summary)
