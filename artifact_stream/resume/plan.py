"""Resuming a run: in what state is its output, and are the sources and options the same?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import Enum

import msgspec

from artifact_stream._version import __version__
from artifact_stream.errors import Argument, InputUnusable, OutputUnusable, Remedy, WrongUsage
from artifact_stream.layout import ROOT, RUN_VERSION, SUMMARY_FILE, TraceFolder
from artifact_stream.options import Options
from artifact_stream.output.folder import OutputFolder
from artifact_stream.output.marker import folders_in
from artifact_stream.output.summary import RunSummary, read_summary
from artifact_stream.resume.record import FinishedTrace, RunNotes, RunRecord, read_record
from artifact_stream.resume.recovery import Recovered, recover
from artifact_stream.sources.changes import change_of, identity_of
from artifact_stream.sources.identity import Change
from artifact_stream.sources.position import FilePosition
from artifact_stream.sources.trace import TraceSource
from artifact_stream.urls import is_inside

_OR_START_AGAIN = (", or ", Remedy.START_AGAIN, ".")


class State(Enum):
    """What a run has left in an output folder."""

    NOTHING = "nothing"
    INTERRUPTED = "interrupted"
    FINISHED = "finished"


def state_of(folder: OutputFolder) -> State:
    """What a run has left in an output folder.

    Raises:
        OutputUnusable: Something that cannot be resumed.
    """
    if not folder.content():
        return State.NOTHING
    marker = folder.marker()
    if marker is None:
        raise OutputUnusable(
            f"{folder.path} is not empty and was not made by artifact-stream, so ",
            Argument("resume"),
            " leaves it alone: ",
            Remedy.OTHER_FOLDER,
            ".",
        )
    if folder.removal.is_under_way():
        return State.NOTHING  # To be removed, as somebody has asked for: this run does the rest.
    if read_record(folder.path) is not None:
        return State.INTERRUPTED
    if folder.holds(SUMMARY_FILE):
        return State.FINISHED
    if not folder.holds_an_index(marker):
        return State.NOTHING  # Killed before it had begun.
    raise OutputUnusable(
        f"{folder.path} holds what a run has left that kept no record of itself, or lost it: ",
        Remedy.START_AGAIN,
        ".",
    )


def check_again(
    folder: OutputFolder, state: State | None, record: RunRecord | None, *, overwrite: bool
) -> None:
    """Make sure, now that nobody else changes the folder, that it may be used as it was found.

    Sources may have kept the run waiting, and another run may have ended there meanwhile.

    Args:
        folder: It, held by this run.
        state: In which it was found; None for a run that is not to resume anything.
        record: What was found of the run that is to be resumed, if there is one.
        overwrite: Whether what an earlier run made there may be replaced.

    Raises:
        OutputUnusable: It may not, or is in another state.
    """
    if state is None:
        folder.check(overwrite=overwrite)
    elif state_of(folder) is not state or (
        record is not None and read_record(folder.path) != record
    ):
        raise OutputUnusable(
            f"{folder.path} was changed by another run since this one was started: ",
            Remedy.OTHER_FOLDER,
            ", or start this one again.",
        )


def record_of(folder: OutputFolder, options: Options) -> RunRecord:
    """The record of the run that is to be resumed.

    Raises:
        OutputUnusable: This version cannot resume it.
        WrongUsage: It was asked for something else.
    """
    record = read_record(folder.path)
    assert record is not None
    version = record.generator_version
    if record.format_version != RUN_VERSION or version != __version__:
        raise OutputUnusable(
            f"{folder.path} was begun by artifact-stream {version}, and this is {__version__}: "
            "resume it with that version",
            *_OR_START_AGAIN,
        )
    _check_options(record.options, options)
    return record


def _check_options(earlier: Options, now: Options) -> None:
    before, after = (msgspec.structs.asdict(options) for options in (earlier, now))
    for name, value in before.items():
        if after[name] != value:
            raise WrongUsage(
                Argument("resume"),
                " needs the options of the run that was interrupted, and ",
                Argument(name),
                f" differs (it was {_shown(value)}): give the same",
                *_OR_START_AGAIN,
            )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "given" if value else "not given"
    if isinstance(value, tuple):
        return " ".join(str(item) for item in value) or "not given"
    return str(value)


def changes_since(
    record: RunRecord, traces: Sequence[TraceSource], heads: dict[str, list[bytes]]
) -> dict[str, Change | None]:
    """What has become of each trace since the run that is to be resumed; None for a new one.

    Args:
        record: What that run noted.
        traces: The traces now.
        heads: What traces from pipes begin with, decompressed.

    Raises:
        InputUnusable: A source is missing, became shorter or is another.
    """
    before = {trace.name: trace for trace in record.traces}
    now = {trace.name: trace for trace in traces}
    for name, earlier in before.items():
        labels = [file.label for file in earlier.files]
        if name not in now or [file.label for file in now[name].files] != labels:
            raise InputUnusable(
                Argument("resume"),
                f" needs the sources of the run that was interrupted, and {labels[0]} is not among "
                "them as it was: give the same from the same folder",
                *_OR_START_AGAIN,
            )
    if len(before) == 1 and len(now) > 1:
        raise InputUnusable(
            Argument("resume"),
            f" needs the sources of the run that was interrupted, and there are {len(now)} traces "
            "now, where there was one: name that one",
            *_OR_START_AGAIN,
        )
    return {
        name: change_of(before[name], trace, heads.get(name)) if name in before else None
        for name, trace in now.items()
    }


def finished_summary(
    folder: OutputFolder, sources: Sequence[TraceSource], options: Options
) -> RunSummary:
    """What a run did that has come to its end, if there is nothing to resume.

    Raises:
        OutputUnusable: That cannot be told, or there is.
        WrongUsage: The run was asked for something else.
    """
    try:
        summary = read_summary(folder.path)
    except (OSError, ValueError) as error:
        raise OutputUnusable(
            f"{folder.path} has no usable {SUMMARY_FILE}: ", Remedy.START_AGAIN, "."
        ) from error
    _check_options(summary.options, options)
    if [trace.sources for trace in summary.traces] != [
        [file.label for file in trace.files] for trace in sources
    ]:
        raise OutputUnusable(
            f"{folder.path} is complete, of other sources: ",
            Remedy.OTHER_FOLDER,
            *_OR_START_AGAIN,
        )
    sizes = [trace.stored_bytes for trace in sources]
    if None not in sizes and sum(size or 0 for size in sizes) != summary.source_bytes:
        raise OutputUnusable(
            f"{folder.path} is complete, and its sources have changed since: ",
            Remedy.OTHER_FOLDER,
            *_OR_START_AGAIN,
        )
    return summary


class Plan(msgspec.Struct):
    """What a run, begun or resumed, has to do.

    Attributes:
        folder: Where it writes.
        notes: Where it notes how far it has come.
        traces: All its traces.
        may_hold_others_files: Files that no run made may be in the folder.
        record: What has been noted of it.
        is_resumed: It resumes another one.
        changes: What has become of the sources of traces that had been noted before.
        finished: Traces that are complete.
    """

    folder: OutputFolder
    notes: RunNotes
    traces: Sequence[TraceSource]
    may_hold_others_files: bool
    record: RunRecord
    is_resumed: bool = False
    changes: dict[str, Change | None] = msgspec.field(default_factory=dict)
    finished: dict[str, FinishedTrace] = msgspec.field(default_factory=dict)

    def meet_pipe(self, trace: TraceSource, heads: list[bytes]) -> None:
        """Note what a trace is that comes from a pipe, now that it has been opened in its turn.

        Args:
            trace: It.
            heads: What the pipe begins with, decompressed.

        Raises:
            InputUnusable: It is not what it was in the run that is resumed.
            OutputUnusable: The folder cannot be written.
        """
        names = [noted.name for noted in self.record.traces]
        index = names.index(trace.name)
        noted = self.record.traces[index]
        if noted.files[0].head_bytes:
            change_of(noted, trace, heads)
        else:
            self.record.traces[index] = identity_of(trace, heads)
            self.notes.write(self.record)

    def recover(self, trace: TraceSource) -> Recovered | None:
        """From where a trace is resumed; None for one that nobody has begun.

        Raises:
            OutputUnusable: The folder cannot be written.
        """
        place = folder_of_trace(trace, self.traces)
        is_there = place.is_root or self.folder.holds(place.name)
        if not self.is_resumed or not is_there:
            return None
        self.folder.removal.remove_lists(place)
        recovered = recover(
            self.folder.path,
            place,
            trusts_checkpoint=True,
            may_hold_others_files=self.may_hold_others_files,
        )
        start = recovered.checkpoint
        if start is not None and not _can_go_on(start.positions, trace, self.changes[trace.name]):
            if recovered.ours is not None:
                recovered.ours.close()
            recovered = recover(
                self.folder.path,
                place,
                trusts_checkpoint=False,
                may_hold_others_files=self.may_hold_others_files,
            )
        return recovered


def _can_go_on(positions: list[FilePosition], trace: TraceSource, change: Change | None) -> bool:
    """False if a checkpoint tells of another trace, or if a file that had been read has grown."""
    if len(positions) != len(trace.files):
        return False
    return change is not Change.GROWN or not any(position.is_at_end for position in positions)


def folder_of_trace(trace: TraceSource, traces: Sequence[TraceSource]) -> TraceFolder:
    """Where a trace has its place: in the output folder itself if it is the only one."""
    return ROOT if len(traces) == 1 else TraceFolder(trace.name)


def begin(
    folder: OutputFolder,
    sources: Sequence[str],
    traces: Sequence[TraceSource],
    heads: dict[str, list[bytes]],
    options: Options,
) -> Plan:
    """Make or clear the folder, and note what is going to be done.

    Raises:
        InputUnusable: A source cannot be read any more.
        OutputUnusable: The folder cannot be written.
    """
    _check_sources_stay(folder, traces)
    identities = [identity_of(trace, heads.get(trace.name)) for trace in traces]
    folder.prepare([folder_of_trace(trace, traces) for trace in traces], lazy=options.lazy)
    notes = RunNotes(folder.path)
    others = folder.may_hold_others_files
    record = RunRecord(list(sources), options, identities, others)
    try:
        notes.write(record)
    except BaseException:
        notes.close()
        raise
    return Plan(folder, notes, traces, others, record)


def _check_sources_stay(folder: OutputFolder, traces: Sequence[TraceSource]) -> None:
    """Make sure that no source is among what an earlier run made in the folder.

    Raises:
        OutputUnusable: One is.
    """
    marker = folder.marker()
    if marker is None:
        return
    inside = {}
    for file in (file for trace in traces for file in (*trace.files, *trace.about.copies)):
        for leads_to in (os.path.abspath, os.path.realpath):
            relative = os.path.relpath(leads_to(file.path), leads_to(folder.path))
            inside[relative.replace(os.sep, "/")] = file.path
    found = folder.removal.finds(marker, {path for path in inside if is_inside(path)})
    if found is not None:
        raise OutputUnusable(
            f"{inside[found]} is among what an earlier run made in {folder.path}, and would be "
            "removed with it: move it elsewhere, or ",
            Remedy.OTHER_FOLDER,
            ".",
        )


def go_on(
    folder: OutputFolder,
    record: RunRecord,
    traces: Sequence[TraceSource],
    heads: dict[str, list[bytes]],
) -> Plan:
    """Find out what is left to be done of a run that was interrupted.

    Raises:
        InputUnusable: A source is missing or is another.
        OutputUnusable: The folder cannot be written.
    """
    changes = changes_since(record, traces, heads)
    notes = RunNotes(folder.path)
    try:
        return _plan_to_go_on(folder, notes, record, traces, heads, changes)
    except BaseException:
        notes.close()
        raise


def _plan_to_go_on(
    folder: OutputFolder,
    notes: RunNotes,
    record: RunRecord,
    traces: Sequence[TraceSource],
    heads: dict[str, list[bytes]],
    changes: dict[str, Change | None],
) -> Plan:
    folder.write_assets()
    if None in changes.values():
        new = [trace for trace in traces if changes[trace.name] is None]
        record.traces += [identity_of(trace, heads.get(trace.name)) for trace in new]
        folder.mark_run([TraceFolder(trace.name) for trace in traces], lazy=record.options.lazy)
        notes.write(record)
    names = {folder_of_trace(trace, traces).name: trace.name for trace in traces}
    all_finished = {names.get(f.summary.folder, ""): f for f in notes.finished()}
    finished = {n: f for n, f in all_finished.items() if changes.get(n) is Change.NONE}
    if len(finished) < len(all_finished):
        notes.forget_finished()
        for trace in finished.values():
            notes.add_finished(trace)
    if len(traces) > 1:
        folder.removal.remove_lists(ROOT)
        for name in finished:
            folder.removal.remove_staging(TraceFolder(name))
    others = record.may_hold_others_files
    return Plan(folder, notes, traces, others, record, True, changes, finished)


def remove_leftovers(folder: OutputFolder) -> None:
    """Remove what a run has left that was killed in its last moment.

    Raises:
        OutputUnusable: The folder cannot be written.
    """
    folder.removal.remove_staging(ROOT)
    marker = folder.marker()
    for place in () if marker is None else folders_in(marker):
        folder.removal.remove_staging(place)
