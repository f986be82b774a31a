"""Checking an output against its index."""
