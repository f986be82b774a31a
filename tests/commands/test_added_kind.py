"""A kind of entry is one file in ``handlers/`` and one line in the registry: all else follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from artifact_stream.handlers.registry import BUILT_IN
from tests.helpers.added_kind import LOG, add_coffee, run_command
from tests.helpers.reports import values_of
from tests.helpers.support import jsonl


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    return add_coffee(tmp_path_factory.mktemp("package"))


@pytest.fixture
def out(tmp_path) -> Path:
    (tmp_path / "t.log").write_bytes(LOG)
    return tmp_path / "out"


def extract(package: Path, out: Path, *options: str) -> list[dict]:
    done = run_command(package, "run", str(out.parent / "t.log"), str(out), *options)
    assert done.returncode == 0, done.stderr
    return jsonl(out / "directory.jsonl")


def test_it_can_be_asked_for(package, out):
    shown = run_command(package, "run", "--help").stdout
    assert f"{', '.join(BUILT_IN)} or coffee." in " ".join(shown.split())
    lines = extract(package, out, "--only", "coffee")
    assert [(line["name"], line["type"]) for line in lines] == [
        ("arabica.txt", "espresso"), ("blend.txt", "ristretto"),
    ]  # fmt: skip
    assert (out / "0_0_0" / "arabica.txt").read_bytes() == b"short and black\n"
    refused = run_command(package, "run", "--only", "nobodys", "t.log", "out")
    assert refused.returncode == 2
    assert "'coffee'" in refused.stderr


def test_the_index_and_the_page_have_it_in_its_place(package, out):
    lines = extract(package, out)
    assert [line["flags"] for line in lines] == [[]] * 4, "its types are known"
    [head] = values_of(out / "report" / "head.js")
    kinds = [kind["name"] for kind in head["kinds"]]
    assert sorted(kinds) == sorted([*BUILT_IN, "other", "coffee"])
    assert kinds.index("graph") < kinds.index("coffee") < kinds.index("codegen")
    assert head["kinds"][kinds.index("coffee")]["title"] == "Cups of <coffee>"
    [[group]] = values_of(out / "report" / "outline-0.js")
    counts = {"graph": 1, "coffee": 2, "codegen": 1}
    assert group[4] == [counts.get(kind, 0) for kind in kinds]
    names = [row[0] for row in values_of(out / "report" / "rows-0.js")[0]]
    assert names == [
        "aot_joint_graph.txt", "blend.txt", "arabica.txt", "inductor_output_code.html",
    ]  # fmt: skip


def test_it_goes_to_packs_where_it_has_a_loader(package, out):
    lines = extract(package, out, "--lazy")
    assert [line["lazy_loader"] for line in lines] == [
        "loader.renderGraph", "loader.renderGraph", "loader.renderInductorCode",
        "loader.renderGraph",
    ]  # fmt: skip
    assert run_command(package, "verify", str(out)).returncode == 0
    assert run_command(package, "unpack", str(out)).returncode == 0
    assert (out / "0_0_0" / "blend.txt").read_bytes() == b"shorter\n"


def test_the_package_itself_knows_nothing_of_it(out):
    (out.parent / "nothing").mkdir()
    lines = extract(Path(__file__).parents[2], out)
    flags = {line["type"]: line["flags"] for line in lines}
    assert flags["espresso"] == flags["ristretto"] == ["unknown_type"]
