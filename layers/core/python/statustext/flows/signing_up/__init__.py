"""Signing up: a visitor asks for texts, proves the number, chooses what to hear, and may leave.

`subscribing` takes the form and writes an unconfirmed subscriber; the code is texted by the codes'
lane (`delivering`). `verifying` takes the code and makes the subscriber active. `managing` shows
and changes a subscription by token. `preferences` is how choices are written and read.
"""
