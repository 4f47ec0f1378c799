"""Sets of accounts, each kept once."""

from collections.abc import Iterable, Mapping

from estate.report.interning import Table


class AccountSets:
    """Sets of accounts by their place.

    Args:
        places: The place of each account, by slug.
    """

    def __init__(self, places: Mapping[str, int]) -> None:
        self.found: Table[tuple[int, ...]] = Table()
        self._places = places
        self._known: dict[tuple[str, ...], int] = {}

    def __contains__(self, slug: str) -> bool:
        """Whether there is such an account."""
        return slug in self._places

    def of(self, slugs: Iterable[str]) -> int:
        """The place of a set."""
        key = tuple(slugs)
        if key not in self._known:
            self._known[key] = self.found.add(tuple(sorted(self._places[slug] for slug in key)))
        return self._known[key]
