"""The plots of the benchmark: time and memory against size."""

from __future__ import annotations

from pathlib import Path

COLOURS = {
    "artifact-stream": "#0b7285",
    "artifact-stream -p": "#66a80f",
    "tlparse": "#c92a2a",
    "tlparse -p": "#e8590c",
}


def draw(lines: dict[str, list[tuple[float, float, float]]], folder: Path) -> None:
    """Write ``benchmark-time.svg`` and ``benchmark-memory.svg``.

    Args:
        lines: For each command, its points: size in MB, seconds, peak memory in MB.
        folder: Where the images go.
    """
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "artifact-stream"
    from matplotlib import pyplot as plt

    for name, column, label in (
        ("time", 1, "wall time, s"),
        ("memory", 2, "peak memory of the largest process, MB"),
    ):
        figure, axes = plt.subplots(figsize=(6.4, 4))
        for command, points in lines.items():
            axes.plot(
                [point[0] for point in points],
                [point[column] for point in points],
                marker="o",
                color=COLOURS.get(command),
                label=command,
            )
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("log, MB")
        axes.set_ylabel(label)
        axes.grid(visible=True, which="both", alpha=0.25)
        axes.legend()
        figure.tight_layout()
        figure.savefig(folder / f"benchmark-{name}.svg", metadata={"Date": None})
        plt.close(figure)
