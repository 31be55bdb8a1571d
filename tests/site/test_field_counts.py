"""A form of far too many fields is refused before anybody takes it apart; the largest of the site's own pass."""

from collections.abc import Iterator

import pytest
from flask import request, request_finished
from sqlalchemy import insert, select

from tests.support.client import Browser, form_data
from tests.support.engines import Site
from tests.support.html import check_page
from tests.support.registers import places, todays_session
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.training.bookings.models import Place
from wfsite.training.bookings.rules import PlaceOrigin, PlaceState

_FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def parsed(site: Site) -> Iterator[list[bool]]:
    """For each request, whether its form was taken apart."""
    seen = []

    def look(sender: object, **_: object) -> None:
        seen.append("form" in request.__dict__)

    with request_finished.connected_to(look, site.app):
        yield seen


@pytest.mark.parametrize("account", [None, "admin"])
@pytest.mark.parametrize("url", ["/sign-in", "/account", "/admin/people/add", "/nowhere"])
@pytest.mark.parametrize("body", [b"%41=%00&" * 130_000, b"&" * 2000])
@pytest.mark.parametrize("htmx", [False, True])
def test_too_many_fields_are_refused_unread(
    site: Site, parsed: list[bool], account: str | None, url: str, body: bytes, htmx: bool
) -> None:
    headers = {"HX-Request": "true"} if htmx else {}
    answer = Browser(site, account).client.post(url, data=body, content_type=_FORM, headers=headers)
    assert answer.status_code == 413
    assert "too many fields" in answer.text and "Nothing was saved." in answer.text
    assert parsed[-1] is False
    check_page(answer.text, whole=not htmx)


def test_a_form_of_many_fields_is_read(site: Site, parsed: list[bool]) -> None:
    answer = Browser(site).client.post("/sign-in", data=b"email=a&" + b"x=1&" * 1899, content_type=_FORM)
    assert (answer.status_code, parsed[-1]) == (400, True), "it is its token that is missing"


def test_a_register_of_300_people_is_saved_on_one_sheet(site: Site) -> None:
    with site.app.app_context():
        session_id = todays_session()
        here = select(Place.person_id).where(Place.session_id == session_id)
        missing = 300 - len(places(session_id))
        ids = list(db.session.scalars(select(Person.id).where(Person.id.not_in(here)).limit(missing)))
        names = [
            {"name": f"Person {number}", "email": f"p{number}@demo.example"} for number in range(missing - len(ids))
        ]
        if names:
            agency_id = db.session.scalar(select(Person.agency_id).limit(1))
            ids += db.session.scalars(
                insert(Person).returning(Person.id), [name | {"agency_id": agency_id} for name in names]
            )
        place = {"session_id": session_id, "origin": PlaceOrigin.BOOKED, "state": PlaceState.CONFIRMED}
        db.session.execute(insert(Place), [place | {"person_id": person_id} for person_id in ids])
        db.session.commit()
        db.session.remove()
    browser = Browser(site, "training")
    address = f"/training/sessions/{session_id}/register"
    sheet = next(f for f in browser.get(f"{address}/sheet").all("form") if f["action"].endswith("sheet"))
    data = {name: values[0] for name, values in form_data(sheet).items()}
    data |= {name: "attended" for name in data if name.startswith("mark-")}
    assert len([name for name in data if name.startswith("mark-")]) == 300
    browser.post(f"{address}/sheet", data)
    assert "300 attended" in browser.follow().words
