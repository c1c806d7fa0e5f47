"""Host patterns are Ansible's."""

import pytest

from holdfast.load.patterns import matching, ranged

HOSTS = ["web-1", "web-2", "web-3", "db-1", "db-2"]
GROUPS = {
    "web": ["web-1", "web-2", "web-3"],
    "db": ["db-1", "db-2"],
    "prod": ["web-1", "db-1"],
}
CASES = {
    "all": HOSTS,
    "*": HOSTS,
    "web": GROUPS["web"],
    "web-1": ["web-1"],
    "web:db": HOSTS,
    "web,db-2": ["web-1", "web-2", "web-3", "db-2"],
    "web:&prod": ["web-1"],
    "all:!prod": ["web-2", "web-3", "db-2"],
    "!prod": ["web-2", "web-3", "db-2"],
    "web:&prod:!web-3": ["web-1"],
    "web[0]": ["web-1"],
    "web[-1]": ["web-3"],
    "web[0:1]": ["web-1", "web-2"],
    "web[1:]": ["web-2", "web-3"],
    "web-*": GROUPS["web"],
    "*-1": ["web-1", "db-1"],
    r"~(web|db)-2": ["web-2", "db-2"],
    "db-2:web-1": ["web-1", "db-2"],
}


@pytest.mark.parametrize("pattern", CASES)
def test_a_pattern_names_hosts(pattern: str) -> None:
    assert matching(pattern, HOSTS, GROUPS) == (tuple(CASES[pattern]), ())


def test_what_names_nothing_is_said() -> None:
    assert matching("web:nope", HOSTS, GROUPS)[1] == ("nope",)


RANGES = {
    "web-[1:3]": ["web-1", "web-2", "web-3"],
    "web-[01:03]": ["web-01", "web-02", "web-03"],
    "db-[a:c]": ["db-a", "db-b", "db-c"],
    "x[1:5:2]": ["x1", "x3", "x5"],
    "a[1:2]-b[1:2]": ["a1-b1", "a1-b2", "a2-b1", "a2-b2"],
    "plain": ["plain"],
    "10.0.0.1[1:2]": ["10.0.0.11", "10.0.0.12"],
}


@pytest.mark.parametrize("name", RANGES)
def test_a_range_is_several_names(name: str) -> None:
    assert ranged(name) == RANGES[name]
