"""Workers of a run end with it, however it ends."""

from __future__ import annotations

import pytest

from artifact_stream.pipeline import processes
from artifact_stream.pipeline.processes import workers
from artifact_stream.pipeline.progress import RunProgress


class Pool:
    is_closed = False

    def close(self):
        self.is_closed = True


def test_one_process_has_no_workers():
    with workers(1, RunProgress()) as pool:
        assert pool is None


@pytest.mark.parametrize("error", [None, KeyboardInterrupt, ValueError])
def test_workers_are_ended_after_an_error_too(error, monkeypatch):
    made = Pool()
    monkeypatch.setattr(
        processes, "make_pool", lambda jobs, ratio, stops: made if jobs == 3 else None
    )

    def use():
        with workers(3, RunProgress()) as pool:
            assert pool is made
            assert not made.is_closed
            if error:
                raise error

    if error:
        with pytest.raises(error):
            use()
    else:
        use()
    assert made.is_closed
