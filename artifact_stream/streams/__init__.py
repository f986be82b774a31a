"""Bytes in: files, pipes and stdin, decompressed, read forward in blocks."""
