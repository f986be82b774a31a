"""Write the seeds of the fuzz corpora; inputs that once broke a target stay beside them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.helpers.support import FRAME_0, PREFIX, jsonl_entry, raw_entry  # noqa: E402

NO_CUT, CUTS = b"\0", b"\3\7\0\x30\0\x7a\0"
CODE = b"""'''doc'''
async_compile.cpp_pybinding(['float*'], '''
#include <x>  // /* " */
''')
@triton.jit
def f(x, *, y=1_0.5e3j): # \xc3\xa9 \0 $?
    return f"{x!r:>{y}} {{}}" + rb'\\x' + "<&>\r\n" % (x,)
"""


def seeds() -> dict[str, list[bytes]]:
    log = (
        raw_entry("aot_joint_graph", b"a\n\n\tb", **FRAME_0)
        + raw_entry("artifact", b"", {"name": "n", "x": float("nan")}, rank=1)
        + PREFIX.encode() + b'{"str": ["x", 1]}\n\n\tlost\nno entry\n'
        + PREFIX.encode() + b'{"a": {}, "b": [], "compiled_autograd_id": 1}\n\tx'
    )  # fmt: skip
    lines = (
        jsonl_entry("graph_dump", b'a\xff\n"\\', {"name": "g"}, compile_id="0_0_0", rank=0)
        + b'{"payload": [1, {"a": NaN}], "type": "x"}\n\n[]\n{"type": "\\ud800"\n{"type":""}'
    )
    document = json.dumps({"a": [1.5, -0.0, 1e400, None, True, '\u2028\\"'], "": {}}).encode()
    return {
        "raw_log": [NO_CUT + log, CUTS + log],
        "jsonl": [NO_CUT + lines, CUTS + lines],
        "json_format": [NO_CUT + document, CUTS + document, NO_CUT + b"[NaN, -Infinity, 1E+2]"],
        "names": [
            b"../../x",
            b"CON.txt",
            "\u202eé".encode() * 80,
            b"\0x\0\x80\xdc/\0",
            b"https://x",
        ],
        "code_page": [NO_CUT + CODE, CUTS + CODE],
    }


def main() -> None:
    for name, contents in seeds().items():
        folder = ROOT / "fuzz" / "corpus" / name
        folder.mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(contents, 1):
            (folder / f"seed-{number}").write_bytes(data)


if __name__ == "__main__":
    main()
