/** The tree of OUs with its accounts, each the same area. */
import { hierarchy, treemap, type HierarchyRectangularNode } from "d3-hierarchy";
import { select } from "d3-selection";
import { zoom, zoomIdentity, type ZoomBehavior, type ZoomTransform } from "d3-zoom";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Account } from "./data";
import { accounts, changeOf, CHANGES, environment, report, strength, turned, units } from "./report";

interface Node {
  name: string;
  unit: number | null;
  account: Account | null;
  children: Node[];
}
type Box = HierarchyRectangularNode<Node>;

const COLOURS = { environment: "Environment", strength: "Strength of guardrails", change: "Change" } as const;
type Colour = keyof typeof COLOURS;
const environments = [...new Set(accounts.map(environment))].sort();
const SHADES = 6;

function tree(): Node {
  const nodes: Node[] = units.map((unit, place) => ({ name: unit.name, unit: place, account: null, children: [] }));
  const root: Node = { name: report.organization.name, unit: null, account: null, children: [] };
  for (const account of accounts) {
    (account.unit === null ? root : nodes[account.unit])?.children.push({
      name: account.name,
      unit: account.unit,
      account,
      children: [],
    });
  }
  units.forEach((unit, place) => {
    const node = nodes[place];
    if (node) (unit.parent === null ? root : nodes[unit.parent])?.children.push(node);
  });
  return root;
}

function shade(account: Account, colour: Colour): string {
  if (colour === "environment") return `kind-${environments.indexOf(environment(account)) % 8}`;
  if (colour === "change") return `change-${CHANGES.indexOf(changeOf(account))}`;
  return `shade-${Math.min(SHADES - 1, Math.floor((strength(account) * SHADES) / 100))}`;
}

function legend(colour: Colour): [string, string][] {
  if (colour === "environment") return environments.map((name, place) => [`kind-${place % 8}`, name]);
  if (colour === "change") return CHANGES.map((name, place) => [`change-${place}`, name]);
  return Array.from({ length: SHADES }, (_, place) => [
    `shade-${place}`,
    `${Math.round((100 * place) / SHADES)}–${Math.round((100 * (place + 1)) / SHADES)} %`,
  ]);
}

function said(account: Account): string {
  const parts = [
    account.name,
    account.id ?? "no id yet",
    environment(account),
    `${strength(account)} % of the calls asked about are denied or depend on something`,
  ];
  if (report.change) parts.push(`${changeOf(account)}, ${turned(account).length} calls decided otherwise`);
  return parts.join(", ");
}

/** The account that the arrow leads to: the nearest one whose middle lies in that direction. */
function next(boxes: readonly Box[], from: Box, key: string): Box | undefined {
  const middle = (box: Box) => [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2] as const;
  const [x, y] = middle(from);
  const far = (box: Box) => {
    const [dx, dy] = [middle(box)[0] - x, middle(box)[1] - y];
    const [along, across] = key === "ArrowLeft" || key === "ArrowRight" ? [dx, dy] : [dy, dx];
    const ahead = key === "ArrowRight" || key === "ArrowDown" ? along : -along;
    return ahead > 1 ? ahead + 3 * Math.abs(across) : Infinity;
  };
  return boxes.reduce<Box | undefined>((best, box) => (far(box) < (best ? far(best) : Infinity) ? box : best), undefined);
}

/** Pixels from which a shortened name still says something. */
const ROOM = 56;
const LETTER = 7.5;

function shortened(name: string, width: number): string {
  const fits = Math.floor(width / LETTER);
  return name.length <= fits ? name : `${name.slice(0, Math.max(1, fits - 2))}…`;
}

