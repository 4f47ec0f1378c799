"""Editors and readers know every key, those of your own capabilities (`extensions/`) included."""

from estate.testing import stale_files


def test_schemas_and_pages_are_not_stale():
    assert stale_files() == [], "Run what is behind each file."
