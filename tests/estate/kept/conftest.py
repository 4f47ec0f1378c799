"""Organizations with pipelines, as the tests of pipelines have them."""

from tests.estate.pipeline.conftest import write_organization

__all__ = ["write_organization"]
