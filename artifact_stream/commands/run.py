"""`artifact-stream run`: extract."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Annotated

import typer

from artifact_stream.commands.ending import EXIT_FINDINGS, ends_in_a_sentence, finish
from artifact_stream.commands.options import (
    DEFAULT_OUTPUT,
    Debug,
    FindingChoice,
    Jobs,
    JsonSummary,
    Progress,
    ProgressInterval,
    ProgressMode,
)
from artifact_stream.commands.signals import signals_ask
from artifact_stream.commands.tlparse import TakesTlparseOptions
from artifact_stream.commands.wording import unmatched_text
from artifact_stream.errors import escaped
from artifact_stream.handlers.registry import BUILT_IN

COMMAND_CLASS = TakesTlparseOptions

EPILOG = (
    "Examples:\n\n"
    "`artifact-stream trace.log`\n\n"
    "`artifact-stream run traces/ out/ --open`\n\n"
    "`zcat trace.log.gz | artifact-stream run - out/`\n\n"
    "`artifact-stream run --only codegen --compile-id '0/*' trace.log out/`"
)


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}"


def _check_kinds(kinds: list[str] | None) -> list[str] | None:
    """Refuse what names no kind of entry, as Typer refuses what is none of an option's choices."""
    for kind in kinds or ():
        if kind not in BUILT_IN:
            choices = ", ".join(repr(name) for name in BUILT_IN)
            raise typer.BadParameter(f"{kind!r} is not one of {choices}.")
    return kinds


def _complete_kind(incomplete: str) -> list[str]:
    """The kinds of entries whose names begin so, for shells."""
    return [name for name in BUILT_IN if name.startswith(incomplete)]


def run_command(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE...",
            help="Folders (searched with their subfolders), files, or `-` for stdin. Raw "
            "TORCH_TRACE logs and intermediate JSONL, plain or compressed, tar and zip files of "
            "them, and tlparse reports.",
            show_default=False,
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Argument(
            metavar="OUT",
            help=f"Folder to write to: new or empty; `{DEFAULT_OUTPUT}` where it is left out.",
            show_default=False,
        ),
    ] = None,
    out_option: Annotated[
        str | None,
        typer.Option(
            "--out", "-o", metavar="OUT", help="The same; all arguments are sources then."
        ),
    ] = None,
    latest: Annotated[
        bool, typer.Option("--latest", help="Read the newest file of SOURCE, a folder.")
    ] = False,
    open_page: Annotated[
        bool, typer.Option("--open", help="Open the report in a web browser at the end.")
    ] = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", hidden=True, help="Without --open, how it is.")
    ] = False,
    plain_text: Annotated[
        bool, typer.Option("--plain-text", "-p", help="Write code as it is, not as pages.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="KIND",
            callback=_check_kinds,
            autocompletion=_complete_kind,
            help=f"Write only this kind of entry: {_listed(BUILT_IN)}. Repeatable.",
        ),
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option(
            "--include",
            metavar="TYPE",
            help="Write this entry type of other tools too; `cache` for cache artifacts, `all` for "
            "everything. Repeatable.",
        ),
    ] = None,
    compile_id: Annotated[
        list[str] | None,
        typer.Option(
            "--compile-id",
            metavar="ID",
            help="Write only this compile id: `0/0`, `0/0_1`, `'1/*'`. Repeatable.",
        ),
    ] = None,
    max_expansion: Annotated[
        int,
        typer.Option(
            "--max-expansion",
            metavar="RATIO",
            min=0,
            help="Stop reading compressed data that becomes more than this many times as long; 0 "
            "for no limit. The first 64 MiB are always read.",
        ),
    ] = 1000,
    lazy: Annotated[
        bool,
        typer.Option(
            "--lazy",
            help="Keep graphs and code in packs, which the report page loads on demand, not in "
            "files of their own.",
        ),
    ] = False,
    jobs: Jobs = None,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace what an earlier run made in OUT, nothing else."),
    ] = False,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Resume the run that was interrupted or killed in OUT; without one, simply run.",
        ),
    ] = False,
    facts: Annotated[
        bool,
        typer.Option(
            "--facts/--no-facts", help="Read what entries tell of how compilations went, or not."
        ),
    ] = True,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if any problem was recorded.")
    ] = False,
    fail_on: Annotated[
        list[FindingChoice] | None,
        typer.Option("--fail-on", help="Exit with 1 if there is such a finding. Repeatable."),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help="The findings.json of an earlier run: findings that it has are not new, and "
            "--fail-on is for new ones alone.",
            show_default=False,
        ),
    ] = None,
    progress: Progress = ProgressMode.auto,
    progress_interval: ProgressInterval = 10.0,
    json_summary: JsonSummary = False,
    debug: Debug = False,
) -> None:
    """Extract graphs, generated code, artifacts, dump files and links from traces."""
    from artifact_stream.commands.arguments import STDIN, named_by
    from artifact_stream.commands.browser import file_url, open_in_browser
    from artifact_stream.commands.judging import check_judged, judge
    from artifact_stream.commands.notes import note, note_that_a_terminal_is_read
    from artifact_stream.commands.passed_over import name_passed_over
    from artifact_stream.commands.progress import ProgressMonitor
    from artifact_stream.layout import INDEX_PAGE, name_of
    from artifact_stream.options import Options
    from artifact_stream.pipeline.progress import RunProgress
    from artifact_stream.pipeline.run import run
    from artifact_stream.stop import Interrupted, StopRequest

    with ends_in_a_sentence("run", interrupted="Interrupted.", debug=debug):
        arguments = [*(sources or ()), *(() if last is None else (last,))]
        named = named_by(arguments, out_option, latest=latest)
    out = named.out
    if progress is not ProgressMode.none:
        for text in named.notes:
            note(text)
    if STDIN in named.sources:
        note_that_a_terminal_is_read()
    interrupted = (
        f"Interrupted: {out} holds what was written so far; run the same again with --resume to "
        "resume it."
    )
    stop_request = StopRequest()
    with (
        ends_in_a_sentence("run", interrupted=interrupted, debug=debug, stop_request=stop_request),
        signals_ask(stop_request),
    ):
        options = Options(
            plain_text=plain_text,
            include=tuple(map(name_of, include or ())),
            only=tuple(only or ()),
            compile_ids=tuple(map(name_of, compile_id or ())),
            lazy=lazy,
            max_expansion=max_expansion,
            facts=facts,
        )
        check_judged(options, fail_on or (), baseline)
        counters = RunProgress()
        with ProgressMonitor(counters, progress.value, progress_interval) as monitor:
            summary = run(
                named.sources,
                out,
                options,
                overwrite=overwrite,
                resume=resume,
                jobs=jobs,
                progress=counters,
                stop=stop_request,
            )
        name_passed_over(summary)
        if not counters.was_complete:
            monitor.print_summary(summary)
        elif progress is not ProgressMode.none:
            typer.echo(f"{escaped(out)} is complete already: nothing was left to do.", err=True)
        for unmatched in summary.unmatched:
            typer.echo(escaped(f"warning: {unmatched_text(unmatched)}"), err=True)
        if open_page and not no_browser and not summary.interrupted:
            open_in_browser(file_url(os.path.join(out, INDEX_PAGE)))
        is_judged = bool(fail_on or baseline) and not summary.interrupted
        fails = is_judged and judge(out, fail_on or (), baseline)
        finish(summary, json_summary=json_summary, strict=strict and not summary.interrupted)
        if summary.interrupted:
            raise Interrupted
        if fails:
            raise typer.Exit(EXIT_FINDINGS)
