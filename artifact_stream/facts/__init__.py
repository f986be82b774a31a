"""What entries tell beyond their file: readers, a file a subject, and the registry of them."""
