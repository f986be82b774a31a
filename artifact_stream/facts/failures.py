"""Failed compilations, as ``dynamo_error`` tells of them: the text of a traceback.

``torch/_dynamo/convert_frame.py`` logs ``traceback.format_exc()``: perhaps several tracebacks, of
which the last one is that of the error that ended the compilation::

    Traceback (most recent call last):
      File "/x/torch/_dynamo/convert_frame.py", line 989, in _compile
    torch._dynamo.exc.BackendCompilerFailed: backend='broken_backend' raised:
    RuntimeError: broken backend
"""

from __future__ import annotations

import re

from artifact_stream.facts.fact import MAX_FRAMES, Frame, Kind, Told, cut, cut_lines
from artifact_stream.facts.frames import is_users, printed_frames
from artifact_stream.facts.reasons import number_and_hints, users_stack
from artifact_stream.facts.subject import Reading, Subject, Telling

_HEADER = "Traceback (most recent call last):"
_USER_CODE = "from user code:"
_ERROR = re.compile(r"^(?P<type>[A-Za-z_][\w.]*)(?:: ?(?P<reason>.*))?$", re.MULTILINE)
# What torch adds to every error.
_ADVICE = re.compile(r"^(?:Set TORCH|You can suppress this exception).*(?:\n {4}.*)*", re.MULTILINE)


def read(telling: Telling) -> Reading:
    """One failure: the type and the reason of the last error, and the user's line nearest to it."""
    text = telling.text.decode("utf-8", "replace")
    start = text.rfind(_HEADER)
    error = _ERROR.search(text, start + len(_HEADER)) if start >= 0 else None
    title = ""
    details: tuple[str, ...] = ()
    if error is not None:
        behind = text[error.start() :].partition("\n")[2].partition(_USER_CODE)[0]
        title, details = failure_title(error["type"], error["reason"] or "", behind)
    elif telling.is_whole:
        title = cut(text.strip().partition("\n")[0]) or "No reason was logged"
    stack = _users_stack(text)
    frame = stack[-1] if stack else None
    number, hints = number_and_hints(text)
    return Reading(
        [
            Told(
                kind=Kind.FAILURE,
                title=title,
                details=details,
                file=None if frame is None or not isinstance(frame.file, str) else frame.file,
                lineno=None if frame is None else frame.line,
                frame=None if frame is None else frame.function,
                code=None if frame is None else frame.code,
                stack=stack,
                number=number,
                hints=hints,
            )
        ],
        is_whole=telling.is_whole,
    )


def failure_title(
    error_type: str | None, reason: str, behind: str = ""
) -> tuple[str, tuple[str, ...]]:
    """What a failure is called, and the lines behind that.

    Args:
        error_type: Name of the error's class, perhaps with its module.
        reason: Its text, or the first line of it.
        behind: The rest of its text.
    """
    first, _, more = f"{reason.strip()}\n{behind}".partition("\n")
    if first.rstrip().endswith("raised:"):
        # A backend's error: what it was stands on the next line.
        second, _, more = more.lstrip("\n").partition("\n")
        first = f"{first} {second}"
    name = None if error_type is None else error_type.rpartition(".")[2]
    title = ": ".join(part for part in (name, first.strip()) if part)
    return cut(title) or "No reason was logged", cut_lines(_ADVICE.sub("", more))


def _users_stack(text: str) -> tuple[Frame, ...]:
    """The frames of the user's code that led to the error; none if none is told."""
    start = text.rfind(_USER_CODE)
    if start >= 0:
        return tuple(printed_frames(text[start:]))[-MAX_FRAMES:]
    stack = users_stack(text)
    if stack:
        return stack
    frames = (frame for frame in printed_frames(text) if is_users(str(frame.file)))
    return tuple(frames)[-MAX_FRAMES:]


SUBJECT = Subject(
    name="failures",
    artifacts=("dynamo_error",),
    read=read,
    summary="A compilation failed: the last error of the traceback, the user's file and line.",
)
