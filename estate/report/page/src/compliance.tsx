/** Which controls are kept in which accounts, and by what. */
import { useMemo, useState } from "preact/hooks";
import type { Control } from "./data";
import { accounts, at, report } from "./report";
import { Table, type Column } from "./table";

const sets = report.account_sets.map((set) => new Set(set));

function proof(control: Control, account: number): string[] {
  return control.keepers.filter((keeper) => sets[keeper.accounts]?.has(account)).map((keeper) => `${keeper.kind} ${keeper.name}`);
}

export function ComplianceView({ framework: asked }: { framework: string }) {
  const framework = report.frameworks.find((each) => each.key === asked) ?? report.frameworks[0];
  const [account, setAccount] = useState(-1);
  const columns = useMemo<Column<Control>[]>(() => {
    const names = (control: Control) =>
      account >= 0 ? proof(control, account) : control.keepers.map((each) => `${each.kind} ${each.name} (${sets[each.accounts]?.size})`);
    const kept = (control: Control) => accounts.length - (sets[control.open]?.size ?? 0);
    return [
      { title: "Control", text: (control) => control.id },
      { title: "About", text: (control) => control.title },
      account >= 0
        ? { title: "Kept", text: (control) => (proof(control, account).length > 0 ? "yes" : "nobody") }
        : {
            title: "Kept in accounts",
            number: true,
            text: (control) => String(kept(control)),
            show: (control) => (
              <span class="kept">
                <meter min={0} max={accounts.length} value={kept(control)} aria-label={`Kept in ${kept(control)} of ${accounts.length} accounts`} />{" "}
                {kept(control)}
              </span>
            ),
          },
      {
        title: "Proof",
        text: (control) => names(control).join("; ") || "nobody",
        show: (control) => (
          <details>
            <summary>{names(control).length === 0 ? "nobody" : names(control).length === 1 ? names(control)[0] : `${names(control).length} keep or watch it`}</summary>
            <ul>{names(control).map((each) => <li>{each}</li>)}</ul>
            {account < 0 && (sets[control.open]?.size ?? 0) > 0 && <p>Nobody in: {[...(sets[control.open] ?? [])].map((place) => at(accounts, place).slug).join(", ")}</p>}
          </details>
        ),
      },
    ];
  }, [account]);
  if (!framework) return null;
  return (
    <section aria-labelledby="compliance-title">
      <h1 id="compliance-title">Compliance</h1>
      <div class="tools">
        <nav aria-label="Framework" class="choice">
          {report.frameworks.map((each) => (
            <a href={`#/compliance/${each.key}`} aria-current={each === framework ? "page" : undefined}>{each.name} {each.version}</a>
          ))}
        </nav>
        <label>
          In{" "}
          <select value={account} onChange={(event) => setAccount(Number(event.currentTarget.value))}>
            <option value={-1}>all accounts</option>
            {accounts.map((each, place) => <option value={place}>{each.slug}</option>)}
          </select>
        </label>
      </div>
      <p class="hint">
        What keeps or watches a control: a guardrail, a switch of the configuration, a rule of AWS Config, a standard of Security Hub.
        Controls by {framework.source}.
      </p>
      <Table key={framework.key} name={`compliance-${framework.key}`} label={`Controls of ${framework.name}`} columns={columns} entries={framework.controls} />
    </section>
  );
}
