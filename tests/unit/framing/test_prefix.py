"""What a raw log's entry begins with: each part of it, and nothing else."""

from __future__ import annotations

import pytest

from artifact_stream.framing.prefix import PREFIX
from tests.helpers.support import PREFIX as LOGGED


def test_its_parts():
    found = PREFIX.match(LOGGED.encode() + b"{}")
    assert found.groups() == (
        b"11", b"23", b"19:25:59.805000", b"2407", b"torch/_dynamo/utils.py", b"2350",
    )  # fmt: skip


@pytest.mark.parametrize("pathname", ["C:/a b/x.py", "<frozen a>", "a:1] b", "é" * 300])
def test_any_path(pathname):
    line = f"E0101 00:00:00.000000  7 {pathname}:1] {{".encode()
    assert PREFIX.match(line)["pathname"] == pathname.encode()


@pytest.mark.parametrize(
    "line",
    [
        b"X1123 19:25:59.805000 2407 a.py:1] {}",
        b"V1123 19:25:59.80500 2407 a.py:1] {}",
        b"V1123 19:25:59.805000 2407 a.py:1] text",
        b"V1123 19:25:59.805000 2407 a\n.py:1] {}",
        b" V1123 19:25:59.805000 2407 a.py:1] {}",
    ],
)
def test_what_is_none(line):
    assert PREFIX.match(line) is None
