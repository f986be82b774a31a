"""Tests of `artifact_stream.facts`."""
