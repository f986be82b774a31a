"""One output folder: made, marked, counted, listed, removed."""
