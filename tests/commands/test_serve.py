"""`serve` as people run it: the real command, asked by real HTTP requests."""

from __future__ import annotations

import http.client
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from artifact_stream import run
from tests.helpers.support import FRAME_0, raw_entry

COMMAND = [sys.executable, "-m", "artifact_stream", "serve"]
PAYLOAD = bytes(range(256)) * 4096
GIVEN = re.compile(r"http://127\.0\.0\.1:(\d+)/")


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("serve")
    log = folder / "t.log"
    log.write_bytes(
        raw_entry("aot_joint_graph", PAYLOAD, **FRAME_0)
        + raw_entry("inductor_output_code", b"import torch\n", {"filename": "a b#é.py"}, **FRAME_0)
        + raw_entry("artifact", b'{"a": 1}', {"name": "j", "encoding": "json"}, **FRAME_0)
    )
    out = folder / "out"
    run([str(log)], str(out))
    (folder / "secret.txt").write_text("secret")
    (folder / "out2").mkdir()
    (folder / "out2" / "secret.txt").write_text("secret")
    (out / "link.txt").symlink_to(folder / "secret.txt")
    (out / "links").symlink_to(folder)
    (out / "inner.txt").symlink_to(out / "summary.json")
    (out / ".artifact-stream").mkdir()
    (out / ".artifact-stream" / "pending").write_text("secret")
    (out / ".git").mkdir()
    (out / ".git" / "config").write_text("secret")
    (out / ".env").write_text("secret")
    os.mkfifo(out / "fifo.txt")
    return out


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Served:
    process: subprocess.Popen[bytes]
    port: int

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers=named)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()


def start(out: Path, *arguments: str, **options) -> Served:
    command = [*COMMAND, str(out), *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, **options)
    assert process.stderr is not None
    said = process.stderr.readline().decode()
    given = GIVEN.search(said)
    assert given, said + process.stderr.read().decode()
    return Served(process, int(given[1]))


def end(served: Served, number: int = signal.SIGTERM) -> tuple[int, bytes, bytes]:
    served.process.send_signal(number)
    stdout, stderr = served.process.communicate(timeout=20)
    return served.process.returncode, stdout, stderr


@pytest.fixture(scope="module")
def served(out) -> Iterator[Served]:
    served = start(out, "--port", "0")
    yield served
    end(served)


@pytest.mark.parametrize(
    ("path", "file", "content_type"),
    [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/index.html", "index.html", "text/html; charset=utf-8"),
        ("/directory.jsonl", "directory.jsonl", "text/plain; charset=utf-8"),
        ("/summary.json", "summary.json", "application/json"),
        ("/assets/code.js", "assets/code.js", "text/javascript; charset=utf-8"),
        ("/assets/base.css", "assets/base.css", "text/css; charset=utf-8"),
        ("/0_0_0/aot_joint_graph.txt", "0_0_0/aot_joint_graph.txt", "text/plain; charset=utf-8"),
        ("/0_0_0/j.json", "0_0_0/j.json", "application/json"),
        (
            "/0_0_0/inductor_output_code_a%20b%23%C3%A9.html",
            "0_0_0/inductor_output_code_a b#é.html",
            "text/html; charset=utf-8",
        ),
    ],
)
def test_files_come_whole_with_their_types(served, out, path, file, content_type):
    answer = served.ask(path)
    assert answer.status == 200
    assert answer.body == (out / file).read_bytes()
    assert answer.headers["content-type"] == content_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    head = served.ask(path, "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(answer.body))


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [("bytes=0-0", 0, 1), ("bytes=5-1000", 5, 1001), ("bytes=1000000-", 1000000, None),
     ("bytes=-7", -7, None), ("bytes=10-99999999", 10, None)],
)  # fmt: skip
def test_ranges(served, wanted, start, stop):
    answer = served.ask("/0_0_0/aot_joint_graph.txt", range=wanted)
    expected = PAYLOAD[start:stop]
    assert (answer.status, answer.body) == (206, expected)
    first = start if start >= 0 else len(PAYLOAD) + start
    last = first + len(expected) - 1
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(PAYLOAD)}"


def test_several_ranges_and_one_beyond_the_end(served):
    answer = served.ask("/0_0_0/aot_joint_graph.txt", range="bytes=0-3,100-103")
    assert answer.status == 206
    assert answer.headers["content-type"].startswith("multipart/byteranges")
    assert PAYLOAD[:4] in answer.body
    assert PAYLOAD[100:104] in answer.body
    assert served.ask("/0_0_0/aot_joint_graph.txt", range="bytes=9999999-").status == 416


