"""Fuzzing with coverage guidance: what must hold for any bytes, and small corpora to begin with."""
