"""The site as any WSGI server and the command line load it; granian loads `rsgi.py`, which wraps it."""

import gc
import sys

from wfsite.app import create_app
from wfsite.config import UnsafeSettings

try:
    app = create_app()
except UnsafeSettings as error:
    sys.exit(f"The site does not start. {error}.")

# A full collection of everything loaded at start costs 15 ms now and then; frozen objects are never visited.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 100)
