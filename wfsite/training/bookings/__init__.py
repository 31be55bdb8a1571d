"""Places at sessions."""
