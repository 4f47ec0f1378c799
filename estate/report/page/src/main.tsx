/** The page. */
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { AccessView } from "./access";
import { AccountView } from "./account";
import { ChangeView } from "./change";
import { ComplianceView } from "./compliance";
import { Guardrails } from "./guardrails";
import { MapView } from "./map";
import { NetworkView } from "./network";
import { PolicyView } from "./policy";
import { accounts, report } from "./report";
import { Search } from "./search";

const VIEWS = { map: "Map", guardrails: "Guardrails", access: "Access", change: "Change", compliance: "Compliance", network: "Network" };

function place(): [string, string] {
  const [view = "map", ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  try {
    return [view || "map", decodeURIComponent(rest.join("/"))];
  } catch {
    return ["map", ""];
  }
}

function View({ view, name }: { view: string; name: string }) {
  switch (view) {
    case "guardrails":
      return <Guardrails />;
    case "access":
      return <AccessView />;
    case "change":
      return <ChangeView />;
    case "compliance":
      return <ComplianceView framework={name} />;
    case "network":
      return <NetworkView />;
    case "account":
      return <AccountView key={name} slug={name} />;
    case "policy":
      return <PolicyView key={name} slug={name} />;
    default:
      return <MapView />;
  }
}

function Page() {
  const [[view, name], setPlace] = useState(place);
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    const listen = () => {
      setPlace(place());
      main.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    };
    addEventListener("hashchange", listen);
    return () => removeEventListener("hashchange", listen);
  }, []);
  return (
    <>
      <header>
        <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>To the content</a>
        <strong class="name">{report.organization.name}</strong>
        <nav aria-label="Views">
          {Object.entries(VIEWS).map(([key, text]) => (
            <a href={`#/${key}`} aria-current={view === key ? "page" : undefined}>{text}</a>
          ))}
        </nav>
        <Search />
      </header>
      <main ref={main} id="main" tabIndex={-1}>
        <View view={view} name={name} />
      </main>
      <footer>
        {report.organization.id ?? "Not deployed yet"}, {report.organization.partition}, home {report.organization.home_region},{" "}
        {accounts.length.toLocaleString("en")} accounts. Made from the configuration and the synthesized stacks; AWS was not asked.
      </footer>
    </>
  );
}

const root = document.getElementById("page");
if (root) render(<Page />, root);
