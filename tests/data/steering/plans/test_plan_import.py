"""A plan's file, taken through the importer: what it adds, changes and leaves alone; twice is once."""

import io
from collections.abc import Sequence
from datetime import timedelta
from importlib.resources import files

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from tests.support.engines import NOW
from tests.support.groups import group_id
from tests.support.plans import TODAY, action_id, actor, confirm, rag_update, upload
from tests.support.present import the
from tests.support.workbooks import sheet_of
from wfsite.core.errors import Conflict, RuleBroken, Stale
from wfsite.core.periods import TimescaleKind
from wfsite.core.rag import Rag
from wfsite.extensions import db
from wfsite.imports import queries as import_queries
from wfsite.imports.rules import Checked, Effect
from wfsite.sheets.writing import csv_bytes
from wfsite.sheets.writing_xlsx import xlsx_bytes
from wfsite.steering.plans import queries, sheets
from wfsite.steering.plans.action_queries import action_history
from wfsite.steering.plans.models import Action, ActionWording, Lead, Plan, RagUpdate, Theme
from wfsite.steering.plans.queries import Filters, PlanPage
from wfsite.steering.plans.rules import position_of

pytestmark = pytest.mark.usefixtures("context")

HEADER = "Theme and action,Timescales,Leads,Success criteria,Monitoring lead,RAG,Progress,Route back to Green\n"


def _plan(year: int = 2025) -> PlanPage:
    return the(queries.plan_page(year, filters=Filters(), seen_by=actor("secretary"), on=TODAY))


def _counts() -> list[int | None]:
    tables = (Plan, Theme, Action, ActionWording, RagUpdate, Lead)
    return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]


def _csv(*lines: str) -> bytes:
    return (HEADER + "\n".join(lines) + "\n").encode()


def test_the_sources_own_plan_came_in_whole() -> None:
    plan = _plan(2014)
    assert (plan.total, len(plan.themes)) == ((23, 12), 8)
    rows = {row.reference: row for theme in plan.themes for row in theme.rows}
    assert rows["1.4"].timescale == "Ongoing"
    assert rows["2.2c"].timescale == "April 2014 to March 2015"
    assert rows["2.1"].lead_names == [f"Service lead {n}" for n in range(1, 8)]
    assert rows["2.1h"].lead_names == rows["2.1"].lead_names
    assert rows["2.2d"].lead_names == ["Deputy strategic director", "Reclaiming social work group", "Service lead 8"]
    assert rows["2.4"].timescale == "Not set"
    assert rows["2.4"].lead_names == ["Safeguarding manager"]
    assert {row.rag for row in rows.values()} == {Rag.NOT_STARTED}


@pytest.mark.parametrize("name", ["action-plan-2014-15.csv", "action-plan-2014-15.xlsx"])
def test_the_same_file_again_changes_nothing(name: str) -> None:
    before = _counts()
    content = files("wfsite.demo").joinpath("data", name).read_bytes()
    upload_id, checked = upload(content, name=name, year=2014)
    assert checked.is_good and checked.changes_nothing, [r for r in checked.rows if r.effect is not Effect.SAME]
    confirm(upload_id, checked.fingerprint)
    assert _counts() == before


@pytest.mark.parametrize("year", [2014, 2025])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_comes_back_as_it_was(year: int, kind: str) -> None:
    rows = list(sheets.rows(_plan(year)))
    content = csv_bytes(sheets.HEADER, rows) if kind == "csv" else xlsx_bytes("Plan", sheets.HEADER, rows)
    _, checked = upload(content, name=f"plan.{kind}", year=year)
    assert checked.is_good, checked.errors
    assert checked.changes_nothing, [r for r in checked.rows if r.effect is Effect.CHANGE]
    assert len(checked.rows) == 35 + 8


def test_more_actions_than_a_theme_has_references_for_are_refused_on_their_rows() -> None:
    new = [f"Action {n},March 2026,Youth work,,,,," for n in range(1, 1001)]
    _, checked = upload(_csv("A theme of its own,,,,,,,", *new, "- below the last,,,,,,,"), year=2030)
    last, below = checked.rows[-2:]
    assert [row for row in checked.rows if row.errors] == [last] and below.what == "below the last"
    assert "Row 1002, column “Theme and action”: A theme can have at most 999 actions" in checked.errors[0].sentence
    _, checked = upload(_csv("A theme of its own,,,,,,,", *new[:-1]), year=2030)
    assert checked.is_good and checked.rows[-1].what == "1.999 Action 999"


