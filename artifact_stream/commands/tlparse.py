"""tlparse's options: those that ours have no name for are taken too, with a sentence.

Its other options are options of `run` under the same names, or of the same meaning.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperOption

from artifact_stream.commands.notes import note


class Foreign(NamedTuple):
    """An option of tlparse.

    Attributes:
        names: With their dashes.
        says: What to know when it is given: a phrase; empty if it asks for what is done anyway.
        takes: The name of its value; empty if it has none.
        refused: Whether going on without what it asks for would be taken for success.
    """

    names: tuple[str, ...]
    says: str = ""
    takes: str = ""
    refused: bool = False


FOREIGN = (
    Foreign(("--all-ranks-html",)),
    Foreign(
        ("--verbose", "-v"), "progress is shown anyway, and --debug shows where errors come from"
    ),
    Foreign(
        ("--export", "-e"),
        "there is no page for export; `--include exported_program` (and missing_fake_kernel, "
        "mismatched_fake_kernel, guard_added, ...) writes what it is made of",
    ),
    Foreign(
        ("--inductor-provenance", "-i"),
        "there is no page for provenance; the artifacts that it is made of are written as files",
    ),
    Foreign(
        ("--custom-header-html",),
        "pages have no header of one's own, so that it is left out",
        "HTML",
    ),
    Foreign(
        ("--strict-compile-id",),
        "entries without a compile id are no error here: they stand in the folder `unknown`, and "
        "--strict fails on what could not be read",
        refused=True,
    ),
    Foreign(("--serve",), "afterwards, `artifact-stream serve OUT` shows the output"),
)


class TakesTlparseOptions(TyperCommand):
    """A command that knows the options of tlparse; its help does not show them."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params.extend(_option(foreign) for foreign in FOREIGN)


def _option(foreign: Foreign) -> TyperOption:
    def answer(_context: Any, _option: Any, value: object) -> None:
        if not value or not foreign.says:
            return
        if foreign.refused:
            raise typer.BadParameter(f"{foreign.says}: leave it out.")
        note(f"{foreign.names[0]}: {foreign.says}")

    return TyperOption(
        param_decls=list(foreign.names),
        is_flag=not foreign.takes,
        default=None if foreign.takes else False,
        metavar=foreign.takes or None,
        expose_value=False,
        hidden=True,
        callback=answer,
        help=f"tlparse's: {foreign.says or 'done without it'}.",
    )
