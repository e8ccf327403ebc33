"""Relaying: the table's stream, carried on to queues and EventBridge (`changes`) and counted
(`counting`)."""
