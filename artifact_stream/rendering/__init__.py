"""Payload -> file: what is asked for (task), doing it (perform, write), and what is written."""
