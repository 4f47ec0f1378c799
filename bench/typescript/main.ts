// The same resources in a TypeScript CDKTF app with deep imports: `node main.js SPEC OUT`.
import { readFileSync } from "fs";
import { App, TerraformOutput, TerraformResource, TerraformStack } from "cdktf";

interface Element {
  kind: string;
  id: string;
  path: string;
  class: string;
  properties: Record<string, unknown>;
  overrides: Record<string, unknown>;
  value: unknown;
}

const [spec, outdir] = process.argv.slice(2);
const stacks: Record<string, Element[]> = JSON.parse(readFileSync(spec, "utf8"));
const app = new App({ outdir });
const start = process.hrtime.bigint();
let count = 0;
for (const [name, elements] of Object.entries(stacks)) {
  const stack = new TerraformStack(app, name);
  for (const element of elements) {
    if (element.kind === "output") {
      new TerraformOutput(stack, element.id, { value: element.value });
      continue;
    }
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const Class = require(`@cdktf/provider-aws/lib/${element.path}`)[element.class];
    const made: TerraformResource = new Class(stack, element.id, element.properties);
    for (const [path, value] of Object.entries(element.overrides)) made.addOverride(path, value);
    count += 1;
  }
}
const middle = process.hrtime.bigint();
app.synth();
const seconds = (from: bigint, to: bigint) => Number(to - from) / 1e9;
console.log(
  JSON.stringify({ resources: count, construct: seconds(start, middle), synth: seconds(middle, process.hrtime.bigint()) }),
);
