"""The Flask extensions, made once and bound to the app in `create_app`."""

from flask_login import LoginManager
from flask_wtf import CSRFProtect

from wfsite.db.session import db

__all__ = ["csrf", "db", "login_manager"]

csrf = CSRFProtect()
login_manager = LoginManager()
