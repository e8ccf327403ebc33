"""The whole system under a virtual clock, interleaved and disturbed by a seed, and its promises.

One seed is one history: the same seed does the same again. `python -m tests.simulation 0:100`.
"""
