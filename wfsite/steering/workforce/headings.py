"""What a heading, or a line of a board paper, names: one of our figures, and what else its words say.

The words for a figure are matched tolerantly; a unit, a measure or a period that the figure does not take is never
read over: such a heading is refused, because the number under it is another one than ours.
"""

import re
from dataclasses import dataclass

from wfsite.sheets.columns import Column, heading_key
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
    Column("month", "Month", ("Period", "Month ending"), True, "February 2021, Feb-21 or 2021-02. Each month once."),
    Column("area", "Service area", ("Team", "Service"), False, "As the site names it. Not needed if you choose one."),
    *(
        Column(figure.name, figure.label, _ALIASES.get(figure.name, ()), False, f"{figure.meaning}.")
        for figure in FIGURES
    ),
    Column("total", "Total", ("Total workers",), False, "Checked: permanent and agency together."),
    Column("establishment", "Establishment", ("Total establishment",), False, "Checked: permanent, agency, vacancies."),
    Column(
        "agency_percent",
        "Agency %",
        ("Agency ratio", "Agency percentage"),
        False,
        "Checked against the counts, never used.",
    ),
    Column(
        "starters_percent", "Starters %", ("Starters percentage",), False, "Checked against the counts, never used."
    ),
    Column("leavers_percent", "Leavers %", ("Leavers percentage",), False, "Checked against the counts, never used."),
    Column(
        "notes",
        "Notes",
        ("Footnotes", "Comments"),
        False,
        "What a figure marked like 24* means: “Vacancies: 12 of these start in March”.",
    ),
)
NAMES = {column.key: column.name for column in COLUMNS}
_EXACT = {heading_key(name): column.key for column in COLUMNS for name in (column.name, *column.aliases)}
_NO_FIGURES = ("month", "area", "notes")

_FTE = r"(?:[fw]te|(?:full|whole)timeequivalent)"
_CAME, _WENT = "start|join|recruit|appoint", "leav|left|resign|retire"
# In this order: the first that fits a heading's words is what it names; "" is a thing that we do not collect.
_WORDS = (
    ("conver.*replac|replac.*conver", ""),
    ("atstart|atthestart|startof|opening|beginning", ""),
    ("conver|temptoperm", "conversions"),
    ("replac", "replacements"),
    (f"agency.*(?:{_CAME}|{_WENT})|(?:{_CAME}|{_WENT}).*agency|(?:{_CAME}).*(?:{_WENT})|(?:{_WENT}).*(?:{_CAME})", ""),
    ("establishment", "establishment"),
    ("(?:vacan|post).*cover|cover.*(?:vacan|post)", "vacancies_covered"),
    ("vacan", "vacancies"),
    ("unfilled", "vacancies"),
    ("transferredin|transfersin", "transfers_in"),
    ("transferredout|transfersout", "transfers_out"),
    ("caseholder|holdingcases", "case_holders_fte"),
    ("cases", "cases"),
    ("permanent.*agency|agency.*permanent", "total"),
    (f"agency.*{_FTE}|{_FTE}.*agency", "agency_fte"),
    ("agency", "agency"),
    (_CAME, "starters"),
    (_WENT, "leavers"),
    (f"permanent.*{_FTE}|{_FTE}.*permanent", "permanent_fte"),
    ("total", "total"),
    ("permanent|inpost", "permanent"),
)

_PERIOD = "period"
# What a heading may say besides a figure: kind → words.
_SAID = {
    "fte": r"\b(?:f\.?t\.?e|w\.?t\.?e)s?\b|\b(?:full|whole)[- ]?time[- ]?equivalents?\b",
    "percent": r"%|\bper ?cents?\b|\bpercentages?\b|\brates?\b|\bratios?\b|\bproportions?\b|\bshares?\b",
    "measure": (
        r"[£€$]|\b(?:gbp|costs?|spend(?:ing)?|spent|budgets?|salar(?:y|ies)|pay|prices?|fees?)\b"
        r"|\b(?:hours?|days|weeks?|shifts?|sickness|absences?|turnover|retention|stability)\b"
        r"|\b(?:averages?|avg|mean|median|cumulative|rolling|net|changes?|variance|minimum|maximum|highest|lowest|peak)\b"
        r"|\b(?:targets?|planned|forecasts?|projected|projections?|expected|estimated?|estimates)\b"
        r"|\b(?:full|part)[- ]time\b|\bper (?!month|period)\w+"
        r"|\b(?:(?:year|month|quarter)[- ])?to[- ]date\b|\bytd\b|\bso far\b|\b(?:previous|prior) \w+"
    ),
    _PERIOD: (
        r"\b20[0-9]{2} ?[/–-] ?(?:20)?[0-9]{2}\b|\byears?\b|\byearly\b|\bannual(?:ly)?\b|\bquarter(?:s|ly)?\b"
        r"|\bq[1-4]\b|\bmonths\b|\bfortnight(?:ly)?\b|\bweekly\b|\bdaily\b|\blast (?:month|quarter)\b"
    ),
}
_SAYS = re.compile("|".join(f"(?P<{kind}>{words})" for kind, words in _SAID.items()), re.IGNORECASE)
_FTE_OF = {"permanent": "permanent_fte", "agency": "agency_fte"}
_PERCENT_OF = {count: key for key, count in PERCENTAGES.items()}
_TAKES = {figure.name: "fte" for figure in FIGURES if figure.name.endswith("_fte")} | dict.fromkeys(
    PERCENTAGES, "percent"
)
_TAKEN = {"fte": "full-time equivalents", "percent": "a percentage", "": "a count for the month"}


@dataclass(frozen=True, slots=True)
class Named:
    """The column that a heading names, "" for none of ours, and why it may not be read as that."""

    key: str
    problem: str = ""


def named(label: str, *, where: str, context: str = "", above: str = "") -> Named:
    """What `label` (at `where` in the file) names; `context` is the heading over it, `above` the count over it.

    A percentage belongs to the count above it, whatever its words say: papers mislabel them.
    """
    said = _said(label) | {kind: words for kind, words in _said(context).items() if kind != _PERIOD}
    if set(said) == {"percent"} and above in _PERCENT_OF:
        return Named(_PERCENT_OF[above])
    key = _figure_of(label)
    if not key:
        return Named("")
    takes = _TAKES.get(key, "")
    odd = next((words for kind, words in said.items() if kind != takes), "")
    if odd:
        problem = f"says “{odd}”, which “{NAMES[key]}” does not take: it is {_TAKEN[takes]}"
    elif takes == "fte" and "fte" not in said:
        problem = f"does not say “FTE”, and “{NAMES[key]}” is {_TAKEN[takes]}"
    else:
        return Named(key)
    fits = NAMES[_fitting(key, said)]
    return Named(key, f"“{label}” ({where}) {problem}. Name it “{fits}” if that is what it holds, otherwise delete it")


def _said(text: str) -> dict[str, str]:
    """The units, measures and periods that a text names: kind → its first words."""
    found: dict[str, str] = {}
    for match in _SAYS.finditer(text):
        found.setdefault(match.lastgroup or "", match[0])
    return found


def _figure_of(label: str) -> str:
    key = heading_key(label)
    if key in _EXACT:
        return "" if _EXACT[key] in _NO_FIGURES else _EXACT[key]
    return next((figure for words, figure in _WORDS if re.search(words, key)), "")


def _fitting(key: str, said: dict[str, str]) -> str:
    """The column that takes what the heading says, if there is one."""
    if "fte" in said:
        return _FTE_OF.get(key, key)
    return _PERCENT_OF.get(key, key) if "percent" in said else key
