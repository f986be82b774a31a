"""Folders no link leads out of, files that appear whole, and memory that spills to disk."""
