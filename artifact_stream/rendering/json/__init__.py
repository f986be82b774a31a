"""JSON laid out without changing anything but white space."""
