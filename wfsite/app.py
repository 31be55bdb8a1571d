"""The application factory: wires the parts, in order."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from wfsite import cli, models
from wfsite.audit import listener as audit_listener
from wfsite.audit.views import blueprint as audit_blueprint
from wfsite.config import CHECKOUT, Settings
from wfsite.core.clock import Clock, system_clock
from wfsite.core.contributions import (
    HOME_READING,
    HOME_SECTIONS,
    HOME_TASKS,
    NOTICE_SUBJECTS,
    OPEN_ACCOUNTS,
    PAPER_SUBJECTS,
    Contributions,
)
from wfsite.db.engine import engine_options, prepare_engine
from wfsite.demo.front_door import open_accounts
from wfsite.extensions import csrf, db, login_manager
from wfsite.groups import front_door as groups_door
from wfsite.groups.seat_queries import with_seats
from wfsite.groups.views import blueprint as groups_blueprint
from wfsite.home import front_door as home_door
from wfsite.home.views import blueprint as home_blueprint
from wfsite.imports import front_door as imports_door
from wfsite.imports.checking import upload_check
from wfsite.imports.queries import CHECK_WORK
from wfsite.improvement.views import blueprint as improvement_blueprint
from wfsite.issued import front_door as documents_door
from wfsite.issued.kinds import DOCUMENT_KINDS
from wfsite.issued.notices import DOCUMENT_ANSWERED, DOCUMENT_WAITS
from wfsite.issued.views import blueprint as issued_blueprint
from wfsite.operations import front_door as operations_door
from wfsite.papers.views import blueprint as papers_blueprint
from wfsite.people import loading
from wfsite.people.views import blueprint as people_blueprint
from wfsite.steering.plans import front_door as plans_door
from wfsite.steering.plans.date_notices import DATE_DECIDED, DATE_TO_DECIDE
from wfsite.steering.views import blueprint as steering_blueprint
from wfsite.steering.workforce import front_door as workforce_door
from wfsite.surveys import front_door as surveys_door
from wfsite.surveys.views import blueprint as surveys_blueprint
from wfsite.training import front_door as attendance_door
from wfsite.training.reports import issuing as attendance_issuing
from wfsite.training.views import blueprint as training_blueprint
from wfsite.web import (
    access,
    errors,
    field_counts,
    fields,
    filters,
    going_back,
    headers,
    logs,
    markup,
    nav,
    origin,
    statics,
    transaction,
    uploads,
)
from wfsite.web.params import IdConverter
from wfsite.works.kinds import WORK_DONE, WORK_SHOWN
from wfsite.works.runner import Runners
from wfsite.works.views import blueprint as works_blueprint

__all__ = ["create_app", "models"]

_LARGEST_BODY = 1024 * 1024
_BLUEPRINTS = (
    home_blueprint,
    people_blueprint,
    audit_blueprint,
    groups_blueprint,
    papers_blueprint,
    issued_blueprint,
    surveys_blueprint,
    training_blueprint,
    steering_blueprint,
    improvement_blueprint,
    works_blueprint,
)


def create_app(settings: Settings | None = None, *, clock: Clock = system_clock) -> Flask:
    """A configured app. Raises `UnsafeSettings` rather than start one that would endanger people's data."""
    settings = settings or Settings.load()
    app = Flask(
        "wfsite",
        template_folder=str(CHECKOUT / "templates"),
        static_folder=str(CHECKOUT / "static"),
        instance_path=str(settings.instance),
    )
    _configure(app, settings)
    app.extensions["settings"] = settings
    app.extensions["clock"] = clock
    app.url_map.converters["id"] = IdConverter

    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    audit_listener.init_app(app)
    login_manager.init_app(app)
    loading.init_app(app, seated=with_seats)

    # After-request hooks run last registered first: commit, then log, then headers and compression.
    headers.init_app(app)
    logs.init_app(app)
    transaction.init_app(app)
    # Before each request: another site's form is refused, and one of too many fields, then who may come in, then the
    # form's token.
    origin.init_app(app)
    field_counts.init_app(app)
    access.init_app(app)
    uploads.init_app(app)
    csrf.init_app(app)
    for part in (errors, filters, markup, nav, going_back, fields, statics):
        part.init_app(app)
    app.jinja_env.globals["settings"] = settings

    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.extensions["contributions"] = _contributions(demo=settings.demo)
    app.extensions["runners"] = Runners(settings)
    cli.init_app(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    headers.wrap(app, https=settings.is_https)
    return app


def _contributions(*, demo: bool) -> Contributions:
    """What the rooms add to pages of others; what is equally urgent stands in this order."""
    found = Contributions()
    found.add(HOME_TASKS, "surveys", surveys_door.home_tasks)
    found.add(HOME_TASKS, "registers", attendance_door.home_tasks)
    found.add(HOME_TASKS, "the action plan", plans_door.home_tasks)
    found.add(HOME_TASKS, "workforce data", workforce_door.home_tasks)
    found.add(HOME_TASKS, "files that wait for a yes", imports_door.home_tasks)
    found.add(HOME_TASKS, "reports", documents_door.home_tasks)
    found.add(HOME_TASKS, "the state of the site", operations_door.home_tasks)
    found.add(HOME_TASKS, "setting up the site", home_door.home_tasks)

    found.add(HOME_SECTIONS, "the action plan", plans_door.home_sections)
    found.add(HOME_SECTIONS, "workforce data", workforce_door.home_sections)
    found.add(HOME_SECTIONS, "the groups", groups_door.home_sections)
    found.add(HOME_SECTIONS, "training", attendance_door.home_sections)
    found.add(HOME_SECTIONS, "looking after the site", operations_door.home_sections)

    found.add(HOME_READING, "the action plan", plans_door.home_reading)
    found.add(HOME_READING, "workforce data", workforce_door.home_reading)
    found.add(HOME_READING, "results of surveys", surveys_door.home_reading)
    found.add(HOME_READING, "reports", documents_door.home_reading)
    found.add(HOME_READING, "attendance", attendance_door.home_reading)
    found.add(HOME_READING, "the groups", groups_door.home_reading)

    found.add(NOTICE_SUBJECTS, DATE_TO_DECIDE, plans_door.dates_to_decide_open)
    found.add(NOTICE_SUBJECTS, DATE_DECIDED, plans_door.dates_decided_open)
    found.add(NOTICE_SUBJECTS, DOCUMENT_WAITS, documents_door.documents_open)
    found.add(NOTICE_SUBJECTS, DOCUMENT_ANSWERED, documents_door.answers_open)

    found.add(DOCUMENT_KINDS, attendance_issuing.KEY, attendance_issuing.attendance_report)
    found.add(WORK_DONE, CHECK_WORK, upload_check)
    found.add(WORK_SHOWN, CHECK_WORK, imports_door.check_shown)
    found.add(PAPER_SUBJECTS, groups_door.PAPERS, groups_door.paper_subject)
    if demo:
        found.add(OPEN_ACCOUNTS, "the demo", open_accounts)
    return found


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.testing,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=_LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=_LARGEST_BODY,
        SESSION_COOKIE_NAME="__Host-wfsite" if settings.is_https else "wfsite",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        # A survey left open over lunch is still sent: the token lives as long as the sign-in.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.is_https,
        TRUSTED_HOSTS=settings.trusted_hosts,
    )
