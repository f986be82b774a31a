"""Fuzz one target: ``python -m fuzz.run NAME [options of libFuzzer]``.

New inputs go into ``.cache/fuzz/NAME``, what breaks a property into ``.cache/fuzz/NAME-broken-*``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["artifact_stream"]):
    from fuzz.targets import TARGETS

ROOT = Path(__file__).parent.parent


def main() -> None:
    name, *options = sys.argv[1:]
    found = ROOT / ".cache" / "fuzz" / name
    found.mkdir(parents=True, exist_ok=True)
    corpus = ROOT / "fuzz" / "corpus" / name
    prefix = f"-artifact_prefix={found}-broken-"
    arguments = [sys.argv[0], *options, prefix, str(found), str(corpus)]
    atheris.Setup(arguments, TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
