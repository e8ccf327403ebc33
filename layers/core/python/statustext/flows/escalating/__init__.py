"""The team's own escalations: what is raised to it, how that climbs, who answers.

`raising` is where anything that concerns the team begins and, with its cause, ends;
`carrying` is the clock's minute, `acknowledging` the answer.
"""