export function MapView() {
  const [colour, setColour] = useState<Colour>(report.change ? "change" : "environment");
  const [width, setWidth] = useState(1200);
  const [at, setAt] = useState<ZoomTransform>(zoomIdentity);
  const [current, setCurrent] = useState(accounts[0]?.slug);
  const picture = useRef<SVGSVGElement>(null);
  const zooming = useRef<ZoomBehavior<SVGSVGElement, unknown> | null>(null);
  const height = Math.round(Math.max(420, Math.min(width * 0.62, 900)));

  useEffect(() => {
    const svg = picture.current;
    if (!svg) return undefined;
    const watching = new ResizeObserver(() => setWidth(Math.max(280, svg.parentElement?.clientWidth ?? 1200)));
    if (svg.parentElement) watching.observe(svg.parentElement);
    return () => watching.disconnect();
  }, []);
  useEffect(() => {
    const svg = picture.current;
    if (!svg) return;
    zooming.current = zoom<SVGSVGElement, unknown>()
      .scaleExtent([1, 24])
      .translateExtent([[0, 0], [width, height]])
      .extent([[0, 0], [width, height]])
      .filter((event: Event) => !(event instanceof WheelEvent) || event.ctrlKey || event.metaKey)
      .on("zoom", (event: { transform: ZoomTransform }) => setAt(event.transform));
    select(svg).call(zooming.current).on("dblclick.zoom", null);
  }, [width, height]);

  const boxes = useMemo(() => {
    const root = hierarchy(tree()).sum((node) => (node.children.length === 0 ? 1 : 0));
    const layout = treemap<Node>().size([width, height]).paddingOuter(5).paddingTop(20).paddingInner(3).round(true);
    return layout(root).descendants();
  }, [width, height]);
  const leaves = boxes.filter((box) => box.data.account !== null);

  const scale = (by: number) => {
    if (picture.current && zooming.current) select(picture.current).call(zooming.current.scaleBy, by);
  };
  const move = (event: KeyboardEvent, from: Box) => {
    if (event.key === "+" || event.key === "-") scale(event.key === "+" ? 1.5 : 1 / 1.5);
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const slug = next(leaves, from, event.key)?.data.account?.slug;
    if (slug === undefined) return;
    setCurrent(slug);
    picture.current?.querySelector<SVGAElement>(`[data-slug="${CSS.escape(slug)}"]`)?.focus();
  };

  return (
    <section aria-labelledby="map-title">
      <div class="head">
        <h1 id="map-title">Map</h1>
        <fieldset class="choice">
          <legend>Colour by</legend>
          {(Object.keys(COLOURS) as Colour[])
            .filter((each) => each !== "change" || report.change)
            .map((each) => (
              <label>
                <input type="radio" name="colour" checked={colour === each} onChange={() => setColour(each)} />
                {COLOURS[each]}
              </label>
            ))}
        </fieldset>
        <div class="buttons">
          <button type="button" aria-label="Zoom in" onClick={() => scale(1.5)}>+</button>
          <button type="button" aria-label="Zoom out" onClick={() => scale(1 / 1.5)}>−</button>
          <button type="button" onClick={() => scale(0)}>Whole</button>
        </div>
      </div>
      <ul class="legend">
        {legend(colour).map(([name, text]) => (
          <li>
            <svg class={`swatch ${name}`} width="14" height="14" aria-hidden="true"><rect width="14" height="14" rx="3" /></svg>
            {text}
          </li>
        ))}
      </ul>
      <div class="map">
        <svg ref={picture} width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group" aria-label="Accounts by OU; arrow keys move, plus and minus zoom">
          <g transform={at.toString()}>
            {boxes.map((box) => {
              const { account, name, unit } = box.data;
              const [w, h] = [box.x1 - box.x0, box.y1 - box.y0];
              if (account === null) {
                return (
                  <g class={`unit depth-${box.depth}`} key={`unit-${unit ?? "root"}`}>
                    <rect x={box.x0} y={box.y0} width={w} height={h} rx={6 / at.k} />
                    {h > 17 && (name.length * LETTER < w - 8 || w > ROOM) && (
                      <text x={box.x0 + 7} y={box.y0 + 14} font-size="12">
                        {shortened(name, w - 8)}
                      </text>
                    )}
                    <title>{unit === null ? name : units[unit]?.path}</title>
                  </g>
                );
              }
              return (
                <a
                  key={account.slug}
                  class={`account ${shade(account, colour)}`}
                  href={`#/account/${encodeURIComponent(account.slug)}`}
                  data-slug={account.slug}
                  tabIndex={account.slug === current ? 0 : -1}
                  aria-label={said(account)}
                  onFocus={() => setCurrent(account.slug)}
                  onKeyDown={(event) => move(event, box)}
                >
                  <rect x={box.x0} y={box.y0} width={w} height={h} rx={3 / at.k} />
                  <title>{said(account)}</title>
                </a>
              );
            })}
            {/* Links have their names as labels: what is drawn may be a part of one. */}
            <g aria-hidden="true">
              {leaves.map((box) => {
                const [w, h] = [(box.x1 - box.x0) * at.k, (box.y1 - box.y0) * at.k];
                const { slug, name } = box.data.account ?? { slug: "", name: "" };
                return (
                  h > 14 &&
                  w > ROOM && (
                    <text key={slug} data-of={slug} x={box.x0 + 5 / at.k} y={box.y0 + Math.min(h / 2 + 4, 16) / at.k} font-size={12 / at.k}>
                      {shortened(name, w - 8)}
                    </text>
                  )
                );
              })}
            </g>
          </g>
        </svg>
      </div>
      <p class="hint">
        {accounts.length.toLocaleString("en")} accounts in {units.length.toLocaleString("en")} OUs. Pinch, or Ctrl and the wheel, to
        zoom; drag to move.
      </p>
    </section>
  );
}
