/** Which controls are kept in which accounts, and by what. */
import { useMemo, useRef, useState } from "preact/hooks";
import { useCells } from "./cells";
import { save } from "./csv";
import type { Control, Framework } from "./data";
import { accounts, at, report, unitPath } from "./report";
import { AccountRows } from "./rows";
import { Table, type Column } from "./table";
import { useRows } from "./virtual";

const EVERY = -2;
const HEIGHT = 30;
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
            <option value={EVERY}>every account, one by one</option>
            {accounts.map((each, place) => <option value={place}>{each.slug}</option>)}
          </select>
        </label>
      </div>
      <p class="hint">
        What keeps or watches a control: a guardrail, a switch of the configuration, a rule of AWS Config, a standard of Security Hub.
        Controls by {framework.source}.
      </p>
      {account === EVERY ? <Grid key={framework.key} framework={framework} /> : <Table key={framework.key} name={`compliance-${framework.key}`} label={`Controls of ${framework.name}`} columns={columns} entries={framework.controls} />}
    </section>
  );
}

/** Each control in each account. */
function Grid({ framework }: { framework: Framework }) {
  const [wanted, want] = useState("");
  const [open, setOpen] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);
  const { controls } = framework;
  const rows = useMemo(() => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    return accounts.flatMap((account, place) => {
      const text = [account.slug, account.name, account.id, unitPath(account)].join(" ").toLowerCase();
      const kept = words.every((word) => text.includes(word)) && !(open && controls.every((each) => proof(each, place).length > 0));
      return kept ? [place] : [];
    });
  }, [controls, wanted, open]);
  const view = useRows(rows.length, HEIGHT, scroller);
  const { place, move, cell } = useCells(rows.length, controls.length, view, scroller);
  const [chosen, asked] = [rows[place.row], controls[place.column]];
  return (
    <>
      <div class="tools">
        <label>Accounts <input type="search" value={wanted} onInput={(event) => want(event.currentTarget.value)} placeholder="name, OU" /></label>
        <label class="check">
          <input type="checkbox" checked={open} onChange={(event) => setOpen(event.currentTarget.checked)} />
          only where nobody keeps something
        </label>
        <span class="count" role="status">{rows.length.toLocaleString("en")} of {accounts.length.toLocaleString("en")}</span>
        <button
          type="button"
          onClick={() =>
            save(`compliance-${framework.key}-accounts.csv`, [
              ["account", "OU", ...controls.map((each) => each.id)],
              ...rows.map((row) => [
                at(accounts, row).slug, unitPath(at(accounts, row)), ...controls.map((each) => proof(each, row).join("; ") || "nobody"),
              ]),
            ])
          }
        >
          Save as CSV
        </button>
      </div>
      <p class="hint">✓ kept or watched, ✕ by nobody.</p>
      <div class="scroll long matrix" ref={scroller} role="region" aria-label={`${framework.name} in every account`} tabIndex={-1}>
        <table role="grid" aria-rowcount={rows.length + 1} aria-colcount={controls.length + 1} onKeyDown={move}>
          <thead>
            <tr role="row" class="controls">
              <th role="columnheader" scope="col" class="who">Account</th>
              {controls.map((each) => <th role="columnheader" scope="col" title={each.title}><span>{each.id}</span></th>)}
            </tr>
          </thead>
          <AccountRows
            view={view}
            account={(row) => accounts[rows[row] ?? -1]}
            first={2}
            cells={(_, row) =>
              controls.map((each, column) => {
                const { here, ...walked } = cell(row, column);
                const kept = proof(each, at(rows, row)).length > 0;
                return (
                  <td role="gridcell" class={`${kept ? "allowed" : "denied"}${here ? " here" : ""}`} aria-label={`${each.id}: ${kept ? "kept" : "nobody"}`} {...walked}>
                    {kept ? "✓" : "✕"}
                  </td>
                );
              })
            }
          />
        </table>
      </div>
      {chosen !== undefined && asked ? (
        <aside class="cell" aria-live="polite" aria-label="The chosen cell">
          <h2><a href={`#/account/${encodeURIComponent(at(accounts, chosen).slug)}`}>{at(accounts, chosen).slug}</a>: {asked.id}</h2>
          <p>{asked.title}</p>
          {proof(asked, chosen).length > 0 ? <ul>{proof(asked, chosen).map((each) => <li>{each}</li>)}</ul> : <p class="denied">Nobody keeps or watches it.</p>}
        </aside>
      ) : <p class="none">No account is left.</p>}
    </>
  );
}
