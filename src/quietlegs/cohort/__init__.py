"""Many diaries or experiments: the same answers as the core, on one core, on all of them, or on a cluster.

:mod:`inputs` cuts what is given into parts of a few dozen people. :mod:`people` turns one part into results, a pure function
of its bytes. :mod:`run` sends parts out and gathers them in order; a finished part is kept, so that a run that broke off
goes on where it was. :mod:`outputs` pools and writes. Dask and Arrow are imported where they are used.
"""
