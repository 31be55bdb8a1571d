"""What a production server loads: `granian --interface wsgi wsgi:app`."""

import gc

from wfsite import create_app

app = create_app()

# A full collection of everything loaded at start costs 15 ms now and then; frozen objects are never visited.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 100)
