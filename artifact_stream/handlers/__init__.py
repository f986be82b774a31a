"""What is to be written for an entry: a handler for each kind, and the registry that lists them."""
