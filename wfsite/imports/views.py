"""The pages of an import, the same for every kind of file: upload, what will happen, confirm or discard."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import wraps
from typing import Any

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import Busy, Conflict, Missing, RuleBroken
from wfsite.imports import queries, services
from wfsite.imports.forms import UploadForm
from wfsite.imports.pages import ImportPages, know_pages
from wfsite.imports.rules import Checked, Effect, RowOutcome, check_as_kept, is_small
from wfsite.web.access import acting, requires
from wfsite.web.downloads import spreadsheet
from wfsite.web.fields import add_errors
from wfsite.web.params import form_text, id_from, now, query_choice, query_page, today
from wfsite.web.respond import page, retry_after, see
from wfsite.web.transaction import let_go
from wfsite.web.uploads import takes_a_file
from wfsite.web.waiting import waits
from wfsite.works.queries import work_of
from wfsite.works.views import begin

_ROWS_A_PAGE = 200
_MOST_ERRORS = 100
_NOT_YET = "This file has not been checked yet"


class Show(StrEnum):
    """Which rows of a dry run are listed."""

    ALL = "all"
    CHANGES = "changes"
    ERRORS = "errors"


def add_import(blueprint: Blueprint, pages: ImportPages) -> None:
    """Add the six routes of an import to a feature's blueprint, stamped with its permission."""
    stamped = requires(pages.permission, pages.reach)
    name = pages.endpoint
    know_pages(pages)

    def add(suffix: str, rule: str, methods: list[str], view: Callable[..., Response]) -> None:
        blueprint.add_url_rule(pages.url + rule, name + suffix, stamped(_within_reach(pages, view)), methods=methods)

    take = waits(takes_a_file(lambda: upload(pages)))
    add("", "", ["GET"], lambda: upload_page(pages))
    add("_upload", "", ["POST"], take)
    add("_template", "/template.<any(csv, xlsx):kind>", ["GET"], waits(lambda kind: template(pages, kind)))
    add("_check", "/<id:upload_id>", ["GET"], lambda upload_id: check_page(pages, upload_id))
    add("_check_again", "/<id:upload_id>/check", ["POST"], lambda upload_id: check_again(pages, upload_id))
    add("_confirm", "/<id:upload_id>/confirm", ["POST"], lambda upload_id: confirm(pages, upload_id))
    add("_discard", "/<id:upload_id>/discard", ["POST"], lambda upload_id: discard(pages, upload_id))


def _within_reach(pages: ImportPages, view: Callable[..., Response]) -> Callable[..., Response]:
    """`view` for who may import into what an upload is for, or into anything at all; `Missing` for anybody else."""

    @wraps(view)
    def within(**values: Any) -> Response:
        upload_id = values.get("upload_id")
        upload = queries.upload_name(upload_id) if upload_id else None
        if upload is not None and upload.kind != pages.importer.kind:
            raise Missing
        if not pages.admits(acting(), upload.target_id if upload else None, on=today()):
            raise Missing
        return view(**values)

    return within


def upload_page(pages: ImportPages) -> Response:
    """The form that takes a file."""
    return page("imports/upload.html", form=_form(pages), pages=pages)


def _form(pages: ImportPages) -> UploadForm:
    form = UploadForm()
    form.ask_target(pages.target_label, pages.target_missing, pages.targets(today()))
    return form


def upload(pages: ImportPages) -> Response:
    """Read a file, keep it and have it checked; what cannot be read is said on the form."""
    form, actor = _form(pages), acting()
    let_go()  # hold no write lock while the file is read
    try:
        good = form.validate()
        table = form.table(pages.importer.columns)
        if not good:
            raise RuleBroken()
    except RuleBroken as error:
        add_errors(form, error)
        return page("imports/upload.html", status=422, form=form, pages=pages)
    except Busy as error:
        add_errors(form, RuleBroken("file", error.message))
        return retry_after(page("imports/upload.html", status=503, form=form, pages=pages), error.seconds)
    upload_id = services.upload_add(
        table,
        kind=pages.importer.kind,
        target_id=id_from(form.target.data) if "target" in form else None,
        file_name=form.file_name,
        by=actor.person_id,
        at=now(),
    )
    return _checking(pages, upload_id)


