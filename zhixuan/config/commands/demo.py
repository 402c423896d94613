"""What `serve` does in demo mode: the county laid out once, its people introduced."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.config.commands.terminal import progress_bar, say
from zhixuan.demo.county import PROVINCE
from zhixuan.demo.operations import seed
from zhixuan.demo.operations.admit_people import admit_people
from zhixuan.demo.people import PEOPLE, DemoPerson
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.directory import queries as directory


def make_ready() -> None:
    """Fill an empty system with the demo county; give one that holds data of your own demo people over all of it."""
    if directory.all_facilities().exists() and directory.area_by_code(PROVINCE) is None:
        admit_people(at=timezone.now())
        return
    with progress_bar(_("Laying out the demo county")) as report:
        seed.seed(today=timezone.localdate(), now=timezone.now(), progress=report)


def introduce() -> None:
    """Say who can be signed in as."""
    say("  " + _("Demo people: one click on the sign-in page."))
    for person in _present():
        say(f"    {person.username:<20} {person.name}  ·  {person.role.label}")


def _present() -> list[DemoPerson]:
    return [person for person in PEOPLE if accounts.person_by_name(person.username) is not None]
