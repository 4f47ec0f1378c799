"""The page in a browser: what people do with it, by hand and by keyboard, in light and dark, small and large."""

import json
import re

import pytest

from estate.paths import CHECKOUT, WORK
from estate.report import model
from estate.report.page import page
from tests.estate.report.conftest import NAME

pytestmark = [pytest.mark.row("E10"), pytest.mark.usefixtures("browser")]
VIEWS = (
    "map",
    "guardrails",
    "access",
    "change",
    "compliance/cis",
    "network",
    "account/network",
    "policy/baseline-data",
)
AXE = CHECKOUT / "estate" / "report" / "page" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = WORK / "report"
"""Screenshots, to look at."""


@pytest.fixture(scope="module")
def file(document, tmp_path_factory):
    found = tmp_path_factory.mktemp("page") / "report.html"
    found.write_text(page(document))
    return found.as_uri()


def grown(document, number):
    """The document with so many accounts, each a copy of one that is in it, in five levels of OUs."""
    units = list(document.units)
    for depth in range(2, 6):
        for place in range(3 ** (depth - 1)):
            parent = (
                len(document.units) - 1
                if depth == 2
                else len(document.units) + (3 ** (depth - 2) - 3) // 2 + place // 3
            )
            path = f"{units[parent].path}/level-{depth}-{place}"
            units.append(units[0].model_copy(update={"path": path, "name": f"Level {depth} {place}", "parent": parent}))
    deepest = [place for place, unit in enumerate(units) if unit.path.count("/") == 4]
    assert deepest
    originals = [account for account in document.accounts if account.purpose == "workload"]
    accounts = [
        originals[place % len(originals)].model_copy(
            update={"slug": f"copy-{place:04}", "name": f"Copy {place:04}", "unit": deepest[place % len(deepest)]}
        )
        for place in range(number - len(document.accounts))
    ]
    return document.model_copy(update={"units": units, "accounts": [*document.accounts, *accounts]})


