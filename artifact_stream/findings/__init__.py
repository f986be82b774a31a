"""What the facts of a trace come to: its compilations, and what is found in them."""