def test_a_theme_past_the_last_reference_is_refused_and_the_one_before_comes_back() -> None:
    lines = [line for n in range(1, 1001) for line in (f"Theme {n},,,,,,,", f"Action {n},March 2026,Youth work,,,,,")]
    _, checked = upload(_csv(*lines), year=2030)
    (error,) = checked.errors
    assert error.sentence.startswith("Row 2001, column “Theme and action”: A plan can have at most 999 themes")
    upload_id, checked = upload(_csv(*lines[:-2]), year=2030)
    confirm(upload_id, checked.fingerprint)
    content = csv_bytes(sheets.HEADER, list(sheets.rows(_plan(2030))))
    _, checked = upload(content, year=2030)
    assert checked.is_good and checked.changes_nothing and checked.rows[-1].what == "999.1 Action 999"


HOSTILE = (
    "\\- x",
    "\\x",
    "'Think family'-led",
    "=1+1",
    "+x",
    "@x",
    "-x",
    "– x",
    "• x",
    "|x",
    "'x",
    "''",
    "1. x",
    '"',
    "#N/A",
    "_x000D_",
)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_plan_of_awkward_text_is_exported_imported_and_exported_the_same(kind: str) -> None:
    def exported(year: int) -> bytes:
        rows = list(sheets.rows(_plan(year)))
        return csv_bytes(sheets.HEADER, rows) if kind == "csv" else xlsx_bytes("Plan", sheets.HEADER, rows)

    leads = ("Bello, Amara", "A and B", "Health/social care", 'The "A" team', "Ditto", "Nobody", "’Tis; it", "=x")
    for text in HOSTILE:
        theme = Theme(plan_id=_plan_id(2030), position=HOSTILE.index(text) + 1, title=text)
        db.session.add(theme)
        db.session.flush()
        for number, lead in enumerate(leads, 1):
            _action(theme, f"{theme.position}.{number}", text, f"{lead}\nHR")
    content = exported(2030)
    upload_id, checked = upload(content, name=f"plan.{kind}", year=2030)
    assert checked.is_good and checked.changes_nothing, (checked.errors, checked.rows)
    # On another site none of the names is known, and the plan is not there.
    upload_id, checked = upload(content, name=f"plan.{kind}", year=2031)
    assert checked.is_good, checked.errors
    confirm(upload_id, checked.fingerprint)
    assert list(sheets.rows(_plan(2031))) == list(sheets.rows(_plan(2030)))


def _plan_id(year: int) -> int:
    found = db.session.scalar(select(Plan.id).where(Plan.year == year))
    if found is None:
        plan = Plan(year=year, title="Plan", group_id=group_id())
        db.session.add(plan)
        db.session.flush()
        found = plan.id
    return found


def _action(theme: Theme, reference: str, text: str, leads: Sequence[str]) -> None:
    """An action with the same text in every column."""
    action = Action(theme_id=theme.id, reference=reference, position=position_of(reference), added_at=NOW)
    db.session.add(action)
    db.session.flush()
    wording = ActionWording(
        action_id=action.id,
        recorded_at=NOW,
        title=f"{text} {reference}",
        timescale_kind=TimescaleKind.ONGOING,
        criteria=text,
        leads=leads,
        monitors=leads,
    )
    status = RagUpdate(action_id=action.id, recorded_at=NOW, rag=Rag.RED, note=text, route_to_green=text)
    db.session.add_all([wording, status])
    db.session.flush()
    action.wording_id, action.rag_update_id = wording.id, status.id
    db.session.flush()


def test_a_changed_cell_becomes_a_dated_wording_and_a_changed_status_an_update() -> None:
    rows = [list(row) for row in sheets.rows(_plan())]
    changed = next(row for row in rows if row[0] == "1.3")
    changed[2], changed[6], changed[7], changed[8] = "June 2026", "Red", "Two tutors left", "New tutors in May"
    upload_id, checked = upload(csv_bytes(sheets.HEADER, rows))
    (outcome,) = [row for row in checked.rows if row.effect is Effect.CHANGE]
    assert outcome.details == (
        "Timescale: March 2026 → June 2026",
        "RAG: Amber → Red, “Two tutors left. New tutors in May”",
    )
    confirm(upload_id, checked.fingerprint)
    (row,) = [row for theme in _plan().themes for row in theme.rows if row.reference == "1.3"]
    assert (row.timescale, row.rag, row.note) == ("June 2026", Rag.RED, "Two tutors left")
    words, status = action_history(row.id)[1::-1]
    assert words.changes == ("Timescale: March 2026 → June 2026",)
    assert (status.before, status.rag, status.who, status.at) == (Rag.AMBER, Rag.RED, "Helen Marsh", NOW)


