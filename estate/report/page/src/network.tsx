/** The addresses of all networks. */
import type { Account, Network } from "./data";
import { accounts, at, report } from "./report";

function bounds(cidr: string): [number, number] {
  const [address = "0.0.0.0", length = "32"] = cidr.split("/");
  const first = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return [first, first + 2 ** (32 - Number(length))];
}

function size(cidr: string): number {
  const [first, end] = bounds(cidr);
  return end - first;
}

interface Bar {
  cidr: string;
  text: string;
  kind: string;
}

const WIDTH = 1000;

/** Ranges inside a range, each as wide as it has addresses; very small ones are still seen. */
function Bars({ whole, bars, label }: { whole: string; bars: readonly Bar[]; label: string }) {
  const [start, end] = bounds(whole);
  const x = (address: number) => ((address - start) / (end - start)) * WIDTH;
  return (
    <svg class="bars" viewBox={`0 0 ${WIDTH} 34`} preserveAspectRatio="none" role="img" aria-label={label}>
      <rect class="free" width={WIDTH} height="34" />
      {bars.map((bar) => {
        const [first, last] = bounds(bar.cidr);
        return (
          <rect class={bar.kind} x={x(first)} width={Math.max(2, x(last) - x(first))} height="34">
            <title>{bar.text}</title>
          </rect>
        );
      })}
    </svg>
  );
}

export function Range({ network }: { network: Network }) {
  return (
    <div class="network">
      <p>
        {network.slug !== "main" && <><strong>{network.slug}</strong>{" "}</>}<code>{network.cidr}</code>, {size(network.cidr).toLocaleString("en")} addresses; NAT: {network.nat};{" "}
        {network.attached ? `attached to the transit gateway${network.beyond.length > 0 ? `, which it sends ${network.beyond.join(", ")}` : ""}` : "not attached"}
      </p>
      <Bars
        whole={network.cidr}
        label={`Subnets of ${network.cidr}: ${network.subnets.map((each) => `${each.slug} ${each.cidr}`).join(", ")}`}
        bars={network.subnets.map((each) => ({
          cidr: each.cidr,
          text: `${each.slug} ${each.cidr}`,
          kind: each.public ? "public" : each.shared_with.length > 0 ? "shared" : "private",
        }))}
      />
      <div class="scroll" tabIndex={0} role="region" aria-label="Subnets">
        <table>
          <thead><tr><th scope="col">Subnet</th><th scope="col">Range</th><th scope="col">Zone</th><th scope="col">Kind</th><th scope="col">Shared with</th></tr></thead>
          <tbody>
            {network.subnets.map((each) => (
              <tr>
                <th scope="row"><code>{each.slug}</code></th>
                <td><code>{each.cidr}</code></td>
                <td>{each.zone}</td>
                <td>{each.public ? "public" : "private"}</td>
                <td>{each.shared_with.join(", ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="hint">Free: {network.free.join(", ") || "nothing"}</p>
    </div>
  );
}

export function NetworkView() {
  const having = accounts.filter((account) => account.networks.length > 0);
  const { pools, gateways, shares } = report.network;
  return (
    <section aria-labelledby="network-title">
      <h1 id="network-title">Network</h1>
      <p>No two networks overlap: a configuration in which they do is refused.</p>
      <ul class="legend">
        {[["private", "private"], ["public", "public"], ["shared", "private, shared"], ["vpc", "VPC"], ["part", "region's part"], ["free", "free"]].map(([kind, text]) => (
          <li><svg class="swatch" width="14" height="14" aria-hidden="true"><rect class={`range-${kind}`} width="14" height="14" rx="3" /></svg>{text}</li>
        ))}
      </ul>
      {pools.map((pool) => (
        <section>
          <h2>{pool.name}</h2>
          <p><code>{pool.cidr}</code>, {size(pool.cidr).toLocaleString("en")} addresses</p>
          <Bars
            whole={pool.cidr}
            label={`Parts of ${pool.cidr} by region, and the VPCs in them`}
            bars={[
              ...pool.parts.map((each) => ({ cidr: each.cidr, text: `${each.region} ${each.cidr}`, kind: "part" })),
              ...having.flatMap((each) => each.networks.filter((network) => inside(network.cidr, pool.cidr)).map((network) => ({ cidr: network.cidr, text: `${called(each, network)} ${network.cidr}`, kind: "vpc" }))),
            ]}
          />
          <ul>{pool.parts.map((each) => <li>{each.region}: <code>{each.cidr}</code></li>)}</ul>
          <p class="hint">Free: {pool.free.join(", ") || "nothing"}</p>
        </section>
      ))}
      {gateways.length > 0 && <p>Transit gateway: {gateways.map((place) => at(accounts, place).slug).join(", ")}. Attached: {having.flatMap((each) => each.networks.filter((network) => network.attached).map((network) => called(each, network))).join(", ") || "nobody"}.</p>}
      {shares.length > 0 && (
        <section>
          <h2>Shared</h2>
          <ul>{shares.map((share) => <li><strong>{share.name}</strong>: {share.what.join(", ")} of {at(accounts, share.account).slug}, with {share.principals.join(", ")}</li>)}</ul>
        </section>
      )}
      {having.map((account) => (
        <section>
          <h2><a href={`#/account/${encodeURIComponent(account.slug)}`}>{account.name}</a></h2>
          {account.networks.map((network) => <Range network={network} />)}
        </section>
      ))}
      {having.length === 0 && <p class="none">No account has a network.</p>}
    </section>
  );
}

function called(account: Account, network: Network): string {
  return network.slug === "main" ? account.slug : `${account.slug} ${network.slug}`;
}

function inside(one: string, other: string): boolean {
  const [[first, end], [start, last]] = [bounds(one), bounds(other)];
  return first >= start && end <= last;
}
