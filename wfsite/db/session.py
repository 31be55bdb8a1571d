"""The database session of the request, made once and bound to the app in `create_app`."""

from flask_sqlalchemy import SQLAlchemy

from wfsite.db.base import Base
from wfsite.db.engine import RequestSession

db = SQLAlchemy(
    metadata=Base.metadata,
    disable_autonaming=True,
    session_options={"class_": RequestSession, "expire_on_commit": False},
)
