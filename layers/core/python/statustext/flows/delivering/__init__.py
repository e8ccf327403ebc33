"""Delivering: from an update in the table to a text at the carrier, once for each person.

`fanning_out` finds whom it concerns and queues batches; `batches` works through one. `protocol` is
the loop for one recipient: `evidence` gathers the facts, domain/decision.py decides, `room` finds
room (with `circuits`), and `record` is the only writer. `handing_over` sends one text and is shared
with `sending_direct`, the lane of codes, welcomes and answers; `refusals` says what an error leads
to. What is left of a batch goes on through `passing_on`, or `after_a_death`; `due_holds` hands on
what was held when its time has come. `context` holds what all of them depend on.
"""
