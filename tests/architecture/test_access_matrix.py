"""Every URL and method has a line that says who may use it, and no line speaks of what is not there."""

from __future__ import annotations

from collections import Counter

from tests import access_objects
from tests.access_table import METHODS, addresses, table


def test_every_url_has_its_line() -> None:
    missing = sorted({address.name for address in addresses()} - table().keys())
    assert not missing, f"add to zhixuan/config/access_matrix.toml: {missing}"


def test_every_line_has_its_url() -> None:
    gone = sorted(table().keys() - {address.name for address in addresses()})
    assert not gone, f"take out of zhixuan/config/access_matrix.toml: {gone}"


def test_no_two_urls_share_a_name() -> None:
    """A second URL of the same name would be a second door that nobody looked at."""
    doubled = [name for name, times in Counter(address.name for address in addresses()).items() if times > 1]
    assert not doubled


def test_methods_are_those_the_views_answer() -> None:
    wrong = {}
    for address in addresses():
        line = table().get(address.name)
        if line is None:
            continue
        said = frozenset(line.who)
        if not said or not said <= METHODS or (address.is_api and address.methods and said != address.methods):
            wrong[address.name] = (sorted(said), sorted(address.methods))
    assert not wrong


def test_urls_that_name_an_object_say_its_kind() -> None:
    """An id in a URL without a kind would never be tried with another area's id."""
    lines = table()
    wrong = {
        address.name: sorted(address.parameters)
        for address in addresses()
        if address.name in lines and bool(address.parameters) != bool(lines[address.name].kind)
    }
    assert not wrong


def test_every_kind_of_object_has_a_builder() -> None:
    unknown = {line.kind for line in table().values() if line.kind} - access_objects.BUILDERS.keys()
    assert not unknown, f"add to tests/access_objects.py: {sorted(unknown)}"