def test_new_themes_actions_and_leads_and_what_the_file_leaves_alone() -> None:
    upload_id, checked = upload(
        _csv(
            "Ready to work,,,,,,,",
            'Offer placements,"Ongoing, review March 2027",Amara Bello/Youth work/Brand new lead,Ten placed,Chair,,,',
            "- With colleges,“,“,,,Green,Begun,",
            "A theme of its own,,,,,,,",
            "Begin,April 2025 - June 2026,Brand new lead,,,,,",
        )
    )
    assert checked.is_good, checked.errors
    assert [row.what for row in checked.rows if row.effect is Effect.ADD] == [
        "4.4 Offer placements",
        "4.4a With colleges",
        "9.1 Begin",
    ]
    assert "35 actions that are not in the file" in checked.notes[-1]
    confirm(upload_id, checked.fingerprint)
    leads = {lead.name: lead for lead in db.session.scalars(select(Lead))}
    assert leads["Amara Bello"].person_id and leads["Youth work"].team_id
    assert (leads["Brand new lead"].person_id, leads["Brand new lead"].team_id) == (None, None)
    plan = _plan()
    assert plan.total == (25, 13)
    assert [row.reference for theme in plan.themes for row in theme.rows if theme.position == 4][-2:] == ["4.4", "4.4a"]
    assert not db.session.scalar(select(func.count()).select_from(Action).where(Action.wording_id.is_(None)))


def test_a_missing_plan_is_made() -> None:
    upload_id, checked = upload(_csv("Theme,,,,,,,", "Do it,March 2031,X,,,,,"), year=2030)
    assert "There is no plan for 2030/31 yet" in checked.notes[-1]
    confirm(upload_id, checked.fingerprint)
    assert _plan(2030).total == (1, 0)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Do it,31/02/2026,X,,,,,", "Row 3, column “Timescales”: “31/02/2026” is not a month"),
        ("Do it,March 2026,X,,,Red,,", "Row 3, column “Progress”: Give the reason for the Red rating"),
        ("Do it,March 2026,X,,,Amber,late,", "column “Route back to Green”: Say how the action gets back"),
        ("Do it,March 2026,#REF!,,,,,", "column “Leads”: holds the spreadsheet error #REF!"),
        ("Do it,March 2026,X,,,Purple,,", "“Purple” is not a RAG status"),
    ],
)
def test_one_bad_cell_saves_nothing(line: str, message: str) -> None:
    before = _counts()
    upload_id, checked = upload(_csv("Ready to work,,,,,,,", line, "Fine,March 2026,X,,,,,"))
    assert any(message in error.sentence for error in checked.errors), checked.errors
    with pytest.raises(RuleBroken):
        confirm(upload_id, checked.fingerprint)
    assert _counts() == before


def test_the_same_action_twice_in_a_file() -> None:
    _, checked = upload(_csv("Ready to work,,,,,,,", "Do it,March 2026,X,,,,,", "do it.,May 2026,Y,,,,,"))
    assert [error.sentence for error in checked.errors] == [
        "Row 4, column “Theme and action”: This action is in row 3 already"
    ]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            "Action,Timescale\n",
            "The column “Leads” is missing. The file's headings are “Action” and “Timescale”. "
            "If the headings stand in a row further down, delete the rows above it",
        ),
        ("Action,When,By when,Leads\n", "“When” and “By when” both hold “Timescales”"),
    ],
)
def test_missing_and_doubled_columns(header: str, message: str) -> None:
    _, checked = upload(f"{header}a,b,c,d\n".encode() if header.count(",") == 3 else f"{header}a,b\n".encode())
    assert message in checked.problems[0]
    assert not checked.is_good


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_words_that_begin_with_a_dash_stay_an_action_behind_a_backslash(kind: str) -> None:
    header = ("Theme", "Action", "Timescales", "Leads")
    rows = [("T", "\\- dash", "March 2031", "X"), ("", "\\-- dashes", "March 2031", "X"), ("", "- part", "", "")]
    content = csv_bytes(header, rows) if kind == "csv" else xlsx_bytes("Plan", header, rows)
    _, checked = upload(content, name=f"plan.{kind}", year=2030)
    assert [row.what for row in checked.rows] == ["1.1 - dash", "1.2 -- dashes", "1.2a part"]
    (hint,) = [column.hint for column in sheets.COLUMNS if column.key == "action"]
    assert "put a backslash before it: \\-" in hint and "apostrophe" not in hint


