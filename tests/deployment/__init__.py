"""`make test-deploy`: what `sam build` makes, deployed as `sam deploy` does, updated and deleted.

AWS is ministack, somebody else's reading of it, so what our own local run translates wrongly shows.
"""
