"""What all tests share: lazy provider bindings, switched on before anything imports CDKTF, and so one fast kernel."""

import constructs_lib  # noqa: F401
