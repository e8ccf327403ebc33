"""Accounting: what happened, to whom and why, for the people who run a page. It only reads.

`deliveries` is who was told one incident, and how each text ended; `history` is everything about
one subscriber, in words; `audit_trail` is what operators and the system did.
"""
