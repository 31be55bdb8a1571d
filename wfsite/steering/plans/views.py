"""The annual plan as a page and as a file; the pages of one action are in `action_views`."""

from datetime import date

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.actor import Actor
from wfsite.core.as_at import AsAt
from wfsite.core.permissions import Permission, Reach
from wfsite.core.rag import Rag
from wfsite.core.words import listed, long_date
from wfsite.imports.pages import ImportPages
from wfsite.imports.views import add_import
from wfsite.steering.blueprint import blueprint
from wfsite.steering.plans import queries, sheets
from wfsite.steering.plans.front_door import no_plan
from wfsite.steering.plans.import_services import PLAN_IMPORTER
from wfsite.steering.plans.queries import Filters
from wfsite.steering.plans.rules import NOT_UPDATED, OVERDUE, TO_DECIDE, plan_year_of, year_label
from wfsite.web.access import acting, requires
from wfsite.web.downloads import spreadsheet
from wfsite.web.params import as_at, as_at_of_file, query_choice, query_flag, query_id, query_text
from wfsite.web.respond import page, page_or_part
from wfsite.web.waiting import waits


@blueprint.get("/steering/plan")
@requires(Permission.PLAN_READ)
def plan_page() -> Response:
    """The plan of a year, its themes and actions, today or as it stood at the end of another day."""
    actor, when, filters = acting(), as_at(), _filters()
    plan = queries.plan_page(
        query_id("year"),
        filters=filters,
        seen_by=actor,
        on=when.on,
        as_at=when.past_instant,
    )
    if plan is None:
        missing = no_plan(actor, on=when.on)
        return page("steering/plans/no_plan.html", status=422 if when.error else 200, when=when, missing=missing)
    saved = query_id("saved") or 0
    return page_or_part(
        "steering/plans/plan_page.html",
        "steering/plans/_plan.html",
        status=422 if when.error else 200,
        plan=plan,
        year=year_label(plan.year),
        year_labels=[(year, year_label(year)) for year in plan.years],
        filters=filters,
        shown=_shown(plan),
        ticks=_ticks(plan, filters, leads_only=actor.reach(Permission.PLAN_UPDATE) is Reach.OWN and not when.is_past),
        when=when,
        suffix=when.suffix,
        saved=next((row for theme in plan.themes for row in theme.rows if row.id == saved), None),
        may_import=actor.can_for(Permission.PLAN_IMPORT, plan.importing_id),
    )


def _filters() -> Filters:
    return Filters(
        theme_id=query_id("theme"),
        lead=query_text("lead"),
        rag=query_choice("rag", Rag),
        overdue=query_flag("overdue"),
        stale=query_flag("stale"),
        to_decide=query_flag("to_decide"),
        mine=query_flag("mine"),
    )


def _ticks(plan: queries.PlanPage, filters: Filters, *, leads_only: bool) -> list[tuple[str, str, bool]]:
    """The filters that are ticked or not: name, label, whether it is."""
    ticks = [("overdue", OVERDUE, filters.overdue), ("to_decide", TO_DECIDE, filters.to_decide)]
    if plan.met_before_on:
        ticks.insert(1, ("stale", f"{NOT_UPDATED}, on {long_date(plan.met_before_on)}", filters.stale))
    if leads_only:
        ticks.append(("mine", "Only those I update", filters.mine))
    return ticks


def _shown(plan: queries.PlanPage) -> str:
    """ "12 of 23 actions and 3 of 12 sub-actions"."""
    parts = [f"{plan.shown[0]} of {plan.total[0]} actions"]
    if plan.total[1]:
        parts.append(f"{plan.shown[1]} of {plan.total[1]} sub-actions")
    return listed(parts)


@blueprint.get("/steering/plan/export.<any(csv, xlsx):kind>")
@waits
@requires(Permission.PLAN_READ)
def plan_export(kind: str) -> Response:
    """The whole plan in the columns that the importer reads, so that it can come back."""
    when = as_at_of_file()
    plan = queries.plan_page(
        query_id("year"),
        filters=Filters(),
        seen_by=acting(),
        on=when.on,
        as_at=when.past_instant,
    )
    year = year_label(plan.year) if plan else ""
    notes = [f"{plan.title}, {_as_it_stood(when)}" if plan else "There is no plan for this year."]
    return spreadsheet(
        (f"action-plan-{year.replace('/', '-')}" if plan else "action-plan") + when.file_suffix,
        kind,
        sheets.HEADER,
        sheets.rows(plan) if plan else [],
        title="Action plan",
        notes=notes,
    )


def _as_it_stood(when: AsAt) -> str:
    return f"as it stood at the end of {long_date(when.on)}"


def plan_url(year: int | None) -> str:
    """Where the plan of a year is read."""
    return url_for("steering.plan_page", year=year)


def _years(on: date) -> list[tuple[str, str]]:
    """The years for which the reader can import a plan: next year's first."""
    return [("", "Choose a year")] + [(str(year), year_label(year)) for year in _open_years(acting(), on)]


def _open_years(actor: Actor, on: date) -> list[int]:
    groups = queries.importing_groups(on=on)
    years = range(plan_year_of(on) + 1, 2009, -1)
    return [year for year in years if actor.can_for(Permission.PLAN_IMPORT, groups.group_of(year))]


def _reaches(actor: Actor, year: int | None, on: date) -> bool:
    if year is None:
        return bool(_open_years(actor, on))
    return actor.can_for(Permission.PLAN_IMPORT, queries.importing_groups(on=on).group_of(year))


add_import(
    blueprint,
    ImportPages(
        importer=PLAN_IMPORTER,
        endpoint="plan_import",
        url="/steering/plan/import",
        permission=Permission.PLAN_IMPORT,
        title="Import an action plan",
        intro=(
            "Upload the plan as the group keeps it: themes, actions, timescales, leads, success criteria, "
            "monitoring lead, progress and RAG.",
            "Actions that the plan already has are recognised by their reference, or by their words. "
            "Actions that are not in the file stay as they are.",
        ),
        back="steering.plan_page",
        back_words="the action plan",
        target_label="Which year’s plan is this?",
        target_missing="Choose the year of the plan",
        targets=_years,
        done_url=plan_url,
        reaches=_reaches,
    ),
)
