"""Uploads that wait for a yes: what a file would change is shown first, then applied in one transaction."""
