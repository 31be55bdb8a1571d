"""All pages of sessions, registers and attendance: importing this module adds the routes to the blueprint."""

from wfsite.training.attendance import views_closing, views_register, views_sessions
from wfsite.training.attendance.report import views as report_views
from wfsite.training.attendance.walk_ins import views as walk_in_views

__all__ = ["report_views", "views_closing", "views_register", "views_sessions", "walk_in_views"]
