"""An organization on a local AWS, as for the tests of the local AWS itself."""

from tests.local.conftest import local, make_account, organizations, server

__all__ = ["local", "make_account", "organizations", "server"]
