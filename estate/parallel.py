"""Several things at once, each result as soon as it is there."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_parallel(work: Callable[[Item], Result], items: Iterable[Item], jobs: int) -> Iterator[Result]:
    """Work on items, several at once.

    Interrupted, it begins nothing more and waits for what it has begun: Terraform gets the terminal's interrupt too, and
    writes its state before it ends.

    Args:
        work: What to do with an item. An exception ends everything: catch what is to be reported.
        items: The items.
        jobs: How many at once.
    """
    pool = ThreadPoolExecutor(jobs)
    try:
        for future in as_completed([pool.submit(work, item) for item in items]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)
