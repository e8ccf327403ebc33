"""Relaying: the table's stream, carried on to queues and EventBridge (`changes`, and `showing` for
what pages show) and counted (`counting`)."""
