"""All pages of sessions, registers and attendance: importing this module adds the routes to the blueprint."""

from wfsite.training.attendance import views_closing, views_register, views_report, views_sessions, views_walk_ins

__all__ = ["views_closing", "views_register", "views_report", "views_sessions", "views_walk_ins"]
