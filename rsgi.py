"""What granian loads: `python serve.py` starts it."""

from wfsite.web.rsgi import Site
from wsgi import app

site = Site(app)
