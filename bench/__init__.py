"""Benchmarks: `python -m bench`. What they print are measurements, never assertions."""
