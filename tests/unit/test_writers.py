"""Any order of entries, repeats, failures, kills and resumes keeps the promises of the index.

Whatever happens, a file under its name is whole and a line in the index is true; in the end every
entry is written, skipped for a named reason or told of, and the output is that of one run over
the same log that nothing has happened to.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.helpers.crashes import INTERRUPTED, Injector, assert_same_output, comparable, findings
from tests.helpers.random_entries import BROKEN
from tests.helpers.support import FRAME_0, jsonl, raw_entry

PAYLOADS = st.sampled_from([None, b"", b"x", b"a\nb", b"import os  # x\n", b"[1", b'{"a": [1.0]}'])
NAMES = st.sampled_from(["a", "A", "a_1", "../b", "<eval_with_key>.1", "\udc80", ""])
TYPES = st.sampled_from(
    ["graph_dump", "artifact", "dump_file", "inductor_output_code", "link", "new", "dynamo_guards"]
)
ENTRIES = st.builds(
    lambda kind, payload, name: (
        kind,
        payload,
        {"name": name, "filename": f"{name}.py", "encoding": "json", "url": "javascript:x"},
    ),
    TYPES,
    PAYLOADS,
    NAMES,
)
FAULTS = ["kill", "kill", "ENOSPC", "EACCES", "EIO", "SIGTERM", "SIGINT"]
CODES = {"kill": {-9}, "SIGTERM": {143}, "SIGINT": {130}}


def as_text(item: bytes | tuple) -> bytes:
    return item if isinstance(item, bytes) else raw_entry(*item, **FRAME_0)


class WriterMachine(RuleBasedStateMachine):
    """A log that grows, and an output that is written, interrupted and resumed."""

    injector: Injector

    @initialize(lazy=st.booleans(), checkpoints=st.booleans(), first=st.lists(ENTRIES, min_size=3))
    def begin(self, lazy, checkpoints, first):
        self.folder = Path(tempfile.mkdtemp())
        self.log, self.out = self.folder / "t.log", self.folder / "out"
        self.log.write_bytes(
            raw_entry("aot_joint_graph", b"first", **FRAME_0) + b"".join(map(as_text, first))
        )
        self.order = {"options": {"lazy": lazy}, "interval": 0.0 if checkpoints else None}
        self.is_complete = False

    @property
    def is_interrupted(self) -> bool:
        return (self.out / ".artifact-stream" / "run.json").exists()

    def how(self) -> dict[str, bool]:
        """Resume what has been begun; begin from scratch where there is nothing to resume."""
        return {"resume": True} if self.is_interrupted else {"overwrite": True}

    def make(self, **more):
        if not (self.out / "format.json").exists():
            shutil.rmtree(self.out, ignore_errors=True)  # It was killed as it began.
        return self.injector.run(self.log, self.out, **self.order, **self.how(), **more)

    @rule(items=st.lists(st.one_of(ENTRIES, BROKEN), min_size=1, max_size=6))
    def grow(self, items):
        with open(self.log, "ab") as log:
            log.writelines(map(as_text, items))
        self.is_complete = False

    @rule(fault=st.sampled_from(FAULTS), at=st.integers(1, 250), lasts=st.booleans())
    def fail(self, fault, at, lasts):
        outcome = self.make(fault=fault, at=at, lasts=lasts)
        assert outcome.exit_code in CODES.get(fault, {4}) | {0}, outcome.message
        self.is_complete = outcome.exit_code == 0

    @precondition(lambda self: not self.is_complete)
    @rule()
    def finish(self):
        outcome = self.make()
        assert outcome.exit_code == 0, outcome.message
        self.is_complete = True

    @invariant()
    def what_is_there_is_true(self):
        if self.is_interrupted:
            assert findings(self.out) == [INTERRUPTED]
            lines = [line for path in self.out.rglob("directory.jsonl") for line in lines_of(path)]
            urls = [line["url"] for line in lines if line["bytes"] is not None]
            assert len(urls) == len(set(urls))

    @invariant()
    def nothing_is_lost(self):
        if self.is_complete and not self.is_interrupted:
            summary = comparable(self.out)
            whole = self.folder / "whole"
            shutil.rmtree(whole, ignore_errors=True)
            assert self.injector.run(self.log, whole, **self.order).exit_code == 0
            assert summary == comparable(whole)
            assert_same_output(self.out, comparable(whole))

    def teardown(self):
        if hasattr(self, "folder"):
            if not self.is_complete:
                self.finish()
                self.nothing_is_lost()
            shutil.rmtree(self.folder)


def lines_of(path: Path) -> list[dict]:
    """The whole lines of an index."""
    data = path.read_bytes()
    whole = path.with_name("whole-lines")
    whole.write_bytes(data[: data.rfind(b"\n") + 1])
    try:
        return jsonl(whole)
    finally:
        whole.unlink()


@pytest.mark.slow
def test_any_order_of_entries_failures_and_resumes():
    WriterMachine.injector = Injector()
    try:
        from hypothesis.stateful import run_state_machine_as_test

        run_state_machine_as_test(
            WriterMachine,
            settings=settings(
                max_examples=15,
                stateful_step_count=8,
                deadline=None,
                phases=[Phase.explicit, Phase.reuse, Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        WriterMachine.injector.close()
