"""What a trace tells, as a page of text: for a terminal, a bug report, an assistant."""
