# ruff: noqa: PLC0415 - moto reads its settings when it is imported, so they are made first
"""The local AWS's process: `python -m estate.local.server --directory DIR --management-account ID …`."""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import signal
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"  # nothing but loopback, and no option to change it


def application(management_account_id: str, *, enforce: bool = True) -> Any:
    """Return the local AWS as a WSGI application, empty but for the management account's administrator.

    Args:
        management_account_id: The account that the administrator is in.
        enforce: Whether callers need permissions for what they do (to assume a role they always do).
    """
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    os.environ.pop("MOTO_ACCOUNT_ID", None)  # it would make all accounts one
    from moto.iam.models import iam_backends
    from moto.moto_api._internal.models import moto_api_backend
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from moto.organizations.models import organizations_backends

    from estate.local import services
    from estate.local.control import Control
    from estate.local.extension import Shelf
    from estate.local.faults import Faults
    from estate.local.gateway import Gateway
    from estate.local.identity import Credentials

    warnings.filterwarnings("ignore", message=".*does not match an error shape.*")
    extensions = services.load()
    for extension in extensions.values():
        for amend in extension.amendments.values():
            amend()
    credentials = Credentials(management_account_id)
    faults = Faults()

    def reset() -> None:
        iam_backends.clear()  # moto would fill each with 1,500 managed policies again before it forgets them
        organizations_backends.master_accounts.clear()
        moto_api_backend.reset()
        Shelf.clear_all()
        faults.clear()
        credentials.reset()

    reset()

    def moto_service(service: Any) -> Any:
        if service is None:
            raise NotImplementedError  # moto does not know the service at all
        return create_backend_app(service)

    moto = DomainDispatcherApplication(moto_service)
    control = Control(credentials, faults, reset)
    return Gateway(moto, extensions, credentials, faults, control, enforce=enforce)


def main(arguments: list[str] | None = None) -> None:
    """Serve until a signal ends the process, with a state file that says where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--directory", type=Path, required=True, help="where the state file goes")
    parser.add_argument("--management-account", required=True, metavar="ID")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--until-parent-ends", action="store_true", help="end with the process that started this one")
    parser.add_argument("--permissions", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args(arguments)
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO, stream=sys.stdout)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    logging.getLogger("botocore").setLevel(logging.WARNING)

    app = application(options.management_account, enforce=options.permissions)
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    server = make_server(HOST, options.port, app, threaded=True, request_handler=MotoRequestHandler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if options.until_parent_ends:
        threading.Thread(target=_follow_parent, daemon=True).start()
    state = {"pid": os.getpid(), "port": server.port, "management_account_id": options.management_account}
    state_file: Path = options.directory / "state.json"
    partial = state_file.with_suffix(".partial")
    partial.write_text(json.dumps(state))
    partial.replace(state_file)
    gc.collect()
    gc.freeze()  # moto's and botocore's models, which stay for good
    try:
        server.serve_forever()
    finally:
        state_file.unlink(missing_ok=True)
        os._exit(0)  # not to take every object apart first


def _follow_parent() -> None:
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
