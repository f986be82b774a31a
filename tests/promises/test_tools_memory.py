"""`pack` and `verify` stay flat too: not with the files of an output, nor with names in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from artifact_stream import run
from tests.helpers.hostile import MIB, measure
from tests.helpers.support import raw_entry

pytestmark = pytest.mark.slow

COMMANDS = {
    # It makes the pages once more, which hold what is in two of their data files.
    "verify": (("verify",), 12),
    "zip": (("zip",), 8),
    # Three maps fill what they may hold in memory before they go to disk.
    "redact": (("zip", "--redact"), 16),
}


def make_output(folder: Path, count: int) -> Path:
    with open(folder / "t.log", "wb") as log:
        for number in range(count):
            text = b"/home/alice%d/x" % number
            name = {"name": f"g{number}"}
            log.write(raw_entry("graph_dump", text, name, frame_id=number % 99, frame_compile_id=0))
    run([str(folder / "t.log")], str(folder / "out"))
    return folder / "out"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory) -> tuple[Path, Path]:
    """A small one and a large one."""
    return (
        make_output(tmp_path_factory.mktemp("small"), 10),
        make_output(tmp_path_factory.mktemp("large"), 30_000),
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_thirty_thousand_files(name, outputs, tmp_path):
    (command, *options), allowed_mib = COMMANDS[name]
    peaks = []
    for out in outputs:
        target = [str(tmp_path / f"{out.parent.name}.zip")] if command == "zip" else []
        arguments = [command, *options, str(out), *target]
        outcome = measure(arguments)
        assert outcome.exit_code == 0, outcome.said
        peaks.append(outcome.peak_bytes)
    assert peaks[1] - peaks[0] < allowed_mib * MIB
