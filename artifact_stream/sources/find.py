"""Finding traces: which files belong together, and what each trace is called.

A trace is one raw log, one set of intermediate files, or one stream.  Formats are told from
content; names of files only tell which intermediate files belong together and which rank logged.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from artifact_stream.disk.name_limit import max_name_bytes_below
from artifact_stream.errors import InputUnusable, OutputUnusable, WindowTooLarge
from artifact_stream.framing.detect import HEAD_BYTES, Format, detect_format
from artifact_stream.layout import (
    DIRECTORY_FILE,
    FORMAT_FILE,
    PROBLEMS_FILE,
    SUMMARY_FILE,
    name_of,
)
from artifact_stream.names import collision_key, numbered_name, safe_folder_name
from artifact_stream.streams.opening import PeekedStream, open_stream
from artifact_stream.streams.stored_file import ReadCounter

STDIN = "-"

INTERMEDIATE_NAMES = ("graphs.jsonl", "codegen.jsonl", "artifacts.jsonl", "compile_artifacts.jsonl")
"""Intermediate files that hold our entries, in the order they are read."""

OTHER_INTERMEDIATE_NAMES = frozenset(
    {
        "cache.jsonl",
        "chromium_events.json",
        "chromium_events.jsonl",
        "compilation_metrics.jsonl",
        DIRECTORY_FILE,
        "export.jsonl",
        "guards.jsonl",
        "manifest.json",
        PROBLEMS_FILE,
        "raw.jsonl",
        "stacks.jsonl",
        "string_table.json",
        "symbolic_shapes.jsonl",
        "tensor_metadata.jsonl",
    }
)
"""Intermediate files, and index files of ours, that are no sources, wherever they lie."""

_COMPRESSION_ENDINGS = (".gz", ".zst", ".zstd")
_RANK = re.compile(r"(?:^|_)rank_(\d+)(?=[_.]|$)")
_LOOKED_FOR = "a raw TORCH_TRACE log or intermediate JSONL, plain, gzip or zstd"


class SourceFile(msgspec.Struct, frozen=True):
    """One file of a trace.

    Attributes:
        path: Where it is; ``-`` for stdin.
        label: What problems call it: relative to the given folder, or as given; its bytes read in
            UTF-8, whatever the locale.
        format: Its format, None for a pipe, which is asked when it is opened.
        stored_bytes: Its size as stored, None for a pipe.
    """

    path: str
    label: str
    format: Format | None
    stored_bytes: int | None


class TraceSource(msgspec.Struct, frozen=True):
    """The files of one trace, in the order they are read.

    Attributes:
        name: What its output folder is called where a run has several traces.
        files: At least one.
    """

    name: str
    files: tuple[SourceFile, ...]

    @property
    def stored_bytes(self) -> int | None:
        """The size of all files as stored, None if that of one is not known."""
        sizes = [file.stored_bytes for file in self.files]
        return None if None in sizes else sum(size for size in sizes if size is not None)


def find_traces(sources: Sequence[str], out: str) -> list[TraceSource]:
    """The traces in the sources, each with a name of its own.

    The list grows with the number of files, never with their content.

    Args:
        sources: Folders, files, ``-`` for stdin.
        out: The output folder, which is not searched.

    Raises:
        InputUnusable: A source does not exist, cannot be read or holds no trace.
        OutputUnusable: The output folder is relative to a working folder that was removed.
    """
    _check_working_folder(sources, out)
    traces: list[TraceSource] = []
    for source in sources:
        traces.extend(_traces_of(source, out))
    found = _joined(_without_repeated_files(traces))
    return _with_distinct_names(found, max_name_bytes_below(out))


def _check_working_folder(sources: Sequence[str], out: str) -> None:
    """Make sure that relative paths can be found at all."""
    kinds = dict.fromkeys(sources, InputUnusable) | {out: OutputUnusable}
    relative = [path for path in kinds if path != STDIN and not os.path.isabs(path)]
    if relative:
        try:
            os.getcwd()
        except OSError as error:
            raise kinds[relative[0]](
                f"{relative[0]} cannot be found, because the working folder was removed "
                f"({error.strerror}): change to another folder, or name absolute paths."
            ) from error


def _traces_of(source: str, out: str) -> list[TraceSource]:
    if source == STDIN:
        return [TraceSource("stdin", (SourceFile(STDIN, "stdin", None, None),))]
    try:
        mode = os.stat(source).st_mode
    except OSError as error:
        raise _unreadable(error) from error
    if stat.S_ISDIR(mode):
        return _traces_in_folder(source, out)
    if stat.S_ISREG(mode):
        return [_trace_of_file(source)]
    if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode):
        name = trace_name(source)
        return [TraceSource(name, (SourceFile(source, name_of(source), None, None),))]
    raise InputUnusable(f"{source} is neither a file nor a folder nor a pipe: name one of these.")


def _trace_of_file(path: str) -> TraceSource:
    file = _probe(path, path)
    if isinstance(file, SourceFile):
        return TraceSource(trace_name(path), (file,))
    raise InputUnusable(f"{path} {file}: expected {_LOOKED_FOR}.")


def _probe(path: str, label: str) -> SourceFile | str:
    """The file as a source, or what it is instead, to stand behind its name in a sentence.

    Raises:
        InputUnusable: It cannot be read.  In a folder too: it may be the log that matters.
    """
    try:
        size = os.stat(path).st_size
    except OSError as error:
        raise _unreadable(error) from error
    if size == 0:
        return "is empty"
    stream = PeekedStream(open_stream(path, ReadCounter()), HEAD_BYTES)
    stream.close()
    detected = detect_format(stream.head)
    if detected is None:
        if isinstance(stream.damage, WindowTooLarge):
            raise InputUnusable(f"{label} cannot be read: ", *stream.damage.said, ".")
        return f"holds {describe_content(stream.head)}"
    return SourceFile(path, name_of(label), detected, size)


def describe_content(head: bytes) -> str:
    """What the first bytes of something look like, for a sentence."""
    if not head.strip():
        return "nothing but white space" if head else "nothing"
    if b"\0" in head[:1024]:
        return "binary data"
    if head.lstrip()[:1] in (b"{", b"["):
        return "JSON of another kind"
    return "other text"


def _traces_in_folder(folder: str, out: str) -> list[TraceSource]:
    found: list[TraceSource] = []
    others = 0
    for directory, names in _walk(folder, out):
        intermediate: list[SourceFile] = []
        for name in _in_reading_order(names):
            path = os.path.join(directory, name)
            if not os.path.isfile(path):
                continue
            file = _probe(path, os.path.relpath(path, folder))
            bare = _without_compression_ending(name)
            if isinstance(file, str) or (
                file.format is Format.JSONL and bare in OTHER_INTERMEDIATE_NAMES
            ):
                others += 1
            elif file.format is Format.JSONL and bare in INTERMEDIATE_NAMES:
                intermediate.append(file)
            else:
                found.append(TraceSource(trace_name(name), (file,)))
        if intermediate:
            found.append(TraceSource(_folder_name(directory), tuple(intermediate)))
    if not found:
        what = f"{others} files of other kinds" if others else "no files"
        raise InputUnusable(f"{folder} holds {what} and no trace: expected {_LOOKED_FOR} in it.")
    return found


def _folder_name(path: str) -> str:
    return name_of(os.path.basename(os.path.abspath(path))) or "trace"


def _joined(traces: list[TraceSource]) -> list[TraceSource]:
    """Make one trace of intermediate files of one folder that were named one by one."""
    by_folder: dict[str, dict[str, SourceFile]] = {}
    for trace in traces:
        if _is_intermediate_alone(trace):
            file = trace.files[0]
            folder, name = os.path.split(os.path.abspath(file.path))
            by_folder.setdefault(folder, {})[name] = file
    joined: list[TraceSource] = []
    for trace in traces:
        if not _is_intermediate_alone(trace):
            joined.append(trace)
            continue
        folder = os.path.dirname(os.path.abspath(trace.files[0].path))
        files = by_folder[folder]
        if len(files) < 2:
            joined.append(trace)
        elif trace.files[0] is next(iter(files.values())):
            ordered = tuple(files[name] for name in _in_reading_order(files))
            joined.append(TraceSource(_folder_name(folder), ordered))
    return joined


def _is_intermediate_alone(trace: TraceSource) -> bool:
    file = trace.files[0]
    bare = _without_compression_ending(os.path.basename(file.path))
    return len(trace.files) == 1 and file.format is Format.JSONL and bare in INTERMEDIATE_NAMES


def _walk(folder: str, out: str) -> Iterator[tuple[str, list[str]]]:
    """Folders with the names of their files, in a stable order; outputs of runs are left out."""
    out_path = os.path.realpath(out)
    for directory, folders, names in os.walk(folder, onerror=_stop_at):
        if os.path.realpath(directory) == out_path or _is_output(names):
            folders.clear()
            continue
        folders.sort(key=natural_key)
        yield directory, names


def _unreadable(error: OSError) -> InputUnusable:
    return InputUnusable(
        f"{error.filename} cannot be read ({error.strerror}): check the path and its permissions."
    )


def _stop_at(error: OSError) -> None:
    raise _unreadable(error) from error


def _is_output(names: list[str]) -> bool:
    """True for a folder with these names in it that is an output of ours."""
    return FORMAT_FILE in names and (SUMMARY_FILE in names or DIRECTORY_FILE in names)


def _in_reading_order(names: Iterable[str]) -> list[str]:
    """Intermediate files in their order, everything else in natural order behind them."""

    def key(name: str) -> tuple[int, list[tuple[int, str]]]:
        bare = _without_compression_ending(name)
        known = bare in INTERMEDIATE_NAMES
        return (INTERMEDIATE_NAMES.index(bare) if known else 99, natural_key(name))

    return sorted(names, key=key)


def natural_key(name: str) -> list[tuple[int, str]]:
    """A sort key that puts ``rank_2`` before ``rank_10``."""
    parts = re.split(r"(\d+)", name_of(name))
    return [(int(part[:18]), part) if part.isdecimal() else (-1, part) for part in parts]


def _without_compression_ending(name: str) -> str:
    for ending in _COMPRESSION_ENDINGS:
        name = name.removesuffix(ending)
    return name


def trace_name(path: str) -> str:
    """What the trace in a file is called: ``rank_3`` if its name says so, else without endings."""
    name = name_of(os.path.basename(path.rstrip("/")))
    rank = _RANK.search(name)
    if rank is not None:
        return f"rank_{rank[1]}"
    name = _without_compression_ending(name)
    stem, dot, ending = name.rpartition(".")
    return stem if dot and stem and ending.lower() in ("log", "jsonl", "txt", "json") else name


def _without_repeated_files(traces: list[TraceSource]) -> list[TraceSource]:
    """Leave out files that were named twice, once alone and once by their folder, say."""
    seen: set[str] = set()
    kept: list[TraceSource] = []
    for trace in traces:
        files = []
        for file in trace.files:
            identity = file.path if file.path == STDIN else os.path.realpath(file.path)
            if identity not in seen:
                seen.add(identity)
                files.append(file)
        if files:
            kept.append(TraceSource(trace.name, tuple(files)))
    return kept


def _with_distinct_names(traces: list[TraceSource], max_name_bytes: int) -> list[TraceSource]:
    """Give each trace a folder name that is safe, not too long and nobody else's."""
    taken: set[str] = set()
    named = []
    for trace in traces:
        name = candidate = safe_folder_name(trace.name, max_name_bytes)
        number = 0
        while collision_key(candidate) in taken:
            number += 1
            candidate = numbered_name(name, number, max_bytes=max_name_bytes)
        taken.add(collision_key(candidate))
        named.append(TraceSource(candidate, trace.files))
    return named
