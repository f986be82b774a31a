"""What an entry's first line in a raw log begins with, before the JSON envelope."""

from __future__ import annotations

import re

PREFIX = re.compile(
    rb"[VIWEC](?P<month>\d\d)(?P<day>\d\d) (?P<time>\d\d:\d\d:\d\d\.\d{6}) +(?P<thread>\d+) "
    rb"(?P<pathname>[^\n]{1,1024}?):(?P<lineno>\d+)\] (?=\{)"
)
