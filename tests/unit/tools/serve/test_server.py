"""The server: it waits for nobody for ever, and tells of trouble in bounds."""

from __future__ import annotations

import errno
import http.client
import socket
import threading
from contextlib import contextmanager
from queue import Queue

import pytest

from artifact_stream.errors import OutputUnusable, WrongUsage
from artifact_stream.output.reader import Output
from artifact_stream.pipeline.run import run
from artifact_stream.stop import StopRequest
from artifact_stream.tools.serve.server import Limits, serve
from tests.helpers.support import FRAME_0, raw_entry


@pytest.fixture
def out(tmp_path):
    (tmp_path / "t.log").write_bytes(raw_entry("aot_joint_graph", b"graph", **FRAME_0))
    run([str(tmp_path / "t.log")], str(tmp_path / "out"))
    return str(tmp_path / "out")


@contextmanager
def served(out, troubles=None, host="127.0.0.1", **limits):
    """The port of a server in a thread of its own."""
    urls, stop = Queue(), StopRequest()
    thread = threading.Thread(
        target=serve,
        args=(out, 0),
        kwargs={
            "host": host,
            "on_ready": urls.put,
            "on_trouble": [].append if troubles is None else troubles.append,
            "stop_request": stop,
            "limits": Limits(grace_seconds=0.1, **limits),
        },
    )
    thread.start()
    try:
        yield int(urls.get(timeout=10).rstrip("/").rpartition(":")[2])
    finally:
        stop.signal_number = 15
        thread.join(timeout=10)
        assert not thread.is_alive()


def status(port, path="/", host="127.0.0.1"):
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_half_request_has_a_time_limit(out):
    with (
        served(out, request_seconds=0.3, connections=1) as port,
        socket.create_connection(("127.0.0.1", port), timeout=10) as half,
    ):
        half.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        assert half.recv(100).startswith(b"HTTP/1.1 408 ")
        assert status(port) == 200  # The only place is free again.


def test_one_that_comes_byte_by_byte_has_the_same(out):
    with (
        served(out, request_seconds=0.3) as port,
        socket.create_connection(("127.0.0.1", port), timeout=0.05) as slow,
    ):
        said = b""
        for _ in range(100):
            slow.sendall(b"G")
            try:
                said = slow.recv(100)
                break
            except TimeoutError:
                pass
        assert said.startswith(b"HTTP/1.1 408 ")


def test_an_answer_that_nobody_takes_has_one_too(out):
    with open(f"{out}/big.txt", "wb") as file:
        file.truncate(64 << 20)
    with (
        served(out, stalled_seconds=0.3, connections=1) as port,
        socket.create_connection(("127.0.0.1", port), timeout=10) as stalled,
    ):
        stalled.sendall(b"GET /big.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert status(port) == 200


@pytest.mark.parametrize(
    ("head", "answer"),
    [(b"nonsense\r\n\r\n", b"400"), (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000, b"431"),
     (b"GET / HTTP/1.1\r\n\r\n", b"400")],
)  # fmt: skip
def test_what_is_no_request_is_refused(out, head, answer):
    with (
        served(out) as port,
        socket.create_connection(("127.0.0.1", port), timeout=10) as connection,
    ):
        connection.sendall(head)
        assert connection.recv(100).startswith(b"HTTP/1.1 " + answer)


def test_a_lack_of_descriptors_is_told_once(out, monkeypatch):
    troubles = []

    def none_left(*_):
        raise OSError(errno.EMFILE, "Too many open files")

    with served(out, troubles) as port:
        monkeypatch.setattr(Output, "open", none_left)
        assert [status(port) for _ in range(3)] == [503] * 3
        monkeypatch.undo()
        assert status(port) == 200
    (trouble,) = troubles
    assert "Too many open files" in trouble


def test_it_listens_where_it_is_told_to(out):
    with served(out, host="localhost") as port:
        assert status(port, host="localhost") == 200


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_an_address_of_another_machine_is_refused(out, host):
    with pytest.raises(WrongUsage, match="is no address of this machine"):
        serve(out, 0, host=host, on_ready=print, on_trouble=print, stop_request=StopRequest())


def test_only_an_output_is_served(tmp_path):
    with pytest.raises(OutputUnusable):
        serve(str(tmp_path), 0, on_ready=print, on_trouble=print, stop_request=StopRequest())
