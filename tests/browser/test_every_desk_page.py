"""What holds for every page of the desk: axe finds nothing, and it fits its window."""

from __future__ import annotations

import pytest

from learn import roles
from tests.browser.axe import faults
from tests.browser.desks import Desk
from tests.test_permissions import ROWS, WHO, names, path_of  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db(transaction=True)

NO_PAGES = (
    "token", "autocomplete", "jsi18n", "r/", "learn/question/address", "/media", "/learn/",
    "learn/question/frame",  # empty, until a form writes into it
)  # fmt: skip
DJANGOS = [".search-label-icon"]  # its label is Django's, of 5.2
SEEN = [
    address
    for address, signs in ROWS.items()
    if signs["GET"][WHO.index(roles.ADMIN)] == "+"
    and not address.startswith(NO_PAGES)
    and not address.endswith(("}/", ".csv", ".json"))  # `{key}/` leads to `{key}/change/`
]


@pytest.mark.looks
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_no_page_has_a_fault_that_axe_finds_or_is_too_wide(
    desk_of: Desk,
    names: dict[str, str],  # noqa: F811
    width: int,
    scheme: str,
) -> None:
    page = desk_of(
        "ada", roles.ADMIN, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    found = []
    for address in SEEN:
        page.goto(path_of(address, names))
        found += [f"{address}: {fault}" for fault in faults(page, but_in=DJANGOS)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address}: too wide")
    assert not found, "\n".join(found)
