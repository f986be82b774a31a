"""``python -m artifact_stream`` and the ``artifact-stream`` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line; it ends the process with its exit code."""
    from artifact_stream.commands.standard_streams import prepare_standard_streams

    prepare_standard_streams()
    from artifact_stream.cli import app
    from artifact_stream.commands.ending import ends_in_a_sentence_of_the_app

    with ends_in_a_sentence_of_the_app():
        app()


if __name__ == "__main__":
    main()
