"""A run: entries from sources, chosen, planned, rendered, published in order."""
