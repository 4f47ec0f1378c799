"""The documentation as a site: every page is in it, every link leads somewhere, and no other host is asked."""

import functools
import http.server
import re
import subprocess
import threading
import tomllib
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from docs.site import build as site

PICTURE = "docs/images/report.png"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    directory = tmp_path_factory.mktemp("docs") / "site"
    site.build(directory)
    return directory


class Links(HTMLParser):
    """What a page links to, what it takes in, and where one can jump to in it."""

    def __init__(self, text):
        super().__init__()
        self.to, self.taken, self.anchors = [], [], {""}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.anchors.add(found.get("id"))
        if tag == "a" and "href" in found:
            self.to.append(found["href"])
        elif tag != "a":
            self.taken += [found[key] for key in ("src", "href") if found.get(key)]


def listed(entries):
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        else:
            for value in entry.values():
                yield from [value] if isinstance(value, str) else listed(value)


def test_every_page_is_listed_once():
    nav = tomllib.loads(site.settings())["project"]["nav"]
    assert sorted(listed(nav)) == sorted(name for name in site.files() if name.endswith(".md"))


def test_links_lead_to_what_is_there_and_nothing_is_taken_from_elsewhere(built):
    pages = {path.resolve(): Links(path.read_text()) for path in built.rglob("*.html")}
    assert len(pages) > 40
    wrong = []
    for path, page in pages.items():
        if path.name == "404.html":
            continue  # its links are for a web server, from whatever address was not found
        wrong += [(path.name, each) for each in page.taken if urlsplit(each).netloc]
        for each in (*page.to, *page.taken):
            parts = urlsplit(each)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (target in pages and unquote(parts.fragment) not in pages[target].anchors):
                wrong.append((path.name, each))
    assert wrong == []
    assert PICTURE in pages[(built / "index.html").resolve()].taken


def test_a_link_to_no_page_or_heading_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(site, "_WORK", tmp_path / "work")
    monkeypatch.setattr(site, "without_links_beyond", lambda text, *_: f"{text}\n[x](docs/report.md#no-such-heading)\n")
    with pytest.raises(subprocess.CalledProcessError):
        site.build(tmp_path / "site")
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[CI](ci.md#roles), [`here`](#here), [AWS](https://aws.amazon.com)", None),
        ("[the\nREADME](../README.md) ![picture](images/report.png)", None),
        ("[`config/`](../config) and [ADRs](adr)", "`config/` and ADRs"),
        ("`x[0](y)`\n\n```python\nx[0](y)\n```\n", None),
    ],
)
def test_what_the_site_does_not_have_is_text(text, left):
    known = ["docs/ci.md", "README.md", "docs/images/report.png"]
    assert site.without_links_beyond(text, "docs/report.md", known) == (left or text)


def test_lists_are_lists_on_the_site_too(built):
    text = "Two:\n1. One\n   - of three\n\n   ```\n   code\n     - no item\n   ```\n2. Two\n\n- a\n  b\n"
    wanted = "Two:\n\n1. One\n    - of three\n\n    ```\n    code\n      - no item\n    ```\n2. Two\n\n- a\n    b\n"
    assert site.with_lists(text) == wanted
    assert re.search(r"<li>\s*(?:<p>)?the state moved on, or is locked", (built / "docs" / "ci.html").read_text())


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 400)])
def test_it_is_read_and_searched_without_another_host(browser, built, scheme, width):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=built)
    handler.func.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_port}/"
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        tab = context.new_page()
        asked = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(f"{here}index.html")
        dark = tab.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
        assert dark is (scheme == "dark")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        tab.keyboard.press("/")
        tab.keyboard.type("rehearsal")
        tab.wait_for_selector("a:has-text('What it answers'):has-text('What a guardrail would have broken')")
        context.close()
        server.shutdown()
    assert [each for each in asked if not each.startswith((here, "data:", "blob:"))] == []
