"""Tests of `artifact_stream.pipeline`."""
