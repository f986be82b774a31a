"""What an interrupted run has left, and going on with it."""
