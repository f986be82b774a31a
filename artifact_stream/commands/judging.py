"""`run --fail-on` and `--baseline`: the findings that a pipeline is stopped for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer

from artifact_stream.commands.options import FindingChoice
from artifact_stream.disk.scratch import scratch_folder
from artifact_stream.errors import Argument, InputUnusable, WrongUsage, escaped
from artifact_stream.findings.baseline import Baseline
from artifact_stream.findings.finding import Finding
from artifact_stream.findings.findings_file import findings_in, read_findings
from artifact_stream.layout import FINDINGS_FILE
from artifact_stream.options import Options
from artifact_stream.output.reader import open_output
from artifact_stream.tools.explain.text import place_text

_MAX_NAMED = 20


def check_judged(options: Options, kinds: Sequence[FindingChoice], baseline: str | None) -> None:
    """Refuse what cannot be judged, before anything is read.

    Raises:
        WrongUsage: Facts are not read.
        InputUnusable: The baseline is no ``findings.json``.
    """
    if (kinds or baseline) and not options.facts:
        name = "fail_on" if kinds else "baseline"
        raise WrongUsage(
            Argument("no_facts"), " leaves out what ", Argument(name), " asks for: drop one."
        )
    if baseline is not None:
        with _baseline(baseline):
            pass


def judge(out: str, kinds: Sequence[FindingChoice], baseline: str | None) -> bool:
    """Name the findings that are asked for on stderr; true if the command is to fail for them.

    Args:
        out: The output folder of the run that has ended.
        kinds: What to fail for.
        baseline: Path of an earlier ``findings.json``; findings that it has do not count.

    Raises:
        InputUnusable: The baseline cannot be read any more.
    """
    asked = {kind.value for kind in kinds}
    count = failing = 0
    with _baseline(baseline) as known, open_output(out).open(FINDINGS_FILE) as file:
        findings = findings_in(file)
        for finding in findings if known is None else known.new(findings):
            is_asked = not asked or "any" in asked or finding.kind.value in asked
            if not is_asked:
                continue
            count += 1
            failing += bool(asked)
            if count <= _MAX_NAMED:
                typer.echo(_text(finding, is_new=known is not None), err=True)
    new = "new " if baseline is not None else ""
    if count > _MAX_NAMED:
        typer.echo(
            f"... and {count - _MAX_NAMED:,} more {new}findings: see {FINDINGS_FILE}.", err=True
        )
    elif not count:
        typer.echo(f"no {new}findings of what was asked for.", err=True)
    return failing > 0


@contextmanager
def _baseline(path: str | None) -> Iterator[Baseline | None]:
    if path is None:
        yield None
        return
    with scratch_folder() as scratch:
        try:
            baseline = Baseline(read_findings(path), scratch)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputUnusable(
                f"{path} cannot be read as findings ({reason}): name the {FINDINGS_FILE} of an "
                "earlier run."
            ) from error
        try:
            yield baseline
        finally:
            baseline.close()


def _text(finding: Finding, *, is_new: bool) -> str:
    new = "new " if is_new else ""
    times = f" x{finding.count:,}" if finding.count > 1 else ""
    where = "" if finding.where is None else f" at {place_text(finding.where)}"
    return escaped(f"{new}{finding.kind.value.replace('_', ' ')}: {finding.title}{times}{where}")
