"""What the demo says about itself on the page of signing in."""

from wfsite.core.contributions import OpenAccounts
from wfsite.demo.people import ACCOUNTS, DOMAIN, PASSWORD


def open_accounts() -> OpenAccounts:
    """One account for each kind of user, and the password of all."""
    return OpenAccounts(PASSWORD, tuple((f"{key}@{DOMAIN}", words) for key, _, _, _, words in ACCOUNTS))
