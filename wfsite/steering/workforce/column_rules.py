"""The columns of a file of workforce figures: one a figure, and what is only checked against them."""

from wfsite.sheets.columns import Column
from wfsite.steering.workforce.rules import FIGURES

# Typed percentages, which are only compared with ours: key → the count under which they stand.
PERCENTAGES = {"agency_percent": "agency", "starters_percent": "starters", "leavers_percent": "leavers"}
_ALIASES = {
    "permanent": ("Permanent workers", "Permanent staff", "In post"),
    "starters": ("Joiners", "New starters"),
    "leavers": ("Permanent leavers",),
    "agency": ("Agency workers", "Agency staff"),
    "vacancies": ("Unfilled posts", "Unfilled vacancies", "Vacant posts"),
    "vacancies_covered": (
        "Vacancies covered by agency",
        "Vacancies covered by agency workers",
        "Posts covered by agency workers",
    ),
    "conversions": ("Temp to perm", "Temp to perm conversions"),
    "replacements": ("Agency workers replaced", "Agency workers replaced by permanent workers"),
}
COLUMNS = (
    Column(
        key="month",
        name="Month",
        aliases=("Period", "Month ending"),
        required=True,
        hint="February 2021, Feb-21 or 2021-02. Each month once.",
    ),
    Column(
        key="area",
        name="Service area",
        aliases=("Team", "Service"),
        required=False,
        hint="As the site names it. Not needed if you choose one.",
    ),
    *(
        Column(
            key=figure.name,
            name=figure.label,
            aliases=_ALIASES.get(figure.name, ()),
            required=False,
            hint=f"{figure.meaning}.",
        )
        for figure in FIGURES
    ),
    Column(
        key="total",
        name="Total",
        aliases=("Total workers",),
        required=False,
        hint="Checked: permanent and agency together.",
    ),
    Column(
        key="establishment",
        name="Establishment",
        aliases=("Total establishment",),
        required=False,
        hint="Checked: permanent, agency, vacancies.",
    ),
    Column(
        key="agency_percent",
        name="Agency %",
        aliases=("Agency ratio", "Agency percentage"),
        required=False,
        hint="Checked against the counts, never used.",
    ),
    Column(
        key="starters_percent",
        name="Starters %",
        aliases=("Starters percentage",),
        required=False,
        hint="Checked against the counts, never used.",
    ),
    Column(
        key="leavers_percent",
        name="Leavers %",
        aliases=("Leavers percentage",),
        required=False,
        hint="Checked against the counts, never used.",
    ),
    Column(
        key="notes",
        name="Notes",
        aliases=("Footnotes", "Comments"),
        required=False,
        hint="What a figure marked like 24* means: “Vacancies: 12 of these start in March”.",
    ),
)
NAMES = {column.key: column.name for column in COLUMNS}
