"""The token in every form: it stops other sites' forms, and it says whose page the form stood on.

The second is for a form that comes when the sign-in is gone: the token is signed, so it names the person for certain
even when the browser no longer has the cookie.
"""

import re
import secrets

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import RequestEntityTooLarge

from wfsite.web.params import form_text

# Where Flask-WTF looks for a session's token, in the session and in a form, and what it signs it with.
FIELD = "csrf_token"
_SALT = "wtf-csrf-token"


def token_for(person_id: int) -> str:
    """What a new sign-in's session holds: as good as random, and whose it is."""
    return f"{person_id}-{secrets.token_hex(20)}"


def drawn_for() -> int | None:
    """Whose page the posted form stood on; None when its token names nobody or is not this site's."""
    signed = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=_SALT)
    try:
        value = signed.loads(form_text(FIELD))
    except (BadData, RequestEntityTooLarge):
        return None
    named = re.fullmatch(r"([1-9][0-9]{0,9})-[0-9a-f]{40}", value) if isinstance(value, str) else None
    return int(named[1]) if named else None
