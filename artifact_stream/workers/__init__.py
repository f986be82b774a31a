"""Processes that render, and what they say to each other."""
