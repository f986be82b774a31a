"""Heads of requests and parts of files."""

from __future__ import annotations

import pytest

from artifact_stream.tools.serve.requests import BadRequest, parse_request, ranges_of


def test_a_request_says_what_it_wants():
    head = b"GET /a%20b/%C3%A9.txt?x#y HTTP/1.1\r\nHost: h:1\r\nX: 1\r\nx: 2\r\n\r\n"
    request = parse_request(head)
    assert (request.method, request.path, request.host) == ("GET", "a b/\xe9.txt", "h:1")
    assert request.headers["x"] == "1"
    assert request.keeps_alive


def test_the_host_of_an_absolute_target_counts():
    request = parse_request(b"GET http://evil.example/x HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (request.host, request.path) == ("evil.example", "x")


@pytest.mark.parametrize(
    "head",
    [b"", b"GET / HTTP/1.1\nHost: x", b"GET /", b"GET  / HTTP/1.1", b"GET x HTTP/1.1",
     b"GET / HTTP/2.0", b"GET / HTTP/1.1\r\nno header", b"GET / HTTP/1.1\r\nA: 1\r\n folded",
     b"GET / HTTP/1.1\r\nHost: a\r\nhost: b", b"\xff\xfe\x00", b"get / HTTP/1.1"],
)  # fmt: skip
def test_what_is_none_is_refused(head):
    with pytest.raises(BadRequest):
        parse_request(head + b"\r\n\r\n")


@pytest.mark.parametrize(
    "line", ["Connection: close", "Content-Length: 5", "Transfer-Encoding: chunked"]
)
def test_what_has_a_body_or_asks_for_it_is_the_last(line):
    assert not parse_request(f"GET / HTTP/1.1\r\n{line}\r\n\r\n".encode()).keeps_alive
    assert not parse_request(b"GET / HTTP/1.0\r\n\r\n").keeps_alive


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, None), ("bytes=0-0", [(0, 1)]), ("bytes=5-", [(5, 10)]), ("bytes=-3", [(7, 10)]),
     ("bytes=-99", [(0, 10)]), ("bytes=8-99", [(8, 10)]), ("bytes=10-", []), ("bytes=-0", []),
     ("bytes=0-1, 4-5", [(0, 2), (4, 6)]), ("bytes=5-2", None), ("bytes=-", None),
     ("bytes=x", None), ("lines=0-1", None), ("bytes=" + "0-0," * 16 + "0-0", None),
     ("bytes=" + "9" * 30 + "-", None)],
)  # fmt: skip
def test_parts_of_a_file(value, expected):
    assert ranges_of(value, 10) == expected
