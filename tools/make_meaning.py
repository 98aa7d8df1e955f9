"""Renew the meaning vectors of the evidence, after its words have changed."""

import numpy as np

from quietlegs.exchange.claim_files import VECTORS, make_vectors


def main() -> None:
    """Write the vectors beside the word lists."""
    np.savez_compressed(VECTORS, **make_vectors())
    print(f"Wrote {VECTORS.name}, {VECTORS.stat().st_size // 1024} KB.")


if __name__ == "__main__":
    main()
