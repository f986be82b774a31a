"""What is done with an output that is there: verify, zip, unpack, serve."""
