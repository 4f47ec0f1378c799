"""Who may control the local AWS: programs on this machine, and no web page in a browser on it."""

import json
import urllib.error
import urllib.request

import pytest


@pytest.fixture
def ask(local):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(action="faults", method="POST", **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        content = json.dumps({"service": "sts"}).encode() if method == "POST" else None
        request = urllib.request.Request(f"{local.endpoint}/estate-local/{action}", content, names, method=method)
        try:
            return opener.open(request, timeout=30).status
        except urllib.error.HTTPError as error:
            return error.code

    return ask


def test_programs_may(ask, local):
    assert ask() == 200
    assert local.status()["faults"] == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example"},
        {"Host": "127.0.0.1.attacker.example:80"},
        {"Host": ""},
        {"Host": "192.168.0.7:80"},
        {"Origin": "https://attacker.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
@pytest.mark.parametrize(("method", "action"), [("POST", "faults"), ("POST", "reset"), ("GET", "status")])
def test_web_pages_may_not(ask, local, headers, method, action):
    assert ask(action, method, **headers) == 403
    assert local.status()["faults"] == 0


def test_a_page_of_its_own_may(ask, local):
    assert ask(Origin=local.endpoint, Sec_Fetch_Site="same-origin") == 200
