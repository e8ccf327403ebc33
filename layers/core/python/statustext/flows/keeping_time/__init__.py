"""Keeping time: what nobody asks for and the clock does.

`finishing` looks after each update until all its deliveries have ended, `missing_receipts` asks
the carrier for what it did not tell, `maintenances` reminds of, starts and ends what is planned,
`sweeping` removes what time has ended.
"""
