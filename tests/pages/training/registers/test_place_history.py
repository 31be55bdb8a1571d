"""Each mark of a person: who, when, from what to what."""

from tests.support.client import Browsers
from tests.support.engines import NOW, Site
from tests.support.registers import Registers, actor
from wfsite.extensions import db
from wfsite.training.bookings.rules import PlaceState
from wfsite.training.bookings.services import place_state_set


def test_works(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    url = f"/training/places/{known.places[0]}"
    assert "Nothing has been recorded yet" in b.get(f"{url}/history").words
    b.post(f"{url}/mark", {"mark": "attended", "version": 1})
    b.post(f"{url}/mark", {"mark": "in-part", "version": 2})
    words = b.get(f"{url}/history").words
    assert "Not yet recorded → Attended, 10 March 2026 at 10am, by Priya Nair" in words
    assert "Attended → Attended in part, 10 March 2026 at 10am, by Priya Nair" in words


def test_a_place_that_was_given_up_says_so(browser: Browsers, known: Registers, site: Site) -> None:
    with site.app.app_context():
        lead = actor("training")
        assert place_state_set(known.places[0], PlaceState.CANCELLED_LATE, version=1, by=lead, at=NOW)
        db.session.commit()
    words = browser("training").get(f"/training/places/{known.places[0]}/history").words
    assert "Has a place → Cancelled late, 10 March 2026 at 10am, by Priya Nair" in words


def test_fragment(browser: Browsers, known: Registers) -> None:
    page = browser("training").get(f"/training/places/{known.closed_place}/history", htmx=True)
    assert not page.all("h1") and page.one("summary")


def test_stranger_and_unknown_id(browser: Browsers, known: Registers) -> None:
    browser("staff").get(f"/training/places/{known.closed_place}/history", expect=403)
    browser("training").get("/training/places/999999/history", expect=404)
