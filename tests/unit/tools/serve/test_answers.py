"""What a browser gets: files of the output, and nothing else."""

from __future__ import annotations

import errno
import os

import pytest

from artifact_stream.output.reader import Output
from artifact_stream.tools.serve.answers import answer_to, content_type, refusal
from artifact_stream.tools.serve.requests import parse_request


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("x/index.html", "text/html; charset=utf-8"),
        ("x.y/a.TXT", "text/plain; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.json", "application/json"),
        ("a.svg", "application/octet-stream"),
        ("a.html.unknown", "application/octet-stream"),
        ("html", "application/octet-stream"),
    ],
)
def test_a_browser_runs_nothing_that_is_not_called_as_a_page_of_ours(path, kind):
    assert content_type(path) == kind


@pytest.fixture
def site(tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "out" / "x").mkdir(parents=True)
    (tmp_path / "out" / "empty").mkdir()
    (tmp_path / "out" / "x" / "a \xe9.txt").write_text("a")
    (tmp_path / "out" / "x" / "index.html").write_text("inner")
    (tmp_path / "out" / "index.html").write_text("page")
    (tmp_path / "out" / ".hidden").write_text("hidden")
    os.symlink("../secret", tmp_path / "out" / "link")
    os.symlink("..", tmp_path / "out" / "up")
    os.mkfifo(tmp_path / "out" / "pipe")
    return Output(str(tmp_path / "out"), _Marker())


class _Marker:
    traces = (".",)


def asked(site, path, method="GET", **headers):
    named = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines = [f"{method} {path} HTTP/1.1", *named]
    answer = answer_to(parse_request("\r\n".join(lines).encode() + b"\r\n\r\n"), site)
    body = b"".join(answer.body())
    answer.close()
    return answer, body


@pytest.mark.parametrize(
    ("path", "body"),
    [("/x/a%20%C3%A9.txt", b"a"), ("/index.html", b"page"), ("/", b"page"), ("/x/", b"inner")],
)
def test_files_of_the_output_are_given_out(path, body, site):
    answer, given = asked(site, path)
    assert (answer.status, given, answer.length) == (200, body, len(body))


@pytest.mark.parametrize(
    "path",
    ["/link", "/up/secret", "/../secret", "/x/../../secret", "/index.html/", "/pipe", "/missing",
     "/a%00b", "//etc/hosts", "/x/%2561", "/.hidden", "/%2e%2e/secret", "/empty", "/empty/",
     "/..%2fsecret", "/%ff", "/x//index.html", "/" + "a" * 5000],
)  # fmt: skip
def test_nothing_else_is(path, site):
    assert asked(site, path)[0].status == 404


def test_a_folder_is_shown_under_its_own_name(site):
    answer, _ = asked(site, "/x")
    assert (answer.status, answer.headers["location"]) == (307, "/x/")


def test_each_path_is_opened_once(site, monkeypatch):
    opened = []
    real = Output.open
    monkeypatch.setattr(Output, "open", lambda self, path: opened.append(path) or real(self, path))
    monkeypatch.setattr(Output, "status", lambda *_: pytest.fail("it is looked up before"))
    assert asked(site, "/index.html")[1] == b"page"
    assert opened == ["index.html"]


def test_what_the_browser_has_is_not_sent_again(site):
    first, _ = asked(site, "/")
    again, body = asked(site, "/", if_none_match=first.headers["etag"])
    assert (again.status, body) == (304, b"")
    part, body = asked(site, "/", range="bytes=1-2", if_range='"other"')
    assert (part.status, body) == (200, b"page")
    part, body = asked(site, "/", range="bytes=1-2", if_range=first.headers["etag"])
    assert (part.status, body) == (206, b"ag")


def test_several_parts_are_as_long_as_is_said(site):
    answer, body = asked(site, "/", range="bytes=0-0,2-3")
    assert (answer.status, len(body)) == (206, answer.length)
    assert asked(site, "/", range="bytes=9-")[0].status == 416


def test_a_file_that_has_become_shorter_is_not_filled_up(site, tmp_path):
    request = parse_request(b"GET /index.html HTTP/1.1\r\n\r\n")
    answer = answer_to(request, site)
    os.truncate(tmp_path / "out" / "index.html", 1)
    assert b"".join(answer.body()) == b"p"
    answer.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_only_reading_is_possible(site, method):
    assert asked(site, "/", method)[0].status == 405


def test_no_descriptor_left_is_not_taken_for_no_file(site, monkeypatch):
    def none_left(*_):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(Output, "open", none_left)
    with pytest.raises(OSError, match="Too many open files"):
        asked(site, "/")


def test_every_answer_keeps_other_sites_out():
    head = refusal(400, retry_after="1").head(keeps_alive=False)
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    for line in (b"x-content-type-options: nosniff", b"retry-after: 1", b"connection: close"):
        assert line in head.split(b"\r\n")