@pytest.fixture
def opened(browser, file, request):
    """The page, with whatever it asks for, complains of, or breaks written down; nothing of that is allowed."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    tab = context.new_page()
    wrong = []
    tab.on("request", lambda asked: asked.url.startswith(("file:", "blob:")) or wrong.append(asked.url))
    tab.on("console", lambda message: wrong.append(message.text))
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.add_init_script(
        "addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective))"
    )
    tab.goto(file)
    tab.wait_for_selector("h1")
    yield tab
    PICTURES.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=PICTURES / f"{re.sub(r'[^a-z0-9]+', '-', request.node.name)}.png")
    context.close()
    assert wrong == []


def go(tab, view):
    tab.evaluate("view => { location.hash = `#/${view}` }", view)
    tab.wait_for_selector("h1")
    tab.wait_for_timeout(50)


def test_a_name_is_text_wherever_it_stands(opened):
    for view in ("map", "guardrails", "account/development", "change", "network"):
        go(opened, view)
        assert opened.title() == "Example Organization"
    go(opened, "account/development")
    assert opened.inner_text("h1") == NAME
    assert opened.locator("main script").count() == 0


def test_what_is_written_into_the_page_is_refused(browser, file):
    """The content-security policy: neither scripts nor pictures nor requests of somebody who got something in."""
    tab = browser.new_page()
    tab.goto(file)
    refused = tab.evaluate(
        """async () => {
            const seen = [];
            addEventListener('securitypolicyviolation', (event) => seen.push(event.violatedDirective));
            const script = document.createElement('script');
            script.textContent = "document.title = 'run'";
            document.body.append(script);
            document.body.append(Object.assign(new Image(), { src: 'https://example.com/x.png' }));
            await fetch('https://example.com/').catch(() => {});
            await new Promise((done) => setTimeout(done, 100));
            return seen;
        }"""
    )
    assert {each.removesuffix("-elem") for each in refused} == {"script-src", "img-src", "connect-src"}
    assert tab.title() == "Example Organization"
    tab.close()


def test_the_map_leads_to_accounts_by_click_and_by_keyboard(opened):
    opened.click('.map a[data-slug="network"] rect')
    opened.wait_for_selector("h1:text-is('Network')")
    assert opened.evaluate("location.hash") == "#/account/network"
    go(opened, "map")
    for _ in range(40):
        opened.keyboard.press("Tab")
        if opened.evaluate("document.activeElement.matches('.map a')"):
            break
    first = opened.evaluate("document.activeElement.dataset.slug")
    seen = {first}
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"):
        opened.keyboard.press(key)
        seen.add(opened.evaluate("document.activeElement.dataset.slug"))
    assert len(seen) >= 3
    slug = opened.evaluate("document.activeElement.dataset.slug")
    opened.keyboard.press("Enter")
    opened.wait_for_selector(".account-page")
    assert opened.evaluate("location.hash") == f"#/account/{slug}"


def test_the_map_zooms(opened):
    whole = ".map svg > g[transform='translate(0,0) scale(1)']"
    assert opened.locator(whole).count() == 1
    opened.click("button[aria-label='Zoom in']")
    opened.wait_for_selector(whole, state="detached")
    opened.click("text=Whole")
    opened.wait_for_selector(whole)


def test_search_finds_by_words_and_opens_by_enter(opened):
    opened.keyboard.press("/")
    opened.keyboard.type("shared serv")
    assert "Shared Services" in opened.inner_text("#found li >> nth=0")
    opened.keyboard.press("Enter")
    opened.wait_for_selector("h1:text-is('Shared Services')")
    opened.keyboard.press("/")
    opened.keyboard.type("baseline-data")
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("ArrowUp")
    opened.keyboard.press("Enter")
    opened.wait_for_selector("h1:text-is('BaselineData')")
    opened.keyboard.press("/")
    opened.keyboard.type("no such thing")
    opened.wait_for_selector("text=Nothing is called so.")


def test_an_account_says_where_its_settings_are_written_and_who_gets_in(opened):
    go(opened, "account/production")
    opened.click("summary:has-text('budget')")
    row = opened.locator("tr:has(code:text-is('limit'))").first
    assert "5000" in row.inner_text()
    assert "organization.yaml" in row.inner_text()
    opened.click("summary:has-text('permission-set:production/ReadOnly')")
    assert "person:alan → is a member of group:Developers → is assigned" in opened.inner_text(".entrants details[open]")
    opened.click("summary:has-text('baseline-protection')")
    assert "Denies" in opened.inner_text("details[open]:has(> summary:has-text('baseline-protection'))")


def test_the_matrix_filters_sorts_explains_and_is_saved(opened, document):
    go(opened, "guardrails")
    rows = "tbody tr[aria-rowindex]"
    assert opened.locator(rows).count() == len(document.accounts)
    opened.fill("input[type=search] >> nth=1", "environment=production")
    wanted = {account.slug for account in document.accounts if account.tags.get("environment") == "production"}
    assert set(opened.locator(f"{rows} th").all_inner_texts()) == wanted
    opened.fill("input[type=search] >> nth=1", "")
    place = next(index for index, each in enumerate(document.matrix.questions) if each.action == "dynamodb:DeleteTable")
    opened.select_option("select >> nth=0", str(place))
    opened.select_option("select >> nth=1", "denied")
    assert opened.locator(f"{rows} th").all_inner_texts() == ["staging"]
    opened.click(f"[data-cell='0-{place}']")
    assert "quarantine at ou:quarantine" in opened.inner_text("aside")
    with opened.expect_download() as saved:
        opened.click("text=Save as CSV")
    lines = saved.value.path().read_text().splitlines()
    assert lines[0].startswith("account,OU,")
    assert [line.partition(",")[0] for line in lines[1:]] == ["staging"]


def test_the_matrix_is_walked_by_keyboard_and_compares(opened):
    go(opened, "guardrails")
    opened.focus("td[tabindex='0']")
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("ArrowRight")
    opened.wait_for_selector("td[data-cell='1-1']:focus")
    assert "management" in opened.inner_text("aside h2")
    opened.check("text=only what differs from the sample")
    left = opened.locator("tbody tr[aria-rowindex] th").all_inner_texts()
    assert "staging" in left
    assert not {"management", "sandbox"} & set(left)
    assert opened.locator("td.turned").count() > 5
    assert (
        opened.locator("td.turned").first.get_attribute("aria-label") == "give a function a URL: allowed (was depends)"
    )


def test_a_spreadsheet_runs_nothing(opened, document):
    """A value that begins like a formula is saved as text."""
    go(opened, "access")
    with opened.expect_download() as saved:
        opened.click("text=Save as CSV")
    text = saved.value.path().read_text()
    assert text.splitlines()[0] == "Jewel,Account,Call,Who,Can,On,Becomes it"
    assert not re.search(r"(?:^|,)\"?[=+@-]", text, re.MULTILINE)
    assert len(document.access.jewels) <= len(text.splitlines()) - 1


def test_the_change_says_what_happens(opened):
    go(opened, "change")
    text = opened.inner_text("main")
    for said in (
        "sandbox is new",
        "staging moves from ou:workloads/staging to ou:quarantine",
        "no-long-lived-keys",
        "was allowed",
        "gained deployment-rights: role:production/OrganizationAccountAccessRole",
    ):
        assert said in text


def test_compliance_shows_the_proof_for_an_account(opened):
    go(opened, "compliance/cis")
    opened.select_option("main select", label="production")
    opened.fill("main input[type=search]", "1.3 root access key")
    assert (
        "guardrail baseline-identities" in opened.inner_text("main tbody")
        or opened.locator("main tbody summary").count() == 1
    )


def test_compliance_shows_every_account(browser, file):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    tab = context.new_page()
    tab.goto(f"{file}#/compliance/cis")
    tab.select_option("main select", label="every account, one by one")
    assert tab.locator("tbody th.who").count() >= 8
    tab.get_by_role("searchbox", name="Accounts", exact=True).fill("production")
    assert tab.locator("tbody th.who").all_inner_texts() == ["production"]
    tab.focus("td[tabindex='0']")
    seen = set()
    for _ in range(10):
        signs = tab.inner_text("td.here")
        said = tab.inner_text("aside.cell")
        assert ("Nobody keeps or watches it." in said) is (signs == "✕")
        assert "production: " in said
        seen.add(said)
        tab.keyboard.press("ArrowRight")
        tab.wait_for_timeout(30)
    assert len(seen) == 10
    assert violations(tab) == []
    PICTURES.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=PICTURES / "compliance-grid.png")
    context.close()


def test_an_account_says_its_state_and_lease(opened):
    go(opened, "account/sandbox")
    assert "ada@example.com until 2099-12-31, then cleaned and given to the next" in opened.inner_text(".facts")
    go(opened, "account/staging")
    assert "quarantined: out of use" in opened.inner_text(".facts")


def test_networks_show_what_is_free(opened):
    go(opened, "network")
    assert "10.16.32.0/19" in opened.inner_text("main")
    assert opened.locator("svg.bars rect.shared").count() == 2


def violations(tab):
    tab.evaluate(AXE.read_text())
    found = tab.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found["violations"]]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 400)])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(browser, file, scheme, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    tab = context.new_page()
    tab.goto(file)
    found = {}
    PICTURES.mkdir(parents=True, exist_ok=True)
    for view in VIEWS:
        go(tab, view)
        for summary in tab.locator("main summary").all()[:6]:
            summary.click()
        tab.screenshot(path=PICTURES / f"{view.replace('/', '-')}-{scheme}-{width}.png")
        if problems := violations(tab):
            found[view] = problems
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, view
    dark = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    context.close()
    assert found == {}
    assert (dark == "rgb(255, 255, 255)") is (scheme == "light")


@pytest.mark.parametrize("number", [80, 1000])
def test_large_organizations_stay_walkable(browser, document, tmp_path, number):
    large = grown(document, number)
    model.Report.model_validate(json.loads(large.model_dump_json()))
    path = tmp_path / "large.html"
    path.write_text(page(large))
    assert path.stat().st_size < 6_000_000
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.goto(path.as_uri())
    assert tab.locator(".map a.account").count() == number
    tab.keyboard.press("/")
    tab.keyboard.type("copy 0042")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("h1:text-is('Copy 0042')")
    assert tab.locator(".crumbs span").count() == 5
    go(tab, "guardrails")
    shown = tab.locator("tbody tr[aria-rowindex]").count()
    assert shown < 60
    tab.focus("td[tabindex='0']")
    for _ in range(number // 10 + 1):
        tab.keyboard.press("PageDown")
        tab.wait_for_timeout(20)
    tab.wait_for_selector(f"tr[aria-rowindex='{number + 2}']")
    tab.screenshot(path=PICTURES / f"large-{number}.png")
    context.close()


def test_it_prints_whole(browser, document, tmp_path):
    path = tmp_path / "printed.html"
    path.write_text(page(grown(document, 80)))
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.goto(f"{path.as_uri()}#/account/production")
    tab.wait_for_selector(".account-page")
    tab.emulate_media(media="print")
    assert not tab.is_visible("header nav")
    assert tab.is_visible("text=Guardrails in force")
    go(tab, "guardrails")
    tab.wait_for_selector("tbody tr[aria-rowindex='81']")  # every account, though only some are in view
    assert tab.locator("tbody tr[aria-rowindex]").count() == 80
    tab.set_viewport_size({"width": 1046, "height": 718})  # A4 on its side, a centimetre of margin
    assert tab.evaluate("document.documentElement.scrollWidth") <= 1046
    go(tab, "map")
    tab.set_viewport_size({"width": 718, "height": 1046})
    assert tab.evaluate("document.querySelector('.map svg').getBoundingClientRect().right") <= 718
    tab.emulate_media(media="screen")
    go(tab, "guardrails")
    assert tab.locator("tbody tr[aria-rowindex]").count() < 60
    context.close()


def test_names_stay_in_their_boxes(browser, document, tmp_path):
    path = tmp_path / "narrow.html"
    path.write_text(page(grown(document, 1000)))
    context = browser.new_context(viewport={"width": 400, "height": 900})
    tab = context.new_page()
    tab.goto(path.as_uri())
    beyond = """found => found.filter((text) => {
        const of = text.dataset.of;
        const box = (of ? document.querySelector(`[data-slug="${of}"]`) : text.parentElement).querySelector('rect');
        const [inner, outer] = [text, box].map((each) => each.getBoundingClientRect());
        return inner.right > outer.right + 2 || inner.bottom > outer.bottom + 2;
    }).map((text) => text.textContent)"""
    for _ in range(6):
        assert tab.locator(".map text").evaluate_all(beyond) == []
        tab.click("button[aria-label='Zoom in']")
        tab.wait_for_timeout(50)
    assert tab.locator(".map text[data-of]").count() > 0
    context.close()
