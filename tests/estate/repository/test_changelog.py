"""What the changelog says to whoever upgrades."""

from estate.repository.changelog import between

TEXT = """\
# Changelog

## [Unreleased]

### Changed

- Not out yet.

## [0.10.0] - 2027-03-01

### Added

- More.

### Addresses

- A moves to B.

## [0.9.0]

### Removed

- Old things.

## [0.8.0]

### Removed

- Older things.
"""


def test_the_parts_that_concern_whoever_upgrades_of_the_versions_between():
    assert between("0.8.0", "0.10.0", TEXT) == [
        "0.10.0, addresses:",
        "- A moves to B.",
        "0.9.0, removed:",
        "- Old things.",
    ]
    assert between("0.10.0", "0.10.0", TEXT) == []
    assert between("0.9.0", "0.9.1", TEXT) == []


def test_this_versions_own_can_be_read():
    assert between("0.0.0", "0.0.1") == []
