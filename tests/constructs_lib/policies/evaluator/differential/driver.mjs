// Answers simulations, one JSON object a line → {"result", "ignored"} or {"error"}.
import { createInterface } from 'node:readline'
import { runSimulation } from '@cloud-copilot/iam-simulate'

async function answer(simulation) {
  const found = await runSimulation(simulation, {})
  if (found.resultType === 'error') {
    return { error: JSON.stringify(found.errors) }
  }
  const results = found.results ?? [found.result]
  return { result: found.overallResult, ignored: results.flatMap((one) => one.ignoredContextKeys ?? []) }
}

for await (const line of createInterface({ input: process.stdin })) {
  const found = await answer(JSON.parse(line)).catch((error) => ({ error: String(error) }))
  process.stdout.write(JSON.stringify(found) + '\n')
}
