"""Factor values that are not known on logged nights: see :func:`fill`."""

import numpy as np

from quietlegs.core.inference.families import FloatArray


def fill(columns: FloatArray) -> FloatArray:
    """Return the columns (n, p) with every gap filled by its expected value given what is known."""
    return np.where(np.isnan(columns), 0.0, columns)
