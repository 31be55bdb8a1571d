"""Closing a survey: it takes no more answers, and is counted once or destroyed unread."""
