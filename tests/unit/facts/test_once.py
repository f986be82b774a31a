"""What torch logs twice counts once."""

from __future__ import annotations

import msgspec

from artifact_stream.facts import once as once_module
from artifact_stream.facts.fact import Kind, Told
from artifact_stream.facts.once import Once

BREAK = Told(kind=Kind.GRAPH_BREAK, title="print")
FAILURE = Told(kind=Kind.FAILURE, title="KeyError")


def test_the_metrics_of_the_last_attempt_repeat_the_break_of_the_first():
    once = Once()
    assert not once.is_repeated(BREAK, "0_0_0", "text")
    assert once.is_repeated(BREAK, "0_0_1", "metrics")
    assert not once.is_repeated(BREAK, "1_0_0", "metrics")
    assert not once.is_repeated(Told(kind=Kind.GRAPH_BREAK, title="other"), "0_0_1", "metrics")


def test_an_id_that_is_compiled_again_breaks_again():
    once = Once()
    sources = ["text", "metrics"] * 3
    assert [once.is_repeated(BREAK, "0_0_0", source) for source in sources] == [
        False, True,
    ] * 3  # fmt: skip


def test_a_compilation_fails_once_whatever_that_is_called():
    once = Once()
    other = Told(kind=Kind.FAILURE, title="KeyError: 1")
    assert not once.is_repeated(FAILURE, "0_0_0", "metrics")
    assert once.is_repeated(other, "0_0_0", "text")
    assert once.has(Kind.FAILURE, "0_0_1")
    assert not once.has(Kind.RECOMPILATION, "0_0_1")


def test_what_is_remembered_is_bounded_and_can_be_kept(monkeypatch):
    monkeypatch.setattr(once_module, "MAX_REMEMBERED", 10)
    once = Once()
    for n in range(100):
        once.is_repeated(FAILURE, f"{n}_0_0", "text")
    assert len(once.seen) == 10
    kept = msgspec.convert(msgspec.to_builtins(once), Once)
    assert kept.is_repeated(FAILURE, "99_0_0", "metrics")
