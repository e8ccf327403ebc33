"""Keeping time: what nobody asks for and the clock does.

`finishing` looks after each update until all its deliveries have ended, `missing_receipts` asks
the carrier for what it did not tell, `sweeping` removes what time has ended.
"""
