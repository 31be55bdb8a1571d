"""Courses and their sessions."""
