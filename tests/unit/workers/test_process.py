"""What a worker process does with its batches."""

from __future__ import annotations

import os

import pytest

from artifact_stream.errors import OutputUnusable
from artifact_stream.layout import TraceFolder
from artifact_stream.workers.messages import Batch
from artifact_stream.workers.process import _Worker
from tests.helpers.support import open_descriptors


def test_a_staging_folder_that_is_gone_leaves_no_descriptor(tmp_path):
    (tmp_path / "trace").mkdir()
    worker = _Worker()
    batch = Batch(os.fsencode(tmp_path), TraceFolder("trace").staging, [])
    before = open_descriptors()
    with pytest.raises(OutputUnusable):
        worker.work(batch)
    assert open_descriptors() == before
    (tmp_path / "trace" / ".artifact-stream").mkdir()
    worker.work(batch)
    assert open_descriptors() == before + 1


def test_the_folder_of_another_trace_takes_the_place_of_the_one_before(tmp_path):
    worker = _Worker()
    before = open_descriptors()
    for name in ("a", "b", "a"):
        (tmp_path / name / ".artifact-stream").mkdir(parents=True, exist_ok=True)
        worker.work(Batch(os.fsencode(tmp_path), TraceFolder(name).staging, []))
        assert open_descriptors() == before + 1
