"""What all tests share: lazy provider bindings, switched on before anything imports CDKTF, and so one fast kernel."""

import constructs_lib  # noqa: F401


def pytest_addoption(parser):
    parser.addoption(
        "--demo",
        metavar="DIR",
        help="run the end-to-end tests on what `estate demo --keep --directory DIR` left, instead of deploying anew",
    )