def test_a_file_that_has_not_changed_is_not_sent_again(served, out):
    first = served.ask("/summary.json")
    again = served.ask("/summary.json", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    other = served.ask("/summary.json", if_none_match='"other"')
    assert (other.status, other.body) == (200, first.body)


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/..%5csecret.txt",
        "/0_0_0/../../secret.txt", "/..%2fout2/secret.txt", "//etc/passwd", "/%2fetc%2fpasswd",
        "/etc/passwd", "/link.txt", "/links/secret.txt", "/links/", "/inner.txt",
        "/.artifact-stream/pending", "/.artifact-stream/", "/.git/config", "/.env",
        "/%2egit/config", "/summary.json%00.txt", "/summary.json/", "/C:/secret.txt",
        "/fifo.txt", "/0_0_0/", "/0_0_0", "/no-such-file", "/%ff%fe", "/" + "a" * 5000,
        "/..", "/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    ],
)  # fmt: skip
def test_nothing_else_is_given_out(served, path):
    answer = served.ask(path)
    assert answer.status == 404, answer.body[:100]
    assert b"secret" not in answer.body
    assert b"root:" not in answer.body
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_reading_is_possible(served, method):
    assert served.ask("/", method).status == 405


def test_only_requests_that_name_this_machine_are_answered(served):
    for name in ("evil.example", "evil.example:8080", "127.0.0.1.evil.example", "0.0.0.0", ""):
        answer = served.ask("/summary.json", host=name)
        assert (answer.status, answer.headers["x-content-type-options"]) == (400, "nosniff"), name
        assert b"generator" not in answer.body
    for name in ("127.0.0.1", "localhost", f"localhost:{served.port}", "127.0.0.1:1", "[::1]:8080"):
        assert served.ask("/summary.json", host=name).status == 200


def test_it_listens_on_the_loopback_address_alone(served):
    listening = []
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        address, port = line.split()[1].split(":")
        if int(port, 16) == served.port and line.split()[3] == "0A":
            listening.append(address)
    assert listening == ["0100007F"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_at_once_and_cleanly(out, number):
    served = start(out, "--port", "0")
    keep_alive = http.client.HTTPConnection("127.0.0.1", served.port)
    keep_alive.request("GET", "/")
    assert keep_alive.getresponse().read()
    code, stdout, stderr = end(served, number)
    keep_alive.close()
    assert (code, stdout, stderr) == (0, b"", b"Stopped.\n")


@pytest.mark.slow
def test_a_download_that_nobody_reads_does_not_keep_it(tmp_path, out):
    big = out / "big.txt"
    with open(big, "wb") as file:
        file.truncate(1 << 30)
    try:
        served = start(out, "--port", "0")
        with socket.create_connection(("127.0.0.1", served.port)) as reader:
            reader.sendall(b"GET /big.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert reader.recv(100).startswith(b"HTTP/1.1 200")
            code, _, stderr = end(served, signal.SIGINT)
        assert (code, stderr) == (0, b"Stopped.\n")
    finally:
        big.unlink()


def test_a_port_that_is_taken(out):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, str(out), "--port", str(port)], capture_output=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr.decode().startswith(f"error: Port {port} cannot be used (")
    assert b"--port" in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_without_a_port_the_first_free_one_is_taken(out):
    first = start(out)
    second = start(out)
    assert first.port >= 8080
    assert second.port > first.port
    assert second.ask("/summary.json").status == first.ask("/summary.json").status == 200
    end(first)
    end(second)


def test_open_opens_the_page_in_a_browser(out, tmp_path):
    note = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {note}\n')
    browser.chmod(0o755)
    served = start(out, "--port", "0", "--open", env={**os.environ, "BROWSER": f"{browser} %s"})
    served.ask("/")
    code, _, stderr = end(served)
    assert code == 0
    assert f"opened http://127.0.0.1:{served.port}/\n".encode() in stderr
    assert note.read_text() == f"http://127.0.0.1:{served.port}/\n"


@pytest.mark.parametrize("content", [None, b"{}", b'{"generator": "another"}', b"\xff"])
def test_a_folder_that_no_run_made_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "format.json").write_bytes(content)
    done = subprocess.run([*COMMAND, str(tmp_path)], capture_output=True, check=False)
    assert done.returncode == 4
    assert b"is no output of artifact-stream" in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_further_names_are_answered_when_asked_for_alone(out):
    served = start(out, "--port", "0", "--allow-host", "node17", "--allow-host", "Box.example.")
    for name in ("node17", "node17:9000", "box.EXAMPLE", "localhost"):
        assert served.ask("/summary.json", host=name).status == 200, name
    for name in ("node18", "node17.evil.example", "example"):
        assert served.ask("/summary.json", host=name).status == 400, name
    assert end(served)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--allow-host", "*"], b"--allow-host needs it"),
     (["--allow-host", "http://x/"], b"--allow-host needs it"),
     (["--host", "192.0.2.1"], b"is no address of this machine")],
)  # fmt: skip
def test_a_name_or_an_address_that_cannot_be_used(out, arguments, said):
    done = subprocess.run(
        [*COMMAND, str(out), "--port", "0", *arguments], capture_output=True, check=False
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_few_descriptors_are_told_of_once_and_outlived(out):
    """Each refused connection was a traceback, tens of thousands a second."""

    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))

    served = start(out, "--port", "0", preexec_fn=few)
    waiting = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(60)]
    time.sleep(0.6)
    for connection in waiting:
        connection.close()
    assert served.ask("/summary.json").status == 200
    code, _, stderr = end(served)
    assert code == 0
    assert stderr.count(b"\n") == 2
    assert b"warning: no further request can be answered for now (Too many open files)" in stderr
