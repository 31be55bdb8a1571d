"""The demo world: a fictional council, built the same way every time."""
