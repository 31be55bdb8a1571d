"""The page of a service area's figures: computed, explained, dated, and only for those who may read it."""

from datetime import date

import pytest

from tests.support.client import Browsers
from tests.support.engines import Site
from tests.support.statements import Statements
from wfsite.extensions import db
from wfsite.people.models import Team
from wfsite.steering.workforce.models import WorkforceReturn

URL = "/steering/workforce"


@pytest.fixture
def team_id(site: Site) -> int:
    with site.app.app_context():
        return int(db.session.query(Team.id).filter_by(name="Children and family social work").scalar())


def test_works(browser: Browsers) -> None:
    words = browser("manager").get(URL).words
    for printed in (
        "Children and family social work",
        "The latest month is February 2021",
        *("26.94%", "52 of 193", "20.00%", "21.08%", "0.71%", "6.94%", "0.00%", "0.69%", "0.68%"),
        *("209", "197", "21.1%", "14.4%"),
        "1.08 percentage points higher than in January 2021",
        "141 at the start, plus 10 starters, minus 1 leaver gives 150. The return says 144: 6 fewer than that.",
        "144 at the start, plus 0 starters, minus 1 leaver gives 143. The return says 146: 3 more than that.",
        "The targets for February 2022 conflict: 9% (board’s terms of reference, 2020) and 10%",
        "Only 12 of these posts are really empty.",
        "Starters: 2, now 3",
    ):
        assert printed in words, printed


def test_what_is_missing_stands_at_the_top_with_what_to_do(browser: Browsers) -> None:
    words = "The latest figures, of February 2021, are more than 4 years old. March 2021 to January 2026 are missing."
    page = browser("data").get(URL)
    assert f"{words} Give the figures, or import them." in page.words
    assert page.one("a", href="/steering/workforce/import").text
    assert page.words.index(words) < page.words.index("The latest month is")
    chair = browser("chair").get(URL).words
    assert f"{words} The data steward gives the figures." in chair
    assert " is missing." not in browser("chair").get(f"{URL}?as_at=2021-04-13").words
    assert "March 2021 is missing. The data steward" in browser("chair").get(f"{URL}?as_at=2021-04-14").words


def test_a_gap_is_named_shown_and_offered(browser: Browsers, site: Site, team_id: int) -> None:
    with site.app.app_context():
        db.session.query(WorkforceReturn).filter_by(team_id=team_id, month=date(2020, 11, 1)).delete()
        db.session.commit()
    b = browser("data")
    words = b.get(f"{URL}?as_at=2021-03-02").words
    assert "November 2020 is missing." in words
    assert "Nov 2020not given" in words.replace(" not given", "not given")
    assert "No figure for November 2020." in words
    b.get(URL)
    b.link("Give the figures for November 2020")
    assert b.page.one("h1").text == "Give the figures for November 2020"


def test_targets_are_judged_by_both_halves(browser: Browsers) -> None:
    words = browser("manager").get(f"{URL}?as_at=2021-04-19").words
    for printed in (
        "21.08% in February 2021 (39 of 185): above 15%.",
        "Convert or replace a further 13 agency workers",
        "Cannot be judged over March to September 2020. Missing: replacements of March to September 2020. "
        "The figures given come to 9 of 24.",
        "no more than a month and 14 days older",
    ):
        assert printed in words, printed
    later = browser("manager").get(URL).words
    assert "No figure since February 2021 (21.08%, 39 of 185), which is too old to decide." in later


def test_published_rates_of_every_month(browser: Browsers, site: Site, team_id: int) -> None:
    with site.app.app_context():
        area = db.session.query(Team.id).filter_by(name="Early help").scalar()
    page = browser("manager").get(f"{URL}?area={area}")
    (table,) = [t for t in page.all("table") if t["aria-labelledby"] == "published-title"]
    cells = [c.text for c in table.children if c.name == "td"]
    rows = [cells[start : start + 5] for start in range(0, len(cells), 5)]
    assert len(rows) == 13
    # Fourteen months are given, so three of them look back on a whole year.
    assert ["[x]" in row[3] for row in rows] == [False] * 3 + [True] * 10
    assert not any("[x]" in row[2] for row in rows)


def test_agency_workers_reconcile_in_the_open(browser: Browsers) -> None:
    words = browser("manager").get(URL).words
    assert "Over February 2020 to February 2021 the number of agency workers changed by −27." in words
    assert "nobody counts these one by one" in words


