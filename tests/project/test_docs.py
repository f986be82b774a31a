"""The documentation is true: what can be generated is, examples run, options and slugs are named.

``UPDATE_EXPECTED=1 python -m pytest tests/project/test_docs.py`` writes the generated parts again.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from typer.main import get_command

from artifact_stream.cli import app
from artifact_stream.commands.options import DEFAULT_OUTPUT
from artifact_stream.handlers.registry import built_in
from artifact_stream.output.counts import SkipReason
from artifact_stream.rendering.task import Outcome
from tests.helpers.support import TRACES

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs").glob("*.md"))
DOCS = [
    ROOT / name for name in ("README.md", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md")
] + GUIDES
FORMATS = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "artifact_stream"


def handlers_table() -> str:
    rows = ["| kind | entry types | output | what |", "| --- | --- | --- | --- |"]
    for handler in built_in().handlers:
        types = ", ".join(f"`{name}`" for name in handler.entry_types)
        documentation = handler.documentation
        rows.append(
            f"| `{handler.name}` | {types} | {documentation.output} | {documentation.summary} |"
        )
    return "\n".join(rows)


COMMANDS = {
    name: command for name, command in get_command(app).commands.items() if not command.hidden
}


def options_table(name: str) -> str:
    """Arguments and options as the command itself knows them."""
    command = COMMANDS[name]
    rows = ["| argument or option | meaning |", "| --- | --- |"]
    for parameter in command.params:
        if parameter.name == "help" or getattr(parameter, "hidden", False):
            continue
        options = (*parameter.opts, *getattr(parameter, "secondary_opts", ()))
        names = ", ".join(f"`{name}`" for name in options)
        if parameter.param_type_name == "argument":
            names = f"`{parameter.metavar}`"
        elif not parameter.is_flag:
            kinds = "|".join(getattr(parameter.type, "choices", ()))
            names += f" `{parameter.metavar or kinds}`".replace("|", "\\|")
        rows.append(f"| {names} | {parameter.help} |")
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("path", "name", "make"),
    [
        ("docs/formats.md", "handlers", handlers_table),
        *[("docs/cli.md", f"options of {name}", partial(options_table, name)) for name in COMMANDS],
    ],
)
def test_generated_parts_are_up_to_date(path, name, make):
    file = ROOT / path
    text = file.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- generated: {name} -->\n)(.*?)(<!-- end -->)", re.DOTALL)
    assert pattern.search(text)
    expected = pattern.sub(lambda match: f"{match[1]}{make()}\n{match[3]}", text)
    if os.environ.get("UPDATE_EXPECTED"):
        file.write_text(expected, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == expected


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    shutil.copytree(TRACES / "inference", tmp_path / "traces")
    shutil.copy(next((TRACES / "recompiles").glob("*.gz")), tmp_path / "trace.log.gz")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def readme_blocks(language: str) -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.slow
def test_commands_in_the_readme_run(workplace):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    lines = [line for block in readme_blocks("sh") for line in block.splitlines()]
    assert len(lines) >= 6
    for line in lines:
        last = shlex.split(line)[-1]
        out = workplace / (DEFAULT_OUTPUT if (workplace / last).is_file() else last)
        if " run " in line and "--overwrite" not in line:
            shutil.rmtree(out, ignore_errors=True)
        done = subprocess.run(line, shell=True, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, (line, done.stderr.decode())
        assert (out / "index.html").is_file()


def test_python_in_the_readme_runs(workplace, capsys):
    for block in readme_blocks("python"):
        exec(compile(block, "README.md", "exec"), {})
    entries, packed = capsys.readouterr().out.splitlines()  # And no finding of verify between.
    assert entries.endswith(" {}")
    assert packed.endswith(" bytes")


def test_every_option_is_documented():
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for name, command in COMMANDS.items():
        assert f"artifact-stream {name} " in text
        for parameter in command.params:
            for option in parameter.opts if parameter.param_type_name == "option" else ():
                assert option == "--help" or f"`{option}`" in text, (name, option)


def words_in_package(pattern: str) -> set[str]:
    found = set()
    for path in PACKAGE.rglob("*.py"):
        found |= set(re.findall(pattern, path.read_text(encoding="utf-8")))
    return found


def test_every_slug_flag_and_reason_is_documented():
    slugs = words_in_package(r'_problem\(\s*(?:entry, )?"(\w+)"') | words_in_package(
        r'Problem\("(\w+)"'
    )
    slugs |= words_in_package(r'problems\["(\w+)"')
    slugs |= {outcome.value for outcome in Outcome if outcome is not Outcome.STAGED}
    flags = words_in_package(r'flags\.append\("(\w+)"') | {"unknown_type", "unsafe_url"}
    assert len(slugs) >= 9
    for word in slugs | flags | {reason.value for reason in SkipReason}:
        assert f"`{word}`" in FORMATS, word


def test_every_finding_of_verify_is_documented():
    slugs = words_in_package(r'Finding\(\s*"(\w+)"') | words_in_package(r'slug = "(\w+_line)" if')
    assert len(slugs) >= 14
    for slug in slugs:
        assert f"`{slug}`" in FORMATS, slug


def test_links_between_documents_lead_somewhere():
    for document in DOCS:
        for target in re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_public_name_has_a_docstring():
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), path
        for node in tree.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path.name}: {node.name}"