def test_a_reference_kept_as_a_number() -> None:
    def read(number_format: str) -> Checked:
        book = Workbook()
        sheet_of(book).append(["Ref", "Theme", "Action", "Timescales", "Leads"])
        for n, number in enumerate((1.1, 1.9, 1.1), 2):
            sheet_of(book).append([number, "T", f"Do {n}", "March 2031", "X"])
            sheet_of(book).cell(n, 1).number_format = "0.0"
        sheet_of(book)["A4"].number_format = number_format
        out = io.BytesIO()
        book.save(out)
        return upload(out.getvalue(), name="plan.xlsx", year=2030)[1]

    assert [row.what for row in read("0.00").rows] == ["1.1 Do 2", "1.9 Do 3", "1.10 Do 4"]
    (error,) = read("General").errors
    assert error.sentence.startswith("Row 4, column “Ref”: “1.1” follows 1.9: it may be 1.10 without its last 0")


def test_a_reference_that_comes_twice_may_have_lost_its_zero() -> None:
    _, checked = upload(b"Ref,Theme,Action,When,Leads\n1.1,T,A,March 2031,X\n1.1,T,B,March 2031,X\n", year=2030)
    (error,) = checked.errors
    assert error.sentence == (
        "Row 3, column “Ref”: This action is in row 2 already. If it is 1.10, format the column as text and enter 1.10"
    )


def test_names_that_nobody_knows_are_remarked_until_they_are_known() -> None:
    lines = ("Theme,,,,,,,", "Do it,March 2031,Head of Policy and Strategy,,,,,")
    upload_id, checked = upload(_csv(*lines), year=2030)
    assert checked.rows[1].details[-1] == (
        "“Head of Policy and Strategy” was read as one name. If it is several, put / between them"
    )
    confirm(upload_id, checked.fingerprint)
    _, checked = upload(_csv(*lines), year=2030)
    assert (checked.changes_nothing, checked.rows[1].details) == (True, ())


def test_renamed_and_unknown_columns_are_said() -> None:
    _, checked = upload(b"Theme,Task,Due,Owner,Budget\nT,Do it,March 2026,X,10\n")
    assert checked.is_good
    assert "The column “Task” was read as “Theme and action”." in checked.notes
    assert "The column “Budget” was not read." in checked.notes


def test_confirming_twice_is_once_and_a_discarded_file_stays_discarded() -> None:
    from wfsite.imports.services import upload_discard

    upload_id, checked = upload(_csv("Ready to work,,,,,,,", "New,March 2026,X,,,,,"))
    confirm(upload_id, checked.fingerprint)
    after = _counts()
    confirm(upload_id, checked.fingerprint)
    assert _counts() == after
    with pytest.raises(Conflict, match="imported already"):
        upload_discard(upload_id, kind="plan", by=1, at=NOW)
    other, checked = upload(_csv("Ready to work,,,,,,,", "Newer,March 2026,X,,,,,"))
    upload_discard(other, kind="plan", by=1, at=NOW)
    with pytest.raises(Conflict, match="discarded"):
        confirm(other, checked.fingerprint)
    assert _counts() == after


def test_confirming_after_the_plan_moved_on_is_refused_with_what_it_would_now_do() -> None:
    rows = [list(row) for row in sheets.rows(_plan())]
    next(row for row in rows if row[0] == "1.2")[6:9] = ["Red", "Why", "How"]
    upload_id, checked = upload(csv_bytes(sheets.HEADER, rows))
    rag_update(action_id("1.2"), Rag.COMPLETE, at=NOW + timedelta(minutes=1))
    with pytest.raises(Stale) as refused:
        confirm(upload_id, checked.fingerprint, at=NOW + timedelta(minutes=2))
    assert refused.value.theirs.fingerprint != checked.fingerprint


def test_an_import_never_puts_its_update_behind_a_newer_one() -> None:
    later = NOW + timedelta(hours=2)
    action = action_id("1.2")
    rag_update(action, Rag.COMPLETE, at=later)
    rows = [list(row) for row in sheets.rows(_plan())]
    next(row for row in rows if row[0] == "1.2")[6:9] = ["Green", "Opened again", ""]
    upload_id, checked = upload(csv_bytes(sheets.HEADER, rows))
    confirm(upload_id, checked.fingerprint, at=NOW)
    assert [entry.rag for entry in action_history(action) if entry.rag][:2] == [Rag.GREEN, Rag.COMPLETE]


def test_an_upload_of_another_kind_is_missing() -> None:
    from wfsite.core.errors import Missing

    upload_id, _ = upload(_csv("T,,,,,,,", "New,March 2026,X,,,,,"))
    with pytest.raises(Missing):
        import_queries.upload_page(upload_id, kind="workforce")
