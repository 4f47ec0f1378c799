/** One policy: what it says, in words and as AWS writes it. */
import type { Policy } from "./data";
import { policies } from "./report";

export function Statements({ policy }: { policy: Policy }) {
  return (
    <>
      {policy.guardrails.length > 0 && (
        <ul>{policy.guardrails.map((each) => <li><code>{each.name}</code> {each.intent}</li>)}</ul>
      )}
      {policy.statements.map((statement, index) => (
        <details class="statement">
          <summary>{statement.sid ?? `Statement ${index + 1}`}: {statement.sentence}</summary>
          <pre tabIndex={0}>{JSON.stringify(statement.text, null, 2)}</pre>
        </details>
      ))}
    </>
  );
}

export function PolicyView({ slug }: { slug: string }) {
  const policy = policies.find((each) => each.slug === slug);
  if (!policy) return <p class="none">There is no policy {slug}.</p>;
  return (
    <section aria-labelledby="policy-title">
      <h1 id="policy-title">{policy.name}</h1>
      <p>
        <code>{policy.slug}</code> <span class="kind">{policy.kind.toUpperCase()}</span> {policy.gone && <strong>gone since</strong>} on{" "}
        {policy.targets.join(", ") || "nothing"}
      </p>
      <p>{policy.description}</p>
      <Statements policy={policy} />
    </section>
  );
}
