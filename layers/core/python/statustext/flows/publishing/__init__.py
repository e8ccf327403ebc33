"""Publishing: an operator opens an incident or a maintenance, tells how it goes on, ends it.

`incidents` is the transaction of incident, update, audit and component states; `revising` decides
what an operator's words change; `recalling` stops an update;
`components` are the parts of the page; `idempotency` makes a repeated call harmless.
"""