def _checking(pages: ImportPages, upload_id: int) -> Response:
    """Have an upload checked: a small file at once, so that its check comes next, any other beside the workers."""
    small = is_small(queries.upload_file(upload_id).content)
    progress = begin(queries.CHECK_WORK, upload_id, is_small=small)
    return see(pages.check_url(upload_id) if small else progress)


def check_again(pages: ImportPages, upload_id: int) -> Response:
    """Have an upload checked against the database as it stands now."""
    if services.upload_check_again(upload_id, kind=pages.importer.kind):
        return _checking(pages, upload_id)
    return see(pages.check_url(upload_id))


def template(pages: ImportPages, kind: str) -> Response:
    """An empty file with the right headings and an example or two."""
    importer = pages.importer
    return spreadsheet(
        f"{importer.kind}-template",
        kind,
        [column.name for column in importer.columns],
        importer.example,
        title=importer.kind,
        notes=[f"{column.name}: {column.hint}" for column in importer.columns if column.hint],
    )


def check_page(
    pages: ImportPages, upload_id: int, *, status: int = 200, problem: str = "", conflict: str = ""
) -> Response:
    """What confirming would do, row by row; after the decision, what was done."""
    upload = queries.upload_page(upload_id, kind=pages.importer.kind)
    work = None
    if upload.is_waiting and upload.checked is None:
        work = work_of(queries.CHECK_WORK, upload_id, at=now())
        if work and not work.is_over:
            return see(url_for("works.work_page", work_id=work.id))
    unchecked = (work.problem if work else "") or _NOT_YET
    checked = check_as_kept(upload.checked) if upload.checked else Checked(problems=(unchecked,))
    show = query_choice("show", Show) or (Show.ALL if checked.is_good else Show.ERRORS)
    rows = _shown(checked, show)
    last = max(1, -(-len(rows) // _ROWS_A_PAGE))
    number = min(query_page(), last)
    return page(
        "imports/check.html",
        status=status,
        pages=pages,
        upload=upload,
        checked=checked,
        errors_listed=checked.errors[:_MOST_ERRORS],
        more_errors=len(checked.errors) - _MOST_ERRORS,
        rows=rows[(number - 1) * _ROWS_A_PAGE : number * _ROWS_A_PAGE],
        row_count=len(rows),
        show=show.value,
        number=number,
        last=last,
        target=pages.importer.target_name(upload.target_id),
        problem=problem,
        conflict=conflict,
        here=pages.check_url(upload_id),
        done_url=pages.done_url(upload.target_id) if pages.done_url else url_for(pages.back),
    )


def _shown(checked: Checked, show: Show) -> Sequence[RowOutcome]:
    if show is Show.ERRORS:
        return [row for row in checked.rows if row.errors]
    if show is Show.CHANGES:
        return [row for row in checked.rows if row.effect in (Effect.ADD, Effect.CHANGE)]
    return checked.rows


def confirm(pages: ImportPages, upload_id: int) -> Response:
    """Apply the file in one transaction, if it still does what was shown."""
    try:
        services.upload_confirm(
            upload_id,
            kind=pages.importer.kind,
            fingerprint=form_text("fingerprint"),
            by=acting().person_id,
            at=now(),
        )
    except Conflict as error:
        let_go()
        return check_page(pages, upload_id, status=409, conflict=error.message)
    except RuleBroken as error:
        let_go()
        return check_page(pages, upload_id, status=422, problem=str(error))
    return see(pages.check_url(upload_id))


def discard(pages: ImportPages, upload_id: int) -> Response:
    """Put the file aside; nothing was changed."""
    try:
        services.upload_discard(upload_id, kind=pages.importer.kind, by=acting().person_id, at=now())
    except Conflict as error:
        let_go()
        return check_page(pages, upload_id, status=409, conflict=error.message)
    return see(pages.check_url(upload_id))
