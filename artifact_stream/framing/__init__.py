"""From bytes to entries: the raw log and the intermediate JSONL become the same `Entry`."""
