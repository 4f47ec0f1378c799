/** Everything about one account. */
import type { Account, Capability, Entrant } from "./data";
import { accounts, at, because, by, chain, decisions, inForce, isManagement, questions, report, strength, way } from "./report";
import { Statements } from "./policy";
import { Range } from "./network";

export function AccountView({ slug }: { slug: string }) {
  const account = accounts.find((each) => each.slug === slug);
  if (!account) return <p class="none">There is no account {slug}.</p>;
  const counts = account.resources === null ? {} : at(report.resources, account.resources);
  const total = Object.values(counts).reduce((sum, each) => sum + each, 0);
  const drift = (report.drift ?? []).filter((each) => each["id"] === account.id || String(each["message"]).includes(` ${account.slug} `));
  return (
    <section aria-labelledby="account-title" class="account-page">
      <nav aria-label="Place in the organization" class="crumbs">
        <a href="#/map">{report.organization.name}</a>
        {chain(account).map((unit) => <span> / {unit.name}</span>)}
      </nav>
      <h1 id="account-title">{account.name}</h1>
      <dl class="facts">
        <div><dt>Slug, stack</dt><dd><code>{account.slug}</code></dd></div>
        <div><dt>Id</dt><dd><code>{account.id ?? "none yet"}</code></dd></div>
        <div><dt>For</dt><dd>{account.purpose}</dd></div>
        {account.state && <div><dt>State</dt><dd><strong class="depends">{account.state}</strong>: out of use</dd></div>}
        {account.lease && (
          <div>
            <dt>Lease</dt>
            <dd>
              {account.lease.until === null
                ? "Nobody has it."
                : `${account.lease.emails.join(", ")} until ${account.lease.until}, then ${account.lease.then === "pool" ? "cleaned and given to the next" : "closed"}`}
            </dd>
          </div>
        )}
        <div><dt>Region</dt><dd>{account.region}</dd></div>
        <div><dt>E-mail</dt><dd>{account.email}</dd></div>
        <div><dt>Tags</dt><dd>{Object.entries(account.tags).map(([key, value]) => <code class="tag">{key}={value}</code>)}</dd></div>
        <div><dt>Resources</dt><dd>{total.toLocaleString("en")}</dd></div>
        <div><dt>Calls denied or in doubt</dt><dd>{strength(account)} % of {questions.length}</dd></div>
      </dl>
      {drift.length > 0 && (
        <section><h2>Drift</h2><ul>{drift.map((each) => <li>{String(each["message"])} {String(each["cure"])}</li>)}</ul></section>
      )}
      <section>
        <h2>What it is set to have</h2>
        {account.settings.map((place) => <Settings capability={at(report.settings, place)} />)}
        {account.settings.length === 0 && <p class="none">Nothing of its own.</p>}
      </section>
      <section>
        <h2>Resources</h2>
        <ul class="counts">{Object.entries(counts).map(([type, count]) => <li><code>{type}</code> {count}</li>)}</ul>
        {total === 0 && <p class="none">Its stack was not synthesized.</p>}
      </section>
      {account.networks.length > 0 && (
        <section>
          <h2>Network</h2>
          {account.networks.map((network) => <Range network={network} />)}
        </section>
      )}
      <section>
        <h2>Who gets in</h2>
        <Entrants found={account.entrants} />
      </section>
      <section>
        <h2>Guardrails in force</h2>
        {isManagement(account) && <p>No service or resource control policy restricts the management account.</p>}
        {inForce(account).map(({ policy, node }) => (
          <details>
            <summary>
              <code>{policy.slug}</code> <span class="kind">{policy.kind.toUpperCase()}</span> from <code>{node}</code>
              <span class="hint"> {policy.description || policy.guardrails.map((each) => each.intent).join(" ")}</span>
            </summary>
            <Statements policy={policy} />
          </details>
        ))}
      </section>
      <section>
        <h2>What they say to the calls that are asked about</h2>
        <Verdicts account={account} />
      </section>
      <Quotas account={account} />
    </section>
  );
}

function Settings({ capability }: { capability: Capability }) {
  return (
    <details>
      <summary>
        <code>{capability.key}</code> {!capability.on && <span class="off">switched off</span>}
      </summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={`Settings of ${capability.key}`}>
        <table>
          <thead><tr><th scope="col">Setting</th><th scope="col">Value</th><th scope="col">Written in</th></tr></thead>
          <tbody>
            {capability.rows.map((row) => (
              <tr class={row.origin === null ? "default" : ""}>
                <th scope="row"><code>{row.key}</code></th>
                <td>{row.value}</td>
                <td>{row.origin === null ? "default" : at(report.origins, row.origin)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Entrants({ found }: { found: readonly Entrant[] }) {
  return (
    <ul class="entrants">
      {found.map((entrant) => {
        const identity = at(report.access.identities, entrant.who);
        return (
          <li>
            <details>
              <summary>
                <code>{identity.name}</code>
                <span class="hint">
                  {" "}{entrant.policies.join(", ") || "no policy"}
                  {entrant.boundary && `, bounded by ${entrant.boundary}`}; {entrant.ways.length || "no"} {entrant.ways.length === 1 ? "way" : "ways"} in
                </span>
              </summary>
              <ul>{entrant.ways.map((steps) => <li class="way">{way(steps)}</li>)}</ul>
              {entrant.ways.length === 0 && <p class="none">Nobody whom the stacks know becomes it.</p>}
            </details>
          </li>
        );
      })}
    </ul>
  );
}

function Verdicts({ account }: { account: Account }) {
  const all = decisions(account);
  return (
    <>
      {report.matrix.groups.map((group, place) => (
        <details>
          <summary>
            {group.title}
            <span class="hint">
              {" "}{questions.filter((each, index) => each.group === place && all[index]?.verdict === "denied").length} of{" "}
              {questions.filter((each) => each.group === place).length} denied
            </span>
          </summary>
          <p>{group.why}</p>
          <ul class="verdicts">
            {questions.map((question, index) => {
              const decision = all[index];
              return (
                question.group === place && decision && (
                  <li>
                    <strong class={decision.verdict}>{decision.verdict}</strong> {question.title} (<code>{question.action}</code> by{" "}
                    {by[question.by]}{question.note && `, ${question.note}`}) <span class="hint">{because(decision)}</span>
                  </li>
                )
              );
            })}
          </ul>
        </details>
      ))}
    </>
  );
}

function Quotas({ account }: { account: Account }) {
  const own = new Set(["root", `account:${account.slug}`, ...chain(account).map((unit) => `ou:${unit.path}`)]);
  const slugs = new Set(inForce(account).map(({ policy }) => policy.slug));
  const found = report.quotas.filter(({ what }) => {
    const [subject, rest] = [what.split(" ").at(-1) ?? "", what.startsWith("policy ")];
    return rest ? slugs.has(subject) : own.has(subject);
  });
  if (found.length === 0) return null;
  return (
    <section>
      <h2>Near a quota</h2>
      <ul>{found.map((each) => <li>{each.what}: {each.measured.toLocaleString("en")} of {each.limit.toLocaleString("en")} {each.unit}</li>)}</ul>
    </section>
  );
}
