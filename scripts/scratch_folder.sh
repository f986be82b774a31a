#!/bin/sh
# Prints where tests put their files: in memory where there is room for them, since they make
# hundreds of thousands of small ones; else wherever temporary files go.
set -eu

room_kib=$((6 * 1024 * 1024))
in_memory=/dev/shm

if [ -z "${TMPDIR:-}" ] && [ -d "$in_memory" ] && [ -w "$in_memory" ]; then
    free_kib=$(df -Pk "$in_memory" 2>/dev/null | awk 'NR == 2 { print $4 }')
    memory_kib=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null || echo 0)
    if [ "${free_kib:-0}" -gt "$room_kib" ] && [ "${memory_kib:-0}" -gt $((2 * room_kib)) ]; then
        echo "$in_memory"
        exit 0
    fi
fi
echo "${TMPDIR:-/tmp}"
