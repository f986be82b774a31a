"""SOURCE and OUT as people type them, and tlparse's options."""

from __future__ import annotations

import os
import sys
import webbrowser

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from artifact_stream import cli
from artifact_stream.commands import browser, group, notes, tlparse
from artifact_stream.commands.arguments import named_by
from artifact_stream.errors import InputUnusable, OutputUnusable, WrongUsage
from tests.helpers.support import raw_entry, tree


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.log", "b.log"):
        (tmp_path / name).write_bytes(raw_entry("aot_joint_graph", name.encode()))
    (tmp_path / "empty.log").touch()
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "c.log").write_bytes(raw_entry("aot_joint_graph", b"c"))
    (tmp_path / "new").mkdir()
    (tmp_path / "dangling").symlink_to("nowhere")
    monkeypatch.setenv("HOME", str(tmp_path))
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
        (["-", "out"], ["-"], "out"),
        (["~/a.log", "~/out"], ["HOME/a.log"], "HOME/out"),
    ],
)
def test_sources_and_out_are_told_apart(arguments, sources, out):
    named = named_by(arguments, None)
    home = os.path.expanduser("~")
    assert named.sources == [source.replace("HOME", home) for source in sources]
    assert named.out == out.replace("HOME", home)


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
        (["gone.log"], InputUnusable, "gone.log is not there: check the path.$"),
        (["gone"], InputUnusable, "if it is OUT, name a SOURCE"),
        (["out", "a.log"], InputUnusable, "out is not there: .* name it last or with -o"),
        (["a.log", "out", "b.log"], InputUnusable, "out is not there: .* name it last or with -o"),
        (["a.log", "out", "more"], InputUnusable, "out is not there: check the path; more, which"),
        (["a.log", "gone.log", "out"], InputUnusable, "gone.log is not there: check the path.$"),
        (["gone", "away", "out"], InputUnusable, "None of gone, away is there"),
        (["a.log", "dangling"], OutputUnusable, "a link to what is not there"),
        (["a.log", os.devnull], OutputUnusable, "keeps nothing"),
    ],
)
def test_what_could_be_either_is_refused(arguments, error, says):
    with pytest.raises(error, match=says):
        named_by(arguments, None)


@pytest.mark.parametrize(
    ("out", "says"), [("-", "not stdout"), ("s3://x/y", "a URL"), ("", "empty")]
)
def test_what_no_folder_is_called_is_no_out(out, says):
    with pytest.raises((OutputUnusable, WrongUsage), match=says):
        named_by(["a.log"], out)


def test_what_is_piped_in_has_a_name():
    read, write = os.pipe()
    kept = os.dup(0)
    os.dup2(read, 0)
    try:
        with pytest.raises(InputUnusable, match=r"artifact-stream run - out\.$"):
            named_by(["out"], None)
        for arguments in (["gone.log"], ["gone.log", "out"], ["gone", "out"]):
            with pytest.raises(InputUnusable, match=r"is not there: check the path\.$"):
                named_by(arguments, None)
    finally:
        os.dup2(kept, 0)
        for descriptor in (read, write, kept):
            os.close(descriptor)


@pytest.mark.parametrize("seconds", ["nan", "inf", "0", "-1", "x"])
def test_what_is_no_time_between_lines_is_refused(seconds):
    done = invoked("a.log", "--progress-interval", seconds)
    assert done.exit_code == 2
    assert "--progress-interval" in done.stderr


@pytest.mark.parametrize(
    ("word", "meant"), [("RUN", "run"), ("tlparse", "run"), ("Verfy", "verify"), ("view", "serve")]
)
def test_a_command_of_another_name_is_guessed(word, meant):
    done = invoked(word, "a.log")
    assert done.exit_code == 2
    assert f"did you mean `{meant}`?" in done.stderr


def test_the_version_is_told_as_it_is_asked_for():
    assert invoked("version").stdout == invoked("--version").stdout != ""


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


