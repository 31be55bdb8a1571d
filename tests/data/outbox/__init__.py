"""Notices on both engines."""
