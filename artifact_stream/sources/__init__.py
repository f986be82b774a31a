"""Which files are a trace, whether one is that of an earlier run, and its entries in order."""
