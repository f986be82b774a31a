"""The library's sentences as people at a command line need them: remedies are options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from artifact_stream.errors import Advice, Argument, ArtifactStreamError, Remedy

if TYPE_CHECKING:
    from artifact_stream.output.missing import Unmatched
    from artifact_stream.tools.verify.finding import Finding

_ANY_COMMAND = {
    Remedy.RESUME: "resume it with run --resume",
    Remedy.TRY_AGAIN: "then try again",
    Remedy.START_AGAIN: "run it again with --overwrite",
    Remedy.REPLACE: "add --overwrite to replace",
    Remedy.RESUME_REMOVES: "run --resume removes it",
    Remedy.OTHER_PORT: "name another with --port",
    Remedy.LARGER_FILES: "allow larger files (ulimit -f)",
    Remedy.MORE_OPEN_FILES: "allow more open files (ulimit -n)",
    Remedy.LAZY_OUTPUT: "name the output of `run --lazy`",
    Remedy.LAZY_AGAIN: "make them again with run --lazy --overwrite",
}
"""Those that are not here are said as the library says them: they name no argument."""

_ONE_COMMAND = {
    "run": {
        Remedy.RESUME: "add --resume to resume it",
        Remedy.TRY_AGAIN: "then resume with --resume",
        Remedy.START_AGAIN: "start from scratch with --overwrite",
    },
    "unpack": {Remedy.TRY_AGAIN: "then unpack it again"},
}

_DECOMPRESS = {Remedy.DECOMPRESS: "zstd -d --long=31 -c", Remedy.DECOMPRESS_XZ: "xz -dc"}

_OPTIONS = {"compile_ids": "--compile-id", "allow_hosts": "--allow-host"}
"""Options whose name is not that of the argument."""


def sentence(error: ArtifactStreamError, command: str) -> str:
    """What an error says to someone who has given a command.

    Args:
        error: It.
        command: The name of the command, such as ``run``.
    """

    def word(piece: Advice | Argument) -> str:
        if isinstance(piece, Advice):
            return remedy_text(piece, command)
        option = _OPTIONS.get(piece.name, f"--{piece.name.replace('_', '-')}")
        return option if piece.value is None else f"{option} {piece.value}"

    return error.worded(word)


def unmatched_text(unmatched: Unmatched) -> str:
    """That an option has matched nothing, and what it could have."""
    option = _OPTIONS.get(unmatched.option, f"--{unmatched.option.replace('_', '-')}")
    there = ", ".join(unmatched.there) + (", ..." if unmatched.has_more else "")
    what = f"; found there: {there}" if there else ": there is nothing that it could match"
    text = f"{option} {unmatched.value} matches nothing{what}."
    return "".join(c if c.isprintable() else "?" for c in text)


def finding_text(finding: Finding) -> str:
    """What `verify` has found at a file, and what helps."""
    if finding.remedy is None:
        return finding.message
    return f"{finding.message}: {remedy_text(Advice(finding.remedy), 'verify')}"


def remedy_text(advice: Advice, command: str) -> str:
    """A remedy as options of the command, or of another where that one helps."""
    remedy = advice.remedy
    if remedy in _DECOMPRESS:
        file = advice.about or "FILE"
        return f"read it by `{_DECOMPRESS[remedy]} {file} | artifact-stream run - OUT`"
    words = _ONE_COMMAND.get(command, {})
    return words.get(remedy) or _ANY_COMMAND.get(remedy) or str(remedy)
