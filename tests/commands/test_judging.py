"""`run --fail-on` and `--baseline`."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from artifact_stream import cli
from artifact_stream.commands.judging import judge
from artifact_stream.commands.options import FindingChoice
from tests.helpers.told_logs import graph_break, whole


@pytest.fixture
def ran(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def of(log, *options):
        (tmp_path / "t.log").write_bytes(log)
        arguments = ["run", "--progress", "none", "--overwrite", *options, "t.log", "out"]
        done = CliRunner().invoke(cli.app, arguments)
        return done.exit_code, done.stderr.splitlines()

    return of


@pytest.fixture
def baseline(ran, tmp_path):
    ran(whole())
    (tmp_path / "out" / "findings.json").rename(tmp_path / "b.json")
    return "b.json"


@pytest.mark.parametrize(
    ("kind", "code"),
    [("failure", 1), ("graph_break", 1), ("recompilation", 1), ("cache_bypass", 0), ("any", 1)],
)
def test_a_finding_of_the_kind_fails_the_run(ran, kind, code):
    assert ran(whole(), "--fail-on", kind)[0] == code


def test_the_findings_are_named(ran):
    code, said = ran(whole(), "--fail-on", "failure", "--fail-on", "recompilation")
    assert (code, said) == (1, [
        "failure: RuntimeError: no such op at /w/gen.py:9 in g: h(x)",
        "recompilation: x: dimension 0 changed at /w/gen.py:1 in f",
    ])  # fmt: skip
    assert ran(whole(), "--fail-on", "cache_bypass") == (0, ["no findings of what was asked for."])


def test_nothing_is_new_against_itself_nor_after_edits_above(ran, baseline):
    for log in (whole(), whole(break_line=30)):
        code, said = ran(log, "--fail-on", "any", "--baseline", baseline)
        assert (code, said) == (0, ["no new findings of what was asked for."])


def test_one_more_break_is_new_alone(ran, baseline):
    code, said = ran(
        whole() + graph_break("print(y)", 4), "--fail-on", "any", "--baseline", baseline
    )
    assert (code, said) == (1, [
        "new graph break: Failed to trace builtin operator at /w/gen.py:4 in f: print(y)"
    ])  # fmt: skip
    code, said = ran(whole() + graph_break("print(y)", 4), "--baseline", baseline)
    assert (code, len(said)) == (0, 1)


@pytest.mark.parametrize("text", [None, b"", b"{}", b"[1]"])
def test_a_baseline_that_is_none_is_refused_before_anything_is_written(ran, tmp_path, text):
    if text is not None:
        (tmp_path / "b.json").write_bytes(text)
    code, [said] = ran(whole(), "--baseline", "b.json")
    assert (code, said.startswith("error: b.json cannot be read as findings (")) == (3, True)
    assert not (tmp_path / "out").exists()


def test_what_was_not_read_cannot_be_judged(ran):
    code, [said] = ran(whole(), "--no-facts", "--fail-on", "any")
    assert (code, said) == (
        2, "error: --no-facts leaves out what --fail-on asks for: drop one.",
    )  # fmt: skip


def test_many_findings_are_counted(ran, tmp_path, capsys):
    breaks = [graph_break().replace(b"gb0059", b"gb%04d" % n) for n in range(1000, 1030)]
    assert ran(b"".join(breaks))[0] == 0
    assert judge(str(tmp_path / "out"), [FindingChoice.graph_break], None)
    said = capsys.readouterr().err.splitlines()
    assert (len(said), said[-1]) == (21, "... and 10 more findings: see findings.json.")
