"""SOURCE and OUT as people type them, and tlparse's options."""

from __future__ import annotations

import os
import webbrowser

import pytest
from typer.testing import CliRunner

from artifact_stream import cli
from artifact_stream.commands import browser, group, notes, tlparse
from artifact_stream.commands.arguments import named_by
from artifact_stream.errors import InputUnusable, OutputUnusable, WrongUsage
from tests.helpers.support import raw_entry


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.log", "b.log"):
        (tmp_path / name).write_bytes(raw_entry("aot_joint_graph", name.encode()))
    (tmp_path / "empty.log").touch()
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "c.log").write_bytes(raw_entry("aot_joint_graph", b"c"))
    (tmp_path / "new").mkdir()
    return tmp_path


def invoked(*arguments):
    return CliRunner().invoke(cli.app, arguments)


@pytest.mark.parametrize(
    ("arguments", "sources", "out"),
    [
        (["a.log"], ["a.log"], "artifact_stream_out"),
        (["a.log", "out"], ["a.log"], "out"),
        (["a.log", "new"], ["a.log"], "new"),
        (["a.log", "b.log"], ["a.log", "b.log"], "artifact_stream_out"),
        (["a.log", "-"], ["a.log", "-"], "artifact_stream_out"),
        (["[ab].log"], ["a.log", "b.log"], "artifact_stream_out"),
        (["theirs/*", "out[1]"], ["theirs/c.log"], "out[1]"),
        (["theirs"], ["theirs"], "artifact_stream_out"),
    ],
)
def test_sources_and_out_are_told_apart(arguments, sources, out):
    named = named_by(arguments, None)
    assert (named.sources, named.out) == (sources, out)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ([], WrongUsage, "SOURCE is missing"),
        (["a.log", ""], WrongUsage, "empty"),
        (["a.log", "theirs"], OutputUnusable, "add -o OUT"),
        (["a.log", "empty.log"], OutputUnusable, "empty file"),
        (["a.log", "c.log"], InputUnusable, "c.log is not there"),
        (["*.jsonl"], InputUnusable, "No file matches"),
        (["https://x/y"], InputUnusable, "curl -L https://x/y"),
        (["a.log", "s3://x/y"], InputUnusable, "URL"),
    ],
)
def test_what_could_be_either_is_refused(arguments, error, says):
    with pytest.raises(error, match=says):
        named_by(arguments, None)


def test_all_arguments_are_sources_where_an_option_names_out():
    named = named_by(["a.log", "theirs"], "out")
    assert (named.sources, named.out) == (["a.log", "theirs"], "out")


def test_the_newest_file_of_a_folder(folder):
    os.utime("a.log", (1, 1))
    os.utime("empty.log", (1, 1))
    named = named_by(["."], None, latest=True)
    assert named.sources == ["./b.log"]
    assert "./b.log is the newest file of ." in named.notes
    with pytest.raises(WrongUsage, match="a folder"):
        named_by(["a.log"], None, latest=True)


def test_a_path_alone_runs_and_says_where_it_went(folder):
    done = invoked("a.log", "--all-ranks-html", "-i")
    assert done.exit_code == 0, done.output
    assert "artifact_stream_out/" in done.stderr
    assert "--inductor-provenance" in done.stderr
    assert (folder / "artifact_stream_out" / "index.html").is_file()
    assert invoked("a.log").exit_code == 4
    assert invoked("a.log", "--overwrite").exit_code == 0


@pytest.mark.parametrize("name", [name for foreign in tlparse.FOREIGN for name in foreign.names])
def test_options_of_tlparse_are_known(name):
    foreign = next(each for each in tlparse.FOREIGN if name in each.names)
    done = invoked("a.log", name, *([foreign.takes] if foreign.takes else []))
    assert done.exit_code == (2 if foreign.refused else 0), done.output
    assert foreign.says in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["verfy"], "did you mean `verify`?"),
        (["nonsense"], "the commands are run"),
        (["--debug", "verify", "x"], "artifact-stream verify --debug"),
        (["zip", "x"], "ZIP is missing"),
        (["a.log", "--nonsense"], "--nonsense"),
        (["a.log", "--strict-compile-id"], "leave it out"),
    ],
)
def test_wrong_usage_is_one_sentence(arguments, says):
    done = invoked(*arguments)
    assert done.exit_code == group.EXIT_USAGE
    assert says in done.stderr
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_nothing_alone_is_a_short_help():
    done = invoked()
    assert done.exit_code == group.EXIT_USAGE
    assert done.stderr == group.SHORT_HELP
    assert invoked("help").exit_code == 0


@pytest.mark.parametrize("there_is_one", [True, False])
def test_the_page_is_opened_where_there_is_a_browser(monkeypatch, capsys, there_is_one):
    opened = []
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.append(url) or there_is_one)
    url = browser.file_url("a b.html")
    browser.open_in_browser(url)
    assert opened == [url]
    assert url.startswith("file:///")
    assert url.endswith("/a%20b.html")
    said = capsys.readouterr().err
    assert url in said
    assert ("no browser" in said) != there_is_one


def test_notes_hold_nothing_that_a_terminal_acts_on(capsys):
    notes.note("a\x1b[31m")
    assert capsys.readouterr().err == "note: a?[31m.\n"
