"""Delivering: from an update in the table to a text at the carrier, once for each person.

`fanning_out` finds whom it concerns and queues batches; `batches` works through one;
`sending` is the send protocol, with what was claimed before in `standing` and `settling`, what
waits in `holding` and `releasing`, and room in `circuits` and `hourly_cap`. `sending_direct` is
the lane of codes, welcomes and answers.
"""
