"""Renew the meaning vectors of the evidence, and what sentences and questions teach, after words have changed."""

import numpy as np

from quietlegs.exchange import claim_words
from quietlegs.exchange.claim_files import VECTORS, make_vectors
from quietlegs.exchange.hearing_files import LESSONS, kept_in, make_hearing, taught_in
from quietlegs.exchange.knowledge_base import KB


def main() -> None:
    """Write the files beside the word lists."""
    files = {VECTORS: make_vectors()}
    for language in filter(taught_in, claim_words.languages()):
        files |= {kept_in(lesson, language): make_hearing(lesson, language) for lesson in LESSONS}
    for path, made in files.items():
        np.savez_compressed(path, **made)
        print(f"Wrote {path.relative_to(KB)}, {path.stat().st_size // 1024} KB.")


if __name__ == "__main__":
    main()
