"""Whether this installation is fit to run, as far as that is cheap to know: each problem a sentence without a stop.

The command line asks more (`flask wfsite check`): whether the database answers, and whether its tables are this code's.
"""

import os
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from wfsite.config import Settings
from wfsite.core.words import count_of
from wfsite.db import backups
from wfsite.issued.checking import documents_checked
from wfsite.papers.queries import kept_files
from wfsite.papers.store import Store, place_of
from wfsite.surveys.box_queries import box_problems


def folder_problem(settings: Settings) -> str:
    """What is wrong with the instance folder, "" when nothing is."""
    folder = settings.instance
    return "" if os.access(folder, os.W_OK) else f"{folder} cannot be written to. Give the service's user the folder"


def database_file(settings: Settings) -> Path:
    """Where SQLite keeps the database."""
    return Path(make_url(settings.database_url).database or "").resolve()


def share_problem(settings: Settings) -> str:
    """That SQLite's database lies where it loses data, "" when it does not."""
    share = backups.network_file_system(database_file(settings)) if settings.is_sqlite else ""
    where = f"The database lies on a network share ({share}), where SQLite loses data. Use a disk of this machine"
    return where if share else ""


def boxes_problems(settings: Settings, *, at: datetime, ask_the_database: bool = True) -> list[str]:
    """What is wrong with the folder of ballot boxes, and what does not fit between it and the database."""
    boxes = settings.boxes
    if boxes is None:
        return []
    if not boxes.is_dir() or not os.access(boxes, os.W_OK):
        return [
            f"{boxes} is not there or cannot be written to. Make it, for the service's user only, or set WFSITE_BOXES"
        ]
    share = backups.network_file_system(boxes)
    found = [f"The ballot boxes lie on a network share ({share}). Use a disk of this machine"] if share else []
    return found + [problem.words for problem in (box_problems(boxes, at=at) if ask_the_database else ())]


def papers_problem(settings: Settings) -> str:
    """That the files of papers cannot be kept, or are not all there; "" when nothing is wrong."""
    folder = settings.papers_folder
    if settings.papers and not folder.is_dir():
        return f"{folder} is not there. Make it, for the service's user only, or set WFSITE_PAPERS"
    if folder.is_dir() and not os.access(folder, os.W_OK):
        return f"{folder} cannot be written to. Give the service's user the folder"
    return lost_papers(Store(folder).missing(kept_files()), folder)


def lost_papers(hashes: list[str], folder: Path) -> str:
    """That files of papers are missing or damaged, the first of them by their place; "" for none."""
    if not hashes:
        return ""
    first = ", ".join(str(place_of(content_hash)) for content_hash in sorted(hashes)[:3])
    many = count_of(len(hashes), "file of a paper is", "files of papers are")
    more = f" and {len(hashes) - 3:,} more" if len(hashes) > 3 else ""
    return f"{many} missing or damaged in {folder} ({first}{more}). Copy the folder papers of a backup back there"


def boxes_notice(settings: Settings) -> str:
    """Said, though it stops nothing: who copies one folder with everything in it would copy the boxes too."""
    boxes = settings.boxes
    if boxes is None:
        return "This machine holds no ballot boxes: surveys are answered and counted on another one."
    near = {settings.instance.parent, (settings.instance / "backups").parent}
    if settings.is_sqlite:
        near.add(database_file(settings).parent)
    if boxes.parent not in near:
        return ""
    return f"The ballot boxes lie beside the instance folder. Keep {boxes} out of every copy that holds the database."


def documents_problems() -> tuple[list[str], str]:
    """What is wrong with issued reports, and the line that an operator keeps: how many, and the newest chain hash."""
    found = documents_checked()
    kept = f"{found.issued} issued, newest link of their chain {found.newest}" if found.issued else "none issued yet"
    return list(found.problems), f"Reports: {kept}"


def site_problems(settings: Settings, *, at: datetime) -> list[str]:
    """All of these, for a page: one statement, and a look into each open box that reads no ballot."""
    found = [folder_problem(settings), share_problem(settings), *boxes_problems(settings, at=at)]
    return [problem for problem in found if problem]
