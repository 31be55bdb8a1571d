"""The check of an upload as long work."""

import logging
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from wfsite.core.apart import TooHeavy
from wfsite.core.errors import Missing
from wfsite.imports.queries import check, upload_file
from wfsite.imports.services import upload_check_keep
from wfsite.works.kinds import Keep
from wfsite.works.rules import CannotBeDone, Tell

log = logging.getLogger("wfsite")

_TOO_HEAVY = (
    "Checking this file takes more time or memory than the site gives to one file. Discard it, split it into smaller "
    "files and upload them one by one"
)
_NOT_CHECKED = (
    "The site could not work out what this file would do. The problem has been logged. Discard the file, or check it "
    "again in a few minutes"
)
_NO_TARGET = "What this file is for is no longer there. Discard the file, upload it again and choose what it is for"


def upload_check(upload_id: int, *, tell: Tell) -> Keep:
    """Work out what confirming an upload would do; raises `CannotBeDone`."""
    tell("Opening the file")
    file = upload_file(upload_id)
    try:
        checked = check(file.kind, file.content, target_id=file.target_id, tell=tell)
    except (TooHeavy, MemoryError):
        raise CannotBeDone(_TOO_HEAVY) from None
    except Missing:
        raise CannotBeDone(_NO_TARGET) from None
    except DBAPIError:
        raise
    except Exception as error:
        log.exception("an upload of the kind %s could not be checked", file.kind)
        raise CannotBeDone(_NOT_CHECKED) from error

    def keep(at: datetime) -> None:
        upload_check_keep(upload_id, checked, at=at)

    return keep
