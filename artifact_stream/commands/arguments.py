"""What people type for SOURCE and OUT, made of what `run` takes: paths of sources, one folder.

The rules stand in ``docs/cli.md``: what exists and could be meant as a source is never taken for
OUT, and OUT is never read.
"""

from __future__ import annotations

import glob
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field

from artifact_stream.commands.options import DEFAULT_OUTPUT
from artifact_stream.errors import InputUnusable, OutputUnusable, WrongUsage

STDIN = "-"

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_WILDCARD = re.compile(r"[*?[]")
_TRACE_ENDING = re.compile(r"\.(log|jsonl?|gz|zst|zstd|xz|bz2|tar|tgz|zip)$", re.IGNORECASE)
_MAX_SHOWN = 3
_FETCHES = {
    "http": "curl -L {} |",
    "https": "curl -L {} |",
    "s3": "aws s3 cp {} - |",
    "gs": "gcloud storage cat {} |",
}


@dataclass
class Named:
    """What the arguments of a run name.

    Attributes:
        sources: Paths, and ``-`` for stdin; at least one.
        out: The output folder.
        notes: What people should know of how their arguments were understood: phrases.
    """

    sources: list[str]
    out: str
    notes: list[str] = field(default_factory=list)


def named_by(arguments: Sequence[str], out: str | None, *, latest: bool = False) -> Named:
    """Tell the sources from the output folder.

    Args:
        arguments: What was given beside options, in order.
        out: The output folder, where an option names it.
        latest: Of the one source, a folder, only the newest file is wanted.

    Raises:
        WrongUsage: An argument is missing, or they do not go together.
        InputUnusable: A source cannot be what it names.
        OutputUnusable: The last argument could be a source or the output folder, and may not be
            used as either without being asked for by name.
    """
    if "" in (*arguments, out):
        raise WrongUsage("An argument is empty: see that the variable it is made of has a value.")
    if not arguments:
        raise WrongUsage("SOURCE is missing: name logs, folders, or `-` for stdin.")
    sources = list(arguments)
    is_last_out = out is None and len(sources) > 1 and _is_out(sources[-1])
    if is_last_out:
        out = sources.pop()
    notes: list[str] = []
    if out is None:
        notes.append(
            f"OUT was left out: the output goes to {DEFAULT_OUTPUT}{os.sep} (-o OUT names another)"
        )
    else:
        _check_out(out)
    if len(sources) == 1 and not latest and out is None:
        _check_piped(sources[0])
    found: list[str] = []
    for source in sources:
        found += _files_meant(source, notes)
    if latest:
        found = [_newest(found, notes)]
    if not any(source == STDIN or is_there(source) for source in found):
        raise InputUnusable(_not_there(found, is_out_named=out is not None))
    _check_all_there(found, out, is_last_out=is_last_out)
    return Named(found, _home(out or DEFAULT_OUTPUT), notes)


def is_path_like(word: str) -> bool:
    """True for a word that is a path, whether anything is there or not, or a pattern, or a URL."""
    separators = [os.sep, os.altsep or os.sep, ".", "~"]
    return any(mark in word for mark in separators) or _WILDCARD.search(word) is not None


def is_there(path: str) -> bool:
    """True if anything has this path, a link that leads nowhere too."""
    return os.path.lexists(_home(path))


def _home(path: str) -> str:
    """The path, with ``~`` as a shell would have it: `--out=~/x` and quotes keep it from that."""
    if (path == "~" or path.startswith("~/")) and not os.path.lexists(path):
        return os.path.expanduser(path)
    return path


def _check_out(out: str) -> None:
    """Refuse for OUT what no folder is called by intent.

    Raises:
        OutputUnusable: It is a URL, or ``-`` for stdout.
    """
    if _URL.match(out):
        raise OutputUnusable(f"{out} is a URL, and OUT is a folder on this machine: name one.")
    if out == STDIN:
        raise OutputUnusable("OUT is a folder, not stdout: name one.")


def _is_out(last: str) -> bool:
    """True if the last of several arguments names the output folder, false if it is a source.

    Raises:
        InputUnusable: It is not there, and called as traces are.
        OutputUnusable: It is neither one that may be written to nor sure to be meant as a source.
    """
    from artifact_stream.output.folder import OutputFolder

    path = _home(last)
    if last == STDIN or _URL.match(last):
        return False
    if os.path.isdir(path):
        folder = OutputFolder(path)
        if folder.content() and folder.marker() is None:
            raise OutputUnusable(
                f"{last} is not empty and was not made by artifact-stream, so that it cannot be "
                "OUT: name another folder, or, if it is a SOURCE, add -o OUT."
            )
        return True
    try:
        status = os.lstat(path)
    except OSError:
        if "*" in last or "?" in last or _matches(last):
            return False
        if _TRACE_ENDING.search(last):
            raise InputUnusable(
                f"{last} is not there, and OUT is a folder, which would not be called so: check "
                "the path, or, if it is OUT, add -o."
            ) from None
        return True
    if path == os.devnull or (stat.S_ISLNK(status.st_mode) and not os.path.exists(path)):
        what = "keeps nothing" if path == os.devnull else "is a link to what is not there"
        raise OutputUnusable(f"{last} {what}: name another folder for OUT.")
    if stat.S_ISREG(status.st_mode) and status.st_size == 0:
        raise OutputUnusable(
            f"{last} is an empty file, neither a trace nor a folder: name another for OUT, or, if "
            "it is a SOURCE, add -o OUT."
        )
    return False


