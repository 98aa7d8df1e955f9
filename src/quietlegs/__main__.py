"""``python -m quietlegs`` is the command ``quietlegs``."""

from quietlegs.cli import main

if __name__ == "__main__":
    main()
