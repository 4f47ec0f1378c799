"""One stack per account, made from the configuration."""

import constructs_lib  # noqa: F401 - before CDKTF: it makes the provider bindings load on demand
