"""The site with two more views, which last as long as a file exists: one says that it waits, one does not."""

import subprocess

from flask import request

from wfsite.web.access import public
from wfsite.web.rsgi import Site
from wfsite.web.waiting import waits
from wsgi import app


def _child() -> str:
    path = request.args["while"]
    subprocess.run(["sh", "-c", 'while [ -e "$0" ]; do sleep 0.05; done', path], check=True)
    return "done\n"


app.add_url_rule("/test/waits/<int:number>", "waits", waits(public("test")(lambda number: _child())))
app.add_url_rule("/test/blocks/<int:number>", "blocks", public("test")(lambda number: _child()))
site = Site(app)
