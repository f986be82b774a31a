"""Failures from the text of a traceback."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.facts.failures import failure_title, read
from artifact_stream.facts.subject import Telling

HEADER = "Traceback (most recent call last):\n"
TORCH = '  File "/x/torch/_dynamo/convert_frame.py", line 9, in _compile\n    inner()\n'
USER = '  File "/w/a.py", line 3, in f\n    g()\n'


def told(text: str, *, is_whole: bool = True):
    [failure] = read(Telling(Entry("artifact"), text.encode(), is_whole=is_whole)).told
    return failure.title, failure.file, failure.lineno, failure.details


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEADER + USER + "RuntimeError: no such op", ("RuntimeError: no such op", "/w/a.py", 3)),
        (HEADER + USER + TORCH + "ValueError", ("ValueError", "/w/a.py", 3)),
        (
            HEADER + USER + "KeyError: 1\n\nThe above exception was the direct cause of the "
            "following exception:\n\n" + HEADER + TORCH
            + "torch._dynamo.exc.BackendCompilerFailed: backend='b' raised:\nKeyError: 1\n",
            ("BackendCompilerFailed: backend='b' raised: KeyError: 1", "/w/a.py", 3),
        ),
        (
            HEADER + TORCH + "torch._dynamo.exc.Unsupported: print\n\nfrom user code:\n"
            '   File "/w/site-packages/mine.py", line 7, in f\n    print()\n',
            ("Unsupported: print", "/w/site-packages/mine.py", 7),
        ),
        ("no traceback at all\nmore", ("no traceback at all", None, None)),
        ("", ("No reason was logged", None, None)),
    ],
)  # fmt: skip
def test_the_last_error_and_the_users_line_are_told(text, expected):
    assert told(text)[:3] == expected


def test_the_lines_behind_it_are_details_but_for_advice_that_stands_under_every_error():
    text = HEADER + TORCH + "Unsupported: print\n  Hint: do not\nSet TORCHDYNAMO_VERBOSE=1 for x\n"
    assert told(text + "You can suppress this exception:\n    import torch\n")[3] == (
        "Hint: do not",
    )


def test_a_reason_that_was_not_read_is_not_invented():
    assert told(HEADER + USER * 3, is_whole=False)[0] == ""


def test_metrics_and_traceback_call_a_failure_the_same():
    reason = "backend='b' raised:\nRuntimeError: broken backend"
    title, _ = failure_title("BackendCompilerFailed", reason)
    error = f"torch._dynamo.exc.BackendCompilerFailed: {reason}"
    assert told(HEADER + TORCH + error)[0] == title
    assert failure_title(None, "no such op") == ("no such op", ())
    assert failure_title("KeyError", "") == ("KeyError", ())
