"""Print the longest chain of imports between files of the package, from the top."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.helpers.imports import longest_chain


def main() -> None:
    chain = longest_chain()
    print(f"{len(chain)} files:")
    print("\n".join(chain))


if __name__ == "__main__":
    main()
