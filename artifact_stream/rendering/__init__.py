"""Turning payload bytes into what a person reads: pretty JSON, highlighted code pages."""
