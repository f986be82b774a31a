"""The tree keeps its shape: data flows one way, modules stay small, the library never prints."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "artifact_stream"
MODULES = sorted(PACKAGE.rglob("*.py"))

# A module may import those above its own line, and those on it, never those below.
LAYERS = [
    ["_version", "errors", "compile_ids", "entries", "names", "urls"],
    ["package_files", "process_memory", "stop"],
    ["digests", "file_range", "stored_file", "streams", "payload_digest"],
    ["scratch_database", "spilling_map", "external_sort"],
    ["framing"],
    ["sources", "source_identity", "trace_reader", "progress_counters"],
    ["handlers"],
    ["selection", "accounting"],
    ["rendering"],
    ["directories", "staged_files", "kept_map", "writers"],
    ["render_task", "packs"],
    ["worker_messages"],
    ["worker_process"],
    ["worker_start"],
    ["worker", "worker_pool"],
    ["ordered_work", "packing"],
    ["directory_index", "kinds", "compile_directory", "compile_directory_reader"],
    ["jsonl_appender", "checkpoint", "discarded_lines"],
    ["output_marker"],
    ["store", "output_folder", "summary"],
    ["run_record", "recovery", "listed_entries"],
    ["report"],
    ["trace_lists", "publishing"],
    ["extraction"],
    ["resume"],
    ["engine"],
    ["unpacking"],
    ["output_files"],
    ["redaction", "zip_writer"],
    ["redacted_index", "redacted_packs", "verify_totals", "verify_packs", "verify_pages"],
    ["serve", "verification", "zipping"],
    ["progress"],
    ["cli_errors", "interrupts"],
    ["cli_options"],
    ["cli_tools"],
    ["cli"],
    ["__init__", "__main__"],
]
LAYER_OF = {name: number for number, layer in enumerate(LAYERS) for name in layer}


def part_of(module: str) -> str:
    """The first name below the package: what a layer lists."""
    return module.split(".")[1] if "." in module else "__init__"


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__") if len(parts) > 2 else ".".join(parts)


def imports_of(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return names


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_data_flows_one_way(path):
    own = part_of(module_name(path))
    for name in imports_of(path):
        if name.startswith("artifact_stream."):
            imported = part_of(name)
            assert LAYER_OF[imported] <= LAYER_OF[own], f"{path.name} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_module_has_one_job(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 420


def test_no_handler_imports_another_or_the_engine():
    for path in (PACKAGE / "handlers").glob("*.py"):
        if path.name != "__init__.py":
            imported = {n for n in imports_of(path) if n.startswith("artifact_stream.")}
            assert imported <= {"artifact_stream.entries", "artifact_stream.handlers.base"}


def is_for_people(path: Path) -> bool:
    """True for the modules of the command line, which print."""
    return path.name == "progress.py" or path.name.startswith("cli")


def test_only_the_command_line_knows_typer_and_rich():
    for path in MODULES:
        outside = {name.partition(".")[0] for name in imports_of(path)} & {"typer", "rich"}
        assert not outside or is_for_people(path), path


def test_the_library_never_prints_nor_exits_nor_reads_the_environment():
    for path in MODULES:
        if is_for_people(path):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("print", "exit", "input"), path
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("environ", "getenv"), path
                assert not (
                    node.attr in ("exit", "stdout", "stderr")
                    and isinstance(node.value, ast.Name)
                    and node.value.id == "sys"
                ), path


def test_html_stands_in_files_of_its_own():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert "<!doctype" not in node.value.lower(), path
                assert "<script" not in node.value.lower(), path
