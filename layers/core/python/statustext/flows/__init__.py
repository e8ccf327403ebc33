"""What happens, by journey: one folder a journey, one file a step of it.

Handlers and commands call in here; adapters and the domain are called from here, never the other
way round. `lookups.py` is what all journeys ask: one page, one incident, one component, or a 404.
"""