def test_pictures_have_their_sentence_and_their_own_address(browser: Browsers) -> None:
    b = browser("manager")
    images = b.get(URL).all("img")
    assert len(images) == 3
    assert all(image["alt"] for image in images)
    for image in images:
        for address in (image["src"], f"{image['src']}?narrow=1"):
            b.get(address)
            assert b.response.mimetype == "image/svg+xml"
            assert "sandbox" in b.response.headers["Content-Security-Policy"]
    tag = b.response.headers["ETag"]
    assert b.client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_another_area(browser: Browsers, site: Site) -> None:
    with site.app.app_context():
        area = db.session.query(Team.id).filter_by(name="Early help").scalar()
    b = browser("data")
    words = b.get(f"{URL}?area={area}").words
    assert "The latest month is February 2026" in words
    assert "against its targets" not in words


def test_fragment(browser: Browsers, team_id: int) -> None:
    whole = browser("data").get(f"{URL}?area={team_id}")
    part = browser("data").get(f"{URL}?area={team_id}", htmx=True)
    assert not part.all("html")
    assert part.all("h2")[0].text == "Children and family social work"
    assert " ".join(part.all("ul")[0].text.split()) in whole.words


def test_as_it_stood(browser: Browsers, team_id: int) -> None:
    words = browser("chair").get(f"{URL}?as_at=2021-02-10").words
    assert "As at 10 February 2021." in words
    assert "The latest month is January 2021" in words
    assert "21.08%" not in words
    assert "conflict" not in words
    assert "Give the figures" not in browser("data").get(f"{URL}?as_at=2021-02-10").words


def test_before_any_figure(browser: Browsers) -> None:
    assert "Nobody had given figures for this area by then" in browser("chair").get(f"{URL}?as_at=2019-01-01").words


@pytest.mark.parametrize("day", ["2021-02-30", "yesterday", "2021-W01-1", "٢٠٢١-01-01"])
def test_invalid_day(browser: Browsers, day: str) -> None:
    page = browser("chair").get(f"{URL}?as_at={day}", expect=422)
    assert page.one("title").text.startswith("Error:")
    assert "The date must be a real date" in page.words
    assert "The latest month is February 2021" in page.words


def test_nobody_gave_figures_yet(browser: Browsers, site: Site) -> None:
    with site.app.app_context():
        db.session.query(WorkforceReturn).delete()
        db.session.commit()
    assert "A spreadsheet that you have already" in browser("data").get(URL).words
    assert "The data steward imports them each month" in browser("chair").get(URL).words
    assert "Nobody had given workforce figures yet" in browser("chair").get("/improvement/workforce").words
    browser("chair").get("/improvement/workforce/agency.svg")
    browser("chair").get("/improvement")
    browser("chair").get("/steering")


def test_only_the_steward_is_offered_changes(browser: Browsers) -> None:
    assert "Give the figures for March 2021" in browser("data").get(URL).words
    words = browser("chair").get(URL).words
    assert "Give the figures" not in words
    assert "Import" not in words


@pytest.mark.parametrize("path", ["", "/{}/agency.svg", "/{}/in-post.svg", "/{}/leavers.svg", "/{}/months.csv"])
def test_stranger(browser: Browsers, team_id: int, path: str) -> None:
    for account in ("staff", "training", "viewer", "admin"):
        browser(account).get(URL + path.format(team_id), expect=403)


@pytest.mark.parametrize("path", ["/{}/agency.svg", "/{}/in-post.svg", "/{}/leavers.svg", "/{}/months.csv"])
@pytest.mark.parametrize("team", ["2147483647", "99999", "0", "-1", "٣", "9999999999"])
def test_unknown_area(browser: Browsers, path: str, team: str) -> None:
    browser("data").get(URL + path.format(team), expect=404)


def test_unknown_area_in_the_address(browser: Browsers) -> None:
    browser("data").get(f"{URL}?area=99999", expect=404)
    assert "Children and family social work" in browser("data").get(f"{URL}?area=abc").words


def test_export(browser: Browsers, team_id: int) -> None:
    b = browser("chair")
    b.get(f"{URL}/{team_id}/months.csv")
    lines = b.response.get_data(as_text=True).removeprefix("\ufeff").splitlines()
    assert len(lines) == 15
    assert lines[0].startswith("Month,Service area,Permanent,Starters,Leavers,Agency,Vacancies")
    assert lines[-1].startswith("February 2021,Children and family social work,146,0,1,39,24,")
    assert ",185,209,21.08%,0.00%,0.68%," in lines[-1]
    assert lines[0].endswith('Published vacancy rate,"Published turnover, twelve months",Published caseload')
    assert lines[-1].endswith(",21.1%,[x],[x],14.4%,[x]")
    b.get(f"{URL}/{team_id}/months.csv?as_at=2021-02-10")
    assert len(b.response.get_data(as_text=True).splitlines()) == 14
    b.get(f"{URL}/{team_id}/months.xlsx")
    assert b.response.get_data()[:2] == b"PK"


def test_four_statements(browser: Browsers, site: Site) -> None:
    b = browser("manager")
    b.get(URL)
    with Statements(site) as statements:
        b.client.get(URL)
    assert len(statements) == 4
