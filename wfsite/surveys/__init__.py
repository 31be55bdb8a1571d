"""Pulse surveys: questions, the sealed ballot box, and results that keep the promise of anonymity."""
