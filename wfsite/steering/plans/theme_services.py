"""Acts on the themes of a plan: what they are called and how they follow each other are dated rows."""

from datetime import datetime

from wfsite.core.errors import Missing, Stale
from wfsite.extensions import db
from wfsite.steering.plans.models import THEME_WORDINGS, Theme


def theme_add(plan_id: int, title: str, *, position: int, by: int | None, at: datetime) -> int:
    """Add a theme to a plan; returns its id."""
    theme = Theme(plan_id=plan_id, position=position, title=title)
    db.session.add(theme)
    db.session.flush()
    THEME_WORDINGS.add(at=at, theme_id=theme.id, position=position, title=title, recorded_by=by)
    return theme.id


def theme_change(
    theme_id: int, title: str, *, position: int, seen: tuple[str, int], by: int | None, at: datetime
) -> bool:
    """Give a theme another title or place; False when it stood so already.

    `seen` is the title and place that the form showed. Raises `Missing`, and `Stale` when they are others by now.
    """
    theme = db.session.get(Theme, theme_id, with_for_update={"key_share": True}, populate_existing=True)
    if theme is None:
        raise Missing
    if (theme.title, theme.position) == (title, position):
        return False
    if (theme.title, theme.position) != seen:
        stands = f"It is now “{theme.position} {theme.title}”."
        raise Stale(f"This theme was changed while you were writing. {stands}", theirs=(theme.title, theme.position))
    THEME_WORDINGS.add(at=at, theme_id=theme_id, position=position, title=title, recorded_by=by)
    theme.title, theme.position = title, position
    db.session.flush()
    return True
