"""The directory index: its lines, kinds of artifacts, and its order by compile id."""
