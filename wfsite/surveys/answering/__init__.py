"""Answering a survey: the promise, the page, the sealed ballot."""
