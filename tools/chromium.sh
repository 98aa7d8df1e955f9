#!/bin/sh
# Find Chromium, or install Debian's where that is possible, or say exactly what to do.
set -e
for name in "$QUIETLEGS_CHROMIUM" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo"; else as_root="no"; fi
    if [ "$as_root" != no ]; then
        echo "Installing Chromium for the browser tests ..."
        $as_root apt-get update -qq
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium >/dev/null
        exit 0
    fi
fi
echo "The browser tests need Chromium, and it is not here." >&2
echo "On Debian or Ubuntu:  sudo apt-get install chromium" >&2
echo "Elsewhere: install Chromium or Chrome, then set QUIETLEGS_CHROMIUM to its path." >&2
exit 1
