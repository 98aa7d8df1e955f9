"""What all tests share: properties are given no time limit, as a busy machine is no fault of the code."""

from hypothesis import settings

settings.register_profile("quietlegs", deadline=None)
settings.load_profile("quietlegs")
