"""Finding the kernels that Inductor's output code holds in string literals.

Inductor writes ``name = async_compile.cpp_pybinding(['float*'], r'''...''')``: the call says in
which language the string is written.  The forms are those of ``torch/_inductor/codegen``.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

#: The name a kernel's call begins with; a lexer asks `find_kernel` where it meets this name.
CALL_NAME = "async_compile"

_LANGUAGES = {
    "cpp": "cpp",
    "cpp_pybinding": "cpp",
    "cuda": "cpp",
    "metal": "cpp",
    "rocm": "cpp",
    "xpu": "cpp",
    "cutedsl": "python",
    "halide": "python",
    "nv_universal_gemm": "python",
    "pallas": "python",
    "triton": "python",
}

_NESTED_CALLS = 2  # HalideMeta(argtypes=[HalideInputSpec(...)], ...)


def _argument_pattern() -> str:
    """Matches one character, string or bracketed group of the arguments before the kernel."""
    plain = r"""[^\n'"#()\\;]|'(?!'')[^\n'\\]*'|"(?!"")[^\n"\\]*\""""
    pattern = plain
    for _ in range(_NESTED_CALLS):
        pattern = rf"{plain}|\((?:{pattern})*\)"
    return pattern


@functools.cache
def _call_pattern() -> re.Pattern[str]:
    """Matches a call up to its kernel; compiled on first use, since few sources need it."""
    return re.compile(
        rf"""{CALL_NAME}\.({"|".join(_LANGUAGES)})\((?:{_argument_pattern()})*?"""
        r"""(?<![A-Za-z0-9_])[rR]?(?:'''|\""")"""
    )


class Kernel(NamedTuple):
    """A kernel's source text inside a Python source."""

    start: int  # Where the text begins, after the opening quotes.
    language: str  # "cpp" or "python".


def find_kernel(text: str, pos: int) -> Kernel | None:
    """The kernel whose call begins at ``pos``, if one does.

    The call up to the opening quotes must stand on one line.  Whether ``pos`` is code and not
    part of a comment or a string is the caller's knowledge.
    """
    call = _call_pattern().match(text, pos)
    return Kernel(call.end(), _LANGUAGES[call[1]]) if call else None
