"""The commands, a file each: thin functions over the library, registered by `cli`."""
