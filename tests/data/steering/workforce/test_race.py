"""Several stewards give one month at once: one is kept, the others are told, nobody is overwritten."""

import threading
from datetime import date

from tests.support.engines import NOW, Site
from wfsite.core.clock import london_date
from wfsite.core.errors import Conflict
from wfsite.extensions import db
from wfsite.people.models import Person, Team
from wfsite.steering.workforce import services
from wfsite.steering.workforce.models import WorkforceReturn
from wfsite.steering.workforce.rules import Counts

MONTH, PEOPLE = date(2021, 3, 1), 6


def test_one_of_many_is_kept(site: Site) -> None:
    start = threading.Barrier(PEOPLE)
    saved, refused, faults = [], [], []
    with site.app.app_context():
        team_id = db.session.query(Team.id).filter_by(name="Children and family social work").scalar()
        steward = db.session.query(Person.id).filter_by(email="data@demo.example").scalar()

    def give(permanent: int) -> None:
        with site.app.app_context():
            start.wait()
            try:
                services.month_record(
                    team_id,
                    MONTH,
                    Counts(permanent=permanent),
                    {},
                    version=0,
                    by=steward,
                    at=NOW,
                    on=london_date(NOW),
                )
                db.session.commit()
                saved.append(permanent)
            except Conflict:
                refused.append(permanent)
            except BaseException as fault:  # a thread must not swallow what broke it
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=give, args=(100 + number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert (len(saved), len(refused)) == (1, PEOPLE - 1)
    with site.app.app_context():
        kept = db.session.query(WorkforceReturn.permanent).filter_by(team_id=team_id, month=MONTH).all()
    assert [row.permanent for row in kept] == saved
