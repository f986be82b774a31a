"""Frames of stacks."""

from __future__ import annotations

import pytest

from artifact_stream.facts.fact import MAX_FRAMES, Frame
from artifact_stream.facts.frames import is_users, logged_frames, printed_frames


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("/home/me/train.py", True),
        ("train.py", True),
        ("/x/lib/python3.11/site-packages/torch/nn/modules/module.py", False),
        ("/x/pytorch/torch/_dynamo/convert_frame.py", False),
        ("C:\\env\\Lib\\site-packages\\a.py", False),
        ("/usr/lib/python3.11/threading.py", False),
        ("/home/me/torchtitan/train.py", True),
        ("<frozen importlib._bootstrap>", False),
        ("<eval_with_key>.7", False),
        ("<stdin>", True),
    ],
)
def test_whose_a_file_is(file, expected):
    assert is_users(file) is expected


def test_frames_of_a_traceback_have_their_line_of_code():
    text = (
        "Traceback (most recent call last):\n"
        '  File "/x/a.py", line 3, in f\n    g(\n    ^^^^\n'
        '  File "/x/b c.py", line 12, in <module>\n'
        "Error: x\n"
    )
    assert list(printed_frames(text)) == [
        Frame("/x/a.py", 3, "f", "g("), Frame("/x/b c.py", 12, "<module>", None),
    ]  # fmt: skip


def test_frames_of_metadata_may_have_a_number_for_a_file():
    stack = [
        {"line": 12, "name": "forward", "filename": 3, "loc": "return  self.fc(x)"},
        {"line": 1, "name": "g", "filename": "<string>"},
    ]
    assert logged_frames(stack) == (
        Frame(3, 12, "forward", "return self.fc(x)"), Frame("<string>", 1, "g", None),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stack", "frames"),
    [
        (None, ()),
        ({"a": 1}, ()),
        ([1, "x", None], ()),
        ([{}], (Frame(None, None, None, None),)),
        ([{"line": True, "filename": -1, "name": 7, "loc": ""}], (Frame(None, None, None),)),
        ([{"line": 1 << 60, "filename": 1 << 60}], (Frame(None, None, None),)),
    ],
)
def test_what_is_no_stack_costs_what_is_none(stack, frames):
    assert logged_frames(stack) == frames


def test_of_a_long_stack_the_innermost_frames_are_kept():
    frames = logged_frames([{"line": n} for n in range(1000)])
    assert (len(frames), frames[-1].line) == (MAX_FRAMES, 999)