def _not_there(sources: Sequence[str], *, is_out_named: bool) -> str:
    """That nothing which was named as a source is there."""
    if len(sources) > 1:
        more = ", ..." if len(sources) > _MAX_SHOWN else ""
        return f"None of {', '.join(sources[:_MAX_SHOWN])}{more} is there: check the paths."
    source = sources[0]
    if is_out_named or _TRACE_ENDING.search(source):
        return f"{source} is not there: check the path."
    return f"{source} is not there: check the path, or, if it is OUT, name a SOURCE before it."


def _check_all_there(sources: Sequence[str], out: str | None, *, is_last_out: bool) -> None:
    """See whether one of several sources is OUT, named in another place than the last.

    Raises:
        InputUnusable: One is not there.
    """
    gone = next((each for each in sources if each != STDIN and not is_there(each)), None)
    if gone is None:
        return
    if _TRACE_ENDING.search(gone) or (out is not None and not is_last_out):
        raise InputUnusable(f"{gone} is not there: check the path.")
    if is_last_out:
        raise InputUnusable(f"{gone} is not there: check the path; {out}, which is last, is OUT.")
    raise InputUnusable(
        f"{gone} is not there: check the path, or, if it is OUT, name it last or with -o."
    )


def _check_piped(source: str) -> None:
    """See whether the one argument is OUT and `-` was forgotten.

    Raises:
        InputUnusable: It is not there, while something is piped in.
    """
    if source == STDIN or is_there(source) or _WILDCARD.search(source) or _URL.match(source):
        return
    if _TRACE_ENDING.search(source):
        return
    try:
        is_piped = stat.S_ISFIFO(os.fstat(0).st_mode)
    except OSError:
        return
    if is_piped:
        raise InputUnusable(
            f"{source} is not there: check the path; what is piped in has the name `-`: "
            f"artifact-stream run - {source}."
        )


def _files_meant(source: str, notes: list[str]) -> list[str]:
    """What an argument means: itself, or the files that its pattern matches."""
    if source == STDIN or is_there(source):
        return [_home(source)]
    url = _URL.match(source)
    if url is not None:
        scheme = url[0].lower().removesuffix("://")
        fetch = _FETCHES.get(scheme)
        remedy = "name the file itself"
        if fetch is not None:
            remedy = f"read it by `{fetch.format(source)} artifact-stream run - OUT`"
        elif scheme != "file":
            remedy = "fetch it first"
        raise InputUnusable(f"{source} is a URL, which cannot be read yet: {remedy}.")
    matched = _matches(source)
    if matched:
        many = "file" if len(matched) == 1 else "files and folders"
        notes.append(f"'{source}' matches {len(matched):,} {many}")
        return matched
    if "*" in source or "?" in source:
        raise InputUnusable(f"No file matches {source}: check the path.")
    return [_home(source)]


def _matches(pattern: str) -> list[str]:
    """What matches a pattern that no shell has replaced, in order; nothing if it is none."""
    if _WILDCARD.search(pattern) is None:
        return []
    return sorted(glob.glob(_home(pattern), recursive=True))


def _newest(sources: Sequence[str], notes: list[str]) -> str:
    """The file of the folder that was changed last, as tlparse's ``--latest`` has it."""
    if len(sources) != 1 or not os.path.isdir(sources[0]):
        raise WrongUsage("--latest needs one SOURCE, a folder: the newest file in it is read.")
    folder = sources[0]
    newest: tuple[int, str] | None = None
    try:
        for entry in os.scandir(folder):
            if entry.is_file() and not entry.name.startswith("."):
                candidate = (entry.stat().st_mtime_ns, entry.path)
                newest = candidate if newest is None else max(newest, candidate)
    except OSError as error:
        raise InputUnusable(
            f"{folder} cannot be read ({error.strerror}): check its permissions."
        ) from error
    if newest is None:
        raise InputUnusable(f"{folder} holds no files: --latest does not look into its folders.")
    notes.append(f"{newest[1]} is the newest file of {folder}")
    return newest[1]
