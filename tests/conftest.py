"""For all tests: no verdict depends on how fast the machine is."""

from hypothesis import settings

settings.register_profile("statustext", deadline=None)
settings.load_profile("statustext")
