"""A form has as many fields as a page may hold: one with far more is refused before anybody takes it apart.

Requests are answered one at a time: taking apart a megabyte of tiny fields would keep everybody waiting. The parts of
a multipart form are counted by Werkzeug.
"""

from flask import Flask, request
from werkzeug.wrappers import Response

from wfsite.web.errors import error_page

# Three times the register of 300 people on one sheet.
MOST_FIELDS = 2000


def refuse_too_many_fields() -> Response | None:
    """413 for a form of more than `MOST_FIELDS` fields. The form is read from the same bytes later."""
    if request.mimetype != "application/x-www-form-urlencoded" or request.get_data().count(b"&") < MOST_FIELDS:
        return None
    return error_page(
        413,
        title="That form has too many fields to send at once",
        advice="Nothing was saved. Go back, reload the page and send its own form, or send it in smaller parts.",
    )


def init_app(app: Flask) -> None:
    """Call before anything reads the form; the guard does."""
    app.before_request(refuse_too_many_fields)
