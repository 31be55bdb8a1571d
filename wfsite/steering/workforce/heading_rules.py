"""What a heading, or a line of a board paper, names: one of our figures, and what else its words say.

The words for a figure are matched tolerantly; a unit, a measure or a period that the figure does not take is never
read over: such a heading is refused, because the number under it is another one than ours. So is a line with words
that nobody here knows: "Vacancies offered" are not vacancies.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wfsite.sheets.columns import heading_key
from wfsite.steering.workforce.column_rules import COLUMNS, NAMES, PERCENTAGES
from wfsite.steering.workforce.rules import FIGURES

_EXACT = {heading_key(name): column.key for column in COLUMNS for name in (column.name, *column.aliases)}
_NO_FIGURES = ("month", "area", "notes")

_FTE = r"(?:[fw]te|(?:full|whole)timeequivalent)"
# Somebody on leave has not left.
_CAME, _WENT = "start|join|recruit|appoint", "leaver|leaving|(?:who|that)leave|left|resign|retire"
# In this order: the first that fits a heading's words is what it names; "" is a thing that we do not collect.
_WORDS = (
    ("conver.*replac|replac.*conver", ""),
    ("atstart|atthestart|startof|(?:period|month)start(?!er|ed|ing|s)|opening|beginning", ""),
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
    ("permanent", "permanent"),
    ("total", "total"),
    ("inpost", "permanent"),
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
        r"|\b(?:fytd|since|\d+ ?m)\b|\b(?:maternity|sick|parental|adoption|career break)\b"
        r"|\b(?:filled|offered|advertised|frozen|factor|unallocated|closed|awaiting|overtime|notice|assignments?)\b"
        r"|\b(?:nqsws?|newly[- ]qualified|asyes?|unqualified|apprentices?|students?)\b"
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
# Words that leave a figure what it is, and those that only some figures take.
_HARMLESS_WORDS = (
    "number numbers no of the a an in at on by for with all and or who which that are is were have has been as be "
    "children childrens child family families social worker workers sw sws staff work workforce people persons "
    "employees qualified headcount head heads count counts total period month monthly end ending last day now during "
    "within each per currently"
)
_HARMLESS = frozenset(_HARMLESS_WORDS.split())
_OWN_WORDS = {
    "permanent": "permanent",
    "starters": f"permanent|new|(?:{_CAME})\\w*",
    "leavers": "permanent|leav(?:ers?|ing|e)|left|(?:resign|retire)\\w*",
    "agency": "agency",
    "vacancies": "vacan\\w*|unfilled|posts?",
    "vacancies_covered": "vacan\\w*|posts?|cover\\w*|agency",
    "conversions": "conver\\w*|temp|to|perm|permanent|agency",
    "replacements": "replac\\w*|agency|permanent",
    "transfers_in": "transfer\\w*|permanent|from|other|another|parts?|teams?|council",
    "transfers_out": "transfer\\w*|permanent|out|to|other|another|parts?|teams?|council",
    "permanent_fte": "permanent",
    "agency_fte": "agency",
    "cases": "cases?|held|open",
    "case_holders_fte": "caseholders?|cases?|holders?|holding|held",
    "total": "permanent|agency|together",
    "establishment": "establishment|posts?|permanent|agency|vacan\\w*|unfilled",
}
_NUMBERING = re.compile(r"\s*(?:[0-9]{1,2}(?:\.[0-9]{1,2})*[.)]?|[a-z][.)])\s+", re.IGNORECASE)
# What may stand in a group: the figure that a group's name would be → the figures of its lines.
_GROUPS = {
    "permanent": ("starters", "leavers", "transfers_in", "transfers_out", "conversions", "permanent_fte"),
    "agency": ("agency_fte", "vacancies_covered", "conversions", "replacements"),
    "vacancies": ("vacancies_covered",),
    "cases": ("case_holders_fte",),
}
_HOLD_ALL = ("total", "establishment")
# Figures of permanent workers, which nobody collects for agency workers.
_PERMANENT_ONLY = ("permanent", "starters", "leavers", "transfers_in", "transfers_out", "permanent_fte")


@dataclass(frozen=True, slots=True)
class Named:
    """The column that a heading names, "" for none of ours, and why it may not be read as that.

    `unknown` are words of it that nobody here knows: they may make it another figure.
    """

    key: str
    problem: str = ""
    label: str = ""
    unknown: str = ""


def named(*words: str, where: str, context: str = "", above: str = "", title: Sequence[str] = ()) -> Named:
    """What the `words` of a heading or line (at `where` in the file; the last that names a figure is its label) name.

    `context` is the heading over it, `above` the count over it, `title` what stands over all headings. A percentage
    belongs to the count above it, whatever its words say: papers mislabel them.
    """
    key, label, other = _label_of(words)
    around = " ".join((context, *(word for word in words if word != label)))
    said = _said(label) | {kind: said for kind, said in _said(around).items() if kind != _PERIOD}
    if set(said) == {"percent"} and above in _PERCENT_OF:
        return Named(key=_PERCENT_OF[above], label=label)
    if not key or (key in _PERMANENT_ONLY and _is_of_agency(words, context)):
        return Named(key="", label=label)
    if other:
        return Named(
            key=key, problem=f"“{other}” and “{label}” ({where}) name two figures. Keep the words of one", label=label
        )
    if problem := _unit_problem(key, said) or _title_problem(key, said, title):
        fits = NAMES[_fitting(key, said or _said_of_all(title))]
        return Named(
            key=key,
            problem=f"“{label}” ({where}) {problem}. Name it “{fits}” if that is what it holds, otherwise delete it",
            label=label,
        )
    return Named(key=key, problem="", label=label, unknown=_unknown(words, key))


def unknown_problem(found: Named, where: str) -> str:
    """What to do about a line of which not every word is known."""
    name = NAMES[found.key]
    return (
        f"“{found.label}” ({where}) says “{found.unknown}”, and with that it may not be “{name}”. "
        f"Name it “{name}” if that is what it holds, otherwise delete it"
    )


def _label_of(words: Sequence[str]) -> tuple[str, str, str]:
    """The figure that the words of a line name, the words that name it, and words beside it that name another."""
    key, label = "", words[-1] if words else ""
    for word in words:
        found = _figure_of(word)
        if not found:
            continue
        counted = PERCENTAGES.get(found, found)
        if key and counted != key and key not in _HOLD_ALL and counted not in _GROUPS.get(key, ()):
            return found, word, label
        key, label = found, word
    return key, label, ""


def _is_of_agency(words: Sequence[str], context: str) -> bool:
    """Whether a line stands among those on agency workers; its own word that it is of permanent workers decides."""
    own = heading_key(" ".join(words))
    if "permanent" in own:
        return False
    return "agency" in own or ("agency" in heading_key(context) and "permanent" not in heading_key(context))


def _unit_problem(key: str, said: dict[str, str]) -> str:
    """What a heading says that its figure does not take, or lacks that it takes."""
    takes = _TAKES.get(key, "")
    odd = next((words for kind, words in said.items() if kind != takes), "")
    if odd:
        return f"says “{odd}”, which “{NAMES[key]}” does not take: it is {_TAKEN[takes]}"
    if takes == "fte" and "fte" not in said:
        return f"does not say “FTE”, and “{NAMES[key]}” is {_TAKEN[takes]}"
    return ""


def _title_problem(key: str, said: dict[str, str], title: Sequence[str]) -> str:
    """What the title says of all figures; a heading that names a unit of its own is not meant."""
    takes = _TAKES.get(key, "")
    odd = next((words for kind, words in _said_of_all(title).items() if kind != takes), "")
    if not odd or said:
        return ""
    return f"stands under “{odd}”, which “{NAMES[key]}” does not take: it is {_TAKEN[takes]}"


def _said_of_all(title: Sequence[str]) -> dict[str, str]:
    """The unit that a title gives all figures; one that says "headcount and FTE" gives none."""
    text = " ".join(title)
    if re.search(r"\b(?:head ?counts?|numbers?)\b", text, re.IGNORECASE):
        return {}
    return {kind: words for kind, words in _said(text).items() if kind == "fte" or words in "%£€$"}


def _unknown(words: Sequence[str], key: str) -> str:
    """The words of a line that are neither its figure's nor harmless."""
    own = re.compile(_OWN_WORDS.get(PERCENTAGES.get(key, key), ""))
    found: list[str] = []
    for text in words:
        if heading_key(text) in _EXACT:
            continue
        said = _SAYS.sub(" ", _NUMBERING.sub("", text, count=1) if _NUMBERING.match(text) else text)
        said = re.sub(r"\bin[- ]post\b", " ", said.replace("’", "").replace("'", ""), flags=re.IGNORECASE)
        found += [
            word
            for word in re.findall(r"\w+", said)
            if word.casefold() not in _HARMLESS and not own.fullmatch(word.casefold())
        ]
    return " ".join(found)


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
