"""Registers: who came to a session, as it is marked, corrected and closed."""
