"""Generated code: what Inductor writes for a graph, one file or several a compile id.

AOTInductor's wrapper and kernels are logged as graph dumps (``torch/_inductor/codecache.py``), with
the language in ``type`` and the file that was written in ``filename``::

    {"graph_dump": {"name": "inductor_aot_wrapper_code", "type": "cpp", "filename": "/x/y.cpp"}}
"""

from __future__ import annotations

import re

from artifact_stream.entries import Entry
from artifact_stream.handlers.base import (
    PYTHON,
    Artifact,
    Claim,
    Content,
    Documentation,
    Handler,
)

_NAME = "inductor_output_code"
_GRAPH_DUMP = "graph_dump"

# Names of languages as the highlighter of the pages has them: CUDA and Metal colour as C++ does.
_LANGUAGE_OF_TYPE = {
    "c": "cpp",
    "c++": "cpp",
    "cpp": "cpp",
    "cu": "cpp",
    "cuda": "cpp",
    "cxx": "cpp",
    "hip": "cpp",
    "metal": "cpp",
    "py": PYTHON,
    "python": PYTHON,
    "triton": PYTHON,
}
_LANGUAGE_OF_ENDING = {
    "c": "cpp",
    "cc": "cpp",
    "cpp": "cpp",
    "cu": "cpp",
    "cuh": "cpp",
    "cxx": "cpp",
    "h": "cpp",
    "hip": "cpp",
    "hpp": "cpp",
    "metal": "cpp",
    "mm": "cpp",
    "py": PYTHON,
}


def describe(entry: Entry) -> Artifact:
    """A highlighted page with line anchors, named after the file that Inductor wrote.

    A graph dump has a name of its own.
    """
    if entry.type == _GRAPH_DUMP:
        return Artifact(
            entry.text("name") or _GRAPH_DUMP,
            Content.CODE_PAGE,
            language=language_of_dump(entry) or PYTHON,
        )
    filename = entry.text("filename")
    stem = file_stem(filename) if filename else None
    return Artifact(_NAME if stem is None else f"{_NAME}_{stem}", Content.CODE_PAGE)


def language_of_dump(entry: Entry) -> str | None:
    """The language of a graph dump that is code by its metadata; None for a graph."""
    named = entry.text("type")
    if named is not None and (language := _LANGUAGE_OF_TYPE.get(named.lower())) is not None:
        return language
    _, dot, ending = (entry.text("filename") or "").rpartition(".")
    return _LANGUAGE_OF_ENDING.get(ending.lower()) if dot else None


def _is_code(entry: Entry) -> bool:
    return language_of_dump(entry) is not None


def file_stem(path: str) -> str | None:
    """The last component of a path without its last ending; None if there is none.

    Both separators count: a trace made on Windows is read anywhere.
    """
    component = re.split(r"[/\\]", path.rstrip("/\\"))[-1]
    if component in ("", ".", ".."):
        return None
    stem, dot, _ = component.rpartition(".")
    return stem if dot and stem else component


HANDLER = Handler(
    name="codegen",
    title="Code",
    entry_types=(_NAME,),
    describe=describe,
    documentation=Documentation(
        summary="Inductor's output code, and graph dumps whose `type` or file ending says that "
        "they are code (AOTInductor's wrapper and kernels), highlighted, with line anchors.",
        output="`inductor_output_code_{stem of metadata.filename}.html`; `{name}.html` for "
        "`graph_dump`; `.txt` as plain text",
    ),
    place=20,
    lazy_loader="loader.renderInductorCode",
    claims=(Claim(_GRAPH_DUMP, _is_code),),
)
