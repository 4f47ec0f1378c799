/** Accounts, OUs and policies by what is typed. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { accounts, policies, unitPath, units } from "./report";

interface Entry {
  kind: string;
  name: string;
  note: string;
  text: string;
  href: string;
}
const MOST = 12;

const entries: Entry[] = [
  ...accounts.map((account) => ({
    kind: "account",
    name: account.name,
    note: `${account.slug}, ${account.id ?? "no id yet"}, ${unitPath(account)}`,
    text: [account.name, account.slug, account.id, account.email, unitPath(account), ...Object.values(account.tags)].join(" ").toLowerCase(),
    href: `#/account/${encodeURIComponent(account.slug)}`,
  })),
  ...units.map((unit) => ({ kind: "OU", name: unit.name, note: unit.path, text: `${unit.name} ${unit.path} ${unit.id}`.toLowerCase(), href: "#/map" })),
  ...policies.map((policy) => ({
    kind: "policy",
    name: policy.name,
    note: policy.slug,
    text: [policy.name, policy.slug, policy.description, ...policy.guardrails.map((each) => each.name)].join(" ").toLowerCase(),
    href: `#/policy/${encodeURIComponent(policy.slug)}`,
  })),
];

export function Search() {
  const [wanted, want] = useState("");
  const [chosen, choose] = useState(0);
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const found = useMemo(() => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return [];
    const all = entries.filter((entry) => words.every((word) => entry.text.includes(word)));
    const first = (entry: Entry) => (entry.name.toLowerCase().startsWith(words[0] ?? "") ? 0 : 1);
    return all.sort((one, other) => first(one) - first(other)).slice(0, MOST);
  }, [wanted]);

  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const inField = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
      if (event.key === "/" && !inField && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        input.current?.focus();
      }
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);

  const go = (entry: Entry | undefined) => {
    if (!entry) return;
    location.hash = entry.href;
    setOpen(false);
    want("");
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose((chosen + (event.key === "ArrowDown" ? 1 : found.length - 1)) % Math.max(found.length, 1));
    } else if (event.key === "Enter") go(found[chosen]);
    else if (event.key === "Escape") setOpen(false);
  };
  const shown = open && wanted.trim() !== "";
  return (
    <div class="search" role="search" onFocusOut={(event) => event.currentTarget.contains(event.relatedTarget as Node | null) || setOpen(false)}>
      <input
        ref={input}
        type="search"
        role="combobox"
        aria-label="Search accounts, OUs and policies"
        aria-expanded={shown}
        aria-controls="found"
        aria-autocomplete="list"
        aria-activedescendant={shown && found.length > 0 ? `found-${chosen}` : undefined}
        placeholder="Search (press /)"
        autocomplete="off"
        list={undefined}
        value={wanted}
        onInput={(event) => {
          want(event.currentTarget.value);
          choose(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onKeyDown={press}
      />
      <ul id="found" role="listbox" aria-label="Found" hidden={!shown}>
        {shown && found.map((entry, place) => (
          <li id={`found-${place}`} role="option" aria-selected={place === chosen} onPointerDown={(event) => event.preventDefault()} onClick={() => go(entry)}>
            <span class="kind">{entry.kind}</span> {entry.name} <span class="hint">{entry.note}</span>
          </li>
        ))}
      </ul>
      {shown && found.length === 0 && <p class="nothing" role="status">Nothing is called so.</p>}
    </div>
  );
}