@pytest.mark.parametrize(
    "arguments",
    [
        ["a.log", "theirs", "--overwrite"],
        ["a.log", "theirs", "--resume"],
        ["a.log", "-o", "theirs", "--overwrite"],
        ["a.log", "-o", "theirs"],
        ["a.log", "link", "--overwrite"],
        ["a.log", "--overwrite"],
        ["a.log", "--resume"],
        ["a.log", "b.log"],
        ["theirs", "--latest", "--overwrite"],
    ],
)
@pytest.mark.parametrize("is_link", [False, True])
def test_a_folder_of_others_is_never_written_to(arguments, is_link, folder):
    default = folder / "artifact_stream_out"
    (folder / "link").symlink_to("theirs")
    if is_link:
        default.symlink_to("theirs")
    else:
        default.mkdir()
        (default / "thesis.txt").write_text("years of work")
    before = tree(folder)
    done = invoked(*arguments)
    assert done.exit_code == 4
    assert "was not made by artifact-stream" in done.stderr
    assert tree(folder) == before


def test_an_output_that_is_left_out_removes_no_source(folder):
    out = folder / "artifact_stream_out"
    assert invoked("a.log").exit_code == 0
    inside = next(path for path in sorted(out.rglob("aot_joint_graph.*")))
    inside.write_bytes((folder / "b.log").read_bytes())
    done = invoked(os.path.relpath(inside), "--overwrite")
    assert done.exit_code == 4
    assert inside.read_bytes() == (folder / "b.log").read_bytes()


@pytest.mark.parametrize("name", [name for foreign in tlparse.FOREIGN for name in foreign.names])
def test_options_of_tlparse_are_known(name):
    foreign = next(each for each in tlparse.FOREIGN if name in each.names)
    done = invoked("gone.log", name, *([foreign.takes] if foreign.takes else []))
    assert done.exit_code == (2 if foreign.refused else 3), done.output
    assert foreign.says in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["verfy"], "did you mean `verify`?"),
        (["nonsense"], "the commands are run"),
        (["--debug", "verify", "x"], "artifact-stream verify --debug"),
        (["zip", "x"], "ZIP is missing"),
        (["a.log", "--nonsense"], "--nonsense"),
        (["--nonsense", "zip", "x"], "--nonsense"),
        (["zip"], "OUT is missing"),
        (["run"], "SOURCE is missing"),
        (["run", "-o", "out"], "SOURCE is missing"),
        (["a\x1b31m"], "`a\\x1b31m`"),
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


@pytest.mark.parametrize(("options", "opens"), [(["--open"], 1), (["--open", "--no-browser"], 0)])
def test_a_run_opens_its_page(monkeypatch, folder, options, opens):
    opened = []
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.append(url) or True)
    assert invoked("a.log", "out", *options).exit_code == 0
    assert opened == [(folder / "out" / "index.html").as_uri()] * opens


def test_what_a_browser_writes_is_no_data(monkeypatch, capfd):
    monkeypatch.setattr(webbrowser, "open", lambda _url: os.write(1, b"chatter"))
    browser.open_in_browser("file:///x")
    os.write(1, b"data")
    said = capfd.readouterr()
    assert said.out == "data"
    assert "chatter" in said.err


COMMANDS = [name for name, command in get_command(cli.app).commands.items() if not command.hidden]


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("", COMMANDS),
        ("ve", ["verify"]),
        ("a.log --pl", ["--plain-text"]),
        ("run a.log --only co", ["codegen"]),
        ("nonsense ", COMMANDS),
        ("--debug verify ", COMMANDS),
    ],
)
def test_shells_complete(line, offers):
    assert {"run", "unpack", "serve", "zip", "verify"} <= set(COMMANDS)
    assert "pack" not in COMMANDS
    words = f"artifact-stream {line}"
    place = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    environment = {"_ARTIFACT_STREAM_COMPLETE": "complete_bash", **place}
    done = CliRunner().invoke(cli.app, [], env=environment, prog_name="artifact-stream")
    assert done.stdout.split() == offers
    assert not done.stderr


def test_a_terminal_is_told_that_it_is_waited_for(monkeypatch, capsys):
    ours, theirs = os.openpty()
    with os.fdopen(ours), open(theirs) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        notes.note_that_a_terminal_is_read()
        assert "Ctrl-D" in capsys.readouterr().err
    with open(os.devnull) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        notes.note_that_a_terminal_is_read()
        assert not capsys.readouterr().err


def test_notes_hold_nothing_that_a_terminal_acts_on(capsys):
    notes.note("a\x1b[31m")
    assert capsys.readouterr().err == "note: a\\x1b[31m.\n"
