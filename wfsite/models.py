"""Every table of the site, imported once so that metadata is whole for migrations and the audit listener."""

from wfsite.audit import models as audit
from wfsite.groups import models as groups
from wfsite.imports import models as imports
from wfsite.issued import models as issued
from wfsite.outbox import models as outbox
from wfsite.papers import models as papers
from wfsite.people import models as people
from wfsite.steering.plans import models as plans
from wfsite.steering.workforce import models as workforce
from wfsite.surveys import models as surveys
from wfsite.training.bookings import models as bookings
from wfsite.training.programme import models as programme
from wfsite.training.registers import models as registers
from wfsite.works import models as works

__all__ = [
    "audit",
    "bookings",
    "groups",
    "imports",
    "issued",
    "outbox",
    "papers",
    "people",
    "plans",
    "programme",
    "registers",
    "surveys",
    "workforce",
    "works",
]
