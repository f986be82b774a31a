"""Python code as highlighted HTML, in chunks."""
