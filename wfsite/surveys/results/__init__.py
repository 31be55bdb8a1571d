"""Closing a survey: one tally, one released set of tables."""
