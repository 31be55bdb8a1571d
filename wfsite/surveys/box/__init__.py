"""The ballot box of a survey: a folder of its own outside the database. Read docs/decisions/0008 before changing it.

The database is an index. What decides or is shown on the form, the vote, the closing or the count comes from one read
of the box; nothing verifies here and then reads the database again.
"""
