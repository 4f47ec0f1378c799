from estate.local.table import current, render


def test_the_page_has_the_table_of_the_code():
    assert current() == render(), "run `python -m estate.local.table`"
