"""An output as one zip file, redacted if wanted."""
