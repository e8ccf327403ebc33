"""The page's own team: who it is, which level reaches it by which channel, and how an escalation
climbs while nobody answers."""
