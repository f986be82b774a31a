"""How commands end: one sentence, the exit code of what happened, a traceback if asked for."""

from __future__ import annotations

import signal
from types import SimpleNamespace

import pytest
import typer

from artifact_stream.commands import ending
from artifact_stream.commands.ending import ends_in_a_sentence, finish
from artifact_stream.errors import InputUnusable, OutputUnusable, WrongUsage
from artifact_stream.stop import Interrupted, StopRequest


def ended(error, *, stop_request=None, debug=False):
    """The exit code of a command in which this is raised."""
    with (
        pytest.raises(typer.Exit) as raised,
        ends_in_a_sentence(
            "run", interrupted="Interrupted.", debug=debug, stop_request=stop_request
        ),
    ):
        raise error
    return raised.value.exit_code


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (WrongUsage("Wrong."), 2, "error: Wrong.\n"),
        (InputUnusable("No log."), 3, "error: No log.\n"),
        (OutputUnusable("Full."), 4, "error: Full.\n"),
        (KeyboardInterrupt(), 130, "error: Interrupted.\n"),
    ],
)
def test_what_ends_a_command_is_a_sentence_and_a_code(error, code, sentence, capsys):
    assert ended(error) == code
    assert capsys.readouterr() == ("", sentence)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (None, 130)]
)
def test_a_signal_ends_a_command_as_a_shell_expects(number, code, capsys):
    request = StopRequest()
    request.signal_number = number
    assert ended(Interrupted(), stop_request=request) == code
    assert capsys.readouterr().err == "error: Interrupted.\n"


def test_a_defect_is_said_to_be_one_and_shown_where_asked_for(capsys):
    assert ended(ZeroDivisionError("oops")) == 70
    quiet = capsys.readouterr().err
    assert quiet.count("\n") == 1
    assert "ZeroDivisionError: oops" in quiet
    assert ended(ZeroDivisionError("oops"), debug=True) == 70
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.mark.parametrize("error", [typer.Exit(7), typer.Abort(), BrokenPipeError()])
def test_what_typer_ends_a_command_by_is_left_to_it(error, capsys):
    with (
        pytest.raises(type(error)) as raised,
        ends_in_a_sentence("run", interrupted="", debug=True),
    ):
        raise error
    assert raised.value is error
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("strict", "problems", "fails"), [(True, 1, True), (True, 0, False),
                                                           (False, 1, False)])  # fmt: skip
def test_problems_fail_a_strict_run_alone(strict, problems, fails, capfdbinary):
    summary = SimpleNamespace(
        json_chunks=lambda: iter([b"{}\n"]), counts=SimpleNamespace(problem_count=problems)
    )
    if fails:
        with pytest.raises(typer.Exit) as raised:
            finish(summary, json_summary=True, strict=strict)
        assert raised.value.exit_code == ending.EXIT_STRICT
    else:
        finish(summary, json_summary=True, strict=strict)
    assert capfdbinary.readouterr() == (b"{}\n", b"")
