"""Hearing: what comes back from phones and from the carrier.

`replies` takes inbound texts (STOP, START, HELP, words); `answering` does what they ask for;
`receipts` moves a delivery forward by what the carrier tells of it.
"""
