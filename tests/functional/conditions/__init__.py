"""What each write holds at the moment it is made: somebody wrote since its maker looked.

Each test is named for the harm. `make teeth-conditions` leaves out every term of every condition,
and has these tests notice most of them.
"""
