"""An output in a browser: a small web server of the standard library's parts."""
