"""Renew the meaning vectors of the evidence and the questions, and what the sentences teach, after words have changed."""

import numpy as np

from quietlegs.exchange.claim_files import VECTORS, make_vectors
from quietlegs.exchange.hearing_files import HEARING, make_hearing


def main() -> None:
    """Write both files beside the word lists."""
    for path, made in ((VECTORS, make_vectors()), (HEARING, make_hearing())):
        np.savez_compressed(path, **made)
        print(f"Wrote {path.name}, {path.stat().st_size // 1024} KB.")


if __name__ == "__main__":
    main()
