"""The plan as a spreadsheet: the columns that are read, and the rows that are written, so that both fit."""

from collections.abc import Iterator

from wfsite.sheets.columns import Column
from wfsite.steering.plans.cell_rules import NOBODY, names_cell, text_cell
from wfsite.steering.plans.queries import PlanPage
from wfsite.steering.plans.row_rules import ActionRow

COLUMNS = (
    Column(
        key="reference",
        name="Reference",
        aliases=("Ref", "Ref no", "No", "Number", "Action number", "Action no"),
        hint="Like 2.3, and 2.3a for a sub-action. Leave it empty for new actions.",
    ),
    Column(
        key="theme",
        name="Theme",
        aliases=("Priority", "Key theme"),
        hint="Only where each row names its theme. Else a theme has a row of its own, with nothing beside it.",
    ),
    Column(
        key="action",
        name="Theme and action",
        aliases=(
            "Action",
            "Actions",
            "Key themes and actions",
            "Key themes and actions/tasks/projects",
            "Key themes and actions tasks projects",
            "Action/task/project",
            "Task",
        ),
        required=True,
        hint="Begin a sub-action with a dash: it belongs to the action above. "
        "Where the words themselves begin with a dash, put a backslash before it: \\-.",
    ),
    Column(
        key="timescale",
        name="Timescales",
        aliases=("Timescale", "When", "By when", "Due", "Due date", "Deadline", "Target date"),
        required=True,
        hint="A month (March 2026), two months (April 2025 to March 2026) or Ongoing, review March 2026. "
        "Empty, a sub-action has its action’s; Not set means that it has none.",
    ),
    Column(
        key="leads",
        name="Leads",
        aliases=("Lead", "Action lead", "Action leads", "Action/task/project leads", "Lead officer", "Owner", "Who"),
        required=True,
        hint="One or several, with / between them. The first is accountable. Ditto marks repeat the cell above. "
        'Put a name that holds a comma, a slash or “and” in quotation marks: HR/"Bello, Amara". '
        "“And” parts two names only where the site knows both.",
    ),
    Column(
        key="criteria",
        name="Success criteria/key measurables",
        aliases=("Success criteria", "Key measurables", "Success measures", "Measures"),
        hint="How the group will know that it worked.",
    ),
    Column(
        key="monitors",
        name="Monitoring lead",
        aliases=("Monitoring of progress lead", "Monitoring leads", "Monitored by", "Monitoring"),
        hint="Who watches progress for the group. Empty, a sub-action has its action’s; Nobody means that it has none.",
    ),
    Column(
        key="rag",
        name="RAG",
        aliases=("RAG status", "RAG rating", "Status"),
        hint="Red, Amber, Green, Complete, Not started or No longer required. Empty leaves the status as it is.",
    ),
    Column(
        key="progress",
        name="Progress",
        aliases=("Progress undertaken to date", "Progress to date", "Progress note", "Comments"),
        hint="Needed for Red and Amber: the reason.",
    ),
    Column(
        key="route",
        name="Route back to Green",
        aliases=("Back to Green", "Route to Green", "Recovery"),
        hint="Needed for Red and Amber: what will be done, and by when.",
    ),
    Column(
        key="progress_rag",
        name="Progress and RAG",
        aliases=(
            "Progress undertaken to date – RAG rated",
            "Progress to date – RAG rated",
            "Progress undertaken to date RAG rated",
        ),
        hint="Where one column holds both, like “Green: first course held”.",
    ),
)

_WRITTEN = ("reference", "action", "timescale", "leads", "criteria", "monitors", "rag", "progress", "route")
# The date that was agreed since is for whoever reads the file: an import does not change it, and says so.
HEADER = (*(next(column.name for column in COLUMNS if column.key == key) for key in _WRITTEN), "Revised timescale")


def rows(plan: PlanPage) -> Iterator[tuple[str, ...]]:
    """The plan's rows in the order of `HEADER`, each theme on a row of its own; the importer reads the same plan."""
    for theme in plan.themes:
        yield ("", text_cell("action", theme.title), *("",) * (len(HEADER) - 2))
        action: ActionRow | None = None
        for row in theme.rows:
            yield _row(row, action)
            action = action if row.is_sub_action else row


def _row(row: ActionRow, action: ActionRow | None) -> tuple[str, ...]:
    """An action under the last that is no sub-action, whose monitoring lead an empty cell would repeat."""
    inherits = row.is_sub_action and action is not None and action.monitors != ""
    return (
        row.reference,
        text_cell("action", row.title),
        row.timescale,
        names_cell(row.lead_names),
        text_cell("criteria", row.criteria),
        names_cell(row.monitors.split("\n")) if row.monitors else NOBODY if inherits else "",
        row.rag.word,
        text_cell("progress", row.note),
        text_cell("route", row.route_to_green),
        row.revised,
    )


EXAMPLE = (
    ("", "", "Leadership", "", "", "", "", "", "", "", ""),
    (
        "1.1",
        "",
        "Agree a leadership development programme",
        "September 2026",
        "Workforce development/Human resources",
        "Programme agreed; half of managers booked",
        "Steering group",
        "Green",
        "Draft with the group",
        "",
        "",
    ),
    ("1.1a", "", "- Ask managers what they need", "June 2026", "“", "Survey answered by 60%", "“", "", "", "", ""),
)
