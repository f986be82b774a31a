"""What an interrupted run has left, and resuming it."""
