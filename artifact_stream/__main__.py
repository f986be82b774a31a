"""``python -m artifact_stream`` and the ``artifact-stream`` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line; it ends the process with its exit code."""
    from artifact_stream.cli import app

    app()


if __name__ == "__main__":
    main()
