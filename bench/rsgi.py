"""The app under measurement as granian loads it."""

from bench.wsgi import app
from wfsite.web.rsgi import Site

site = Site(app)
