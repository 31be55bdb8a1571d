"""A form that was posted after its sign-in was gone: what was typed waits on the sign-in page, sealed.

The envelope travels in a hidden field; the server stores nothing. It opens for an hour, only with this site's key and
only for the person whose page the form stood on. It is never applied by itself: they look at it and send it again.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from wfsite.core.sealing import TooLarge, seal, unseal
from wfsite.web.form_tokens import FIELD as TOKEN
from wfsite.web.form_tokens import drawn_for
from wfsite.web.form_words import Fields, Told, told_by_names, told_by_page
from wfsite.web.going_back import address_here
from wfsite.web.inner_pages import page_at
from wfsite.web.params import now
from wfsite.web.respond import page

LASTS = timedelta(minutes=60)
LARGEST = 256 * 1024
# The sheet of a register sends two fields for each of its people, and no other form nearly as many: with more of them
# than this its page would be too large to draw, see `inner_pages`.
MOST_FIELDS = 600
FIELD = "kept"
# The names of what nobody but its owner may see: passwords, and the code of a survey's third holder.
_SECRET = re.compile(r"password|(?<![a-z])code(?![a-z])", re.IGNORECASE)
_PURPOSE = "kept-form"


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What was typed, where it was going, and whose it is."""

    person_id: int
    action: str
    fields: Fields


def posted_form() -> KeptForm | None:
    """The request's form, for whoever its page was drawn for; None when nobody knows, or nothing may be kept.

    Passwords, codes and files are never kept, nor is half of the form that holds them.
    """
    person_id = drawn_for()
    fields = posted_fields() if person_id else ()
    return KeptForm(person_id, address_here(), fields) if person_id and fields else None


def anything_posted() -> bool:
    """Whether the present request's form held more than its token."""
    try:
        return bool(request.files) or any(name not in (TOKEN, FIELD) for name in request.form)
    except RequestEntityTooLarge:
        return True


def posted_fields() -> Fields:
    """What was typed into the present request's form; nothing of a form with passwords, codes or files."""
    if request.files or any(_SECRET.search(name) for name in request.form):
        return ()
    return tuple(
        (name, value) for name in request.form if name not in (TOKEN, FIELD) for value in request.form.getlist(name)
    )


def waiting() -> str:
    """The envelope that a sign-in form carried, cut to what `opened` reads; "" for none."""
    try:
        return request.form.get(FIELD, "")[: LARGEST + 1]
    except RequestEntityTooLarge:
        return ""


def envelope(form: KeptForm | None) -> str:
    """A form sealed; "" for none, and for one that is too large to carry."""
    if form is None:
        return ""
    value = [form.person_id, form.action, form.fields]
    try:
        sealed = seal(value, key=current_app.extensions["settings"].secret_key, purpose=_PURPOSE, at=now())
    except TooLarge:
        return ""
    return sealed if len(sealed) <= LARGEST else ""


def opened(sealed: str, *, person_id: int) -> KeptForm | None:
    """The form in an envelope; None when it is too old, too large, not ours or not this person's."""
    if not sealed or len(sealed) > LARGEST:
        return None
    key = current_app.extensions["settings"].secret_key
    value = unseal(sealed, key=key, purpose=_PURPOSE, lasts=LASTS, at=now())
    if value is None:
        return None
    owner, action, fields = value
    if owner != person_id:
        return None
    return KeptForm(owner, action, tuple((name, text) for name, text in fields))


def send_again(form: KeptForm, *, back: str, status: int = 200) -> Response:
    """The page on which a person checks what they entered and sends it once more, or goes back without."""
    return page("errors/send_again.html", status=status, form=form, told=_told(form, back), back=back)


def _told(form: KeptForm, back: str) -> Told:
    """What was entered, in the words of the page that has the form: at its own address, or where it was sent from.

    A form that no page of the site can have sent is not worth the drawing of two.
    """
    for address in dict.fromkeys((form.action, back) if len(form.fields) <= MOST_FIELDS else ()):
        if told := told_by_page(page_at(address), address, action=form.action, fields=form.fields):
            return told
    return told_by_names(form.fields)
