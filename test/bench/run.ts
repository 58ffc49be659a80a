/**
 * What the library costs: `npm run bench` runs every section, `npm run bench -- calls history`
 * those that are named. Options:
 *
 *   --rounds 9         how often each contestant runs, interleaved with the others (7)
 *   --concurrency 16   calls at a time (64)
 *   --messages 100000  the length of the history (1,000,000)
 *   --only ours        only the peers of the calls whose names contain this; may be repeated
 *   --profile          leaves CPU profiles, and prints where the time goes
 *   --verbose          sizes by file
 *   --strict           fails where a promise is not met
 */
import { cpus } from "node:os"
import { parseArgs } from "node:util"
import { ablation } from "./ablation.js"
import { batching } from "./batching.js"
import { calls } from "./calls.js"
import { cold } from "./cold.js"
import { coldStart } from "./coldStart.js"
import { decode } from "./decode.js"
import { effect4 } from "./effect4.js"
import { fanOut } from "./fanOut.js"
import { history } from "./history.js"
import { jobs } from "./jobs.js"
import type { Bench } from "./shared/bench.js"
import { buildAll } from "./shared/build.js"
import { startServer } from "./shared/processes.js"
import { isBroken, promiseList, type Section } from "./shared/report.js"
import { size } from "./size.js"

const sections: Record<string, (bench: Bench) => Promise<Section>> = {
  calls,
  cold,
  ablation,
  decode,
  history,
  fanOut,
  batching,
  jobs,
  coldStart,
  size,
  effect4
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "7" },
    concurrency: { type: "string", default: "64" },
    messages: { type: "string", default: "1000000" },
    only: { type: "string", multiple: true, default: [] },
    profile: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    strict: { type: "boolean", default: false }
  }
})
const unknown = positionals.filter((name) => !(name in sections))
if (unknown.length > 0)
  throw new Error(`no section ${unknown.join(", ")}: there are ${Object.keys(sections).join(", ")}`)

const processors = cpus()
console.log(
  `Node ${process.version}, ${new Date().toISOString().slice(0, 10)}, ${processors.length} × ${processors[0]?.model.trim()}`
)

const built = await buildAll()
const bench: Bench = {
  built,
  server: await startServer(built.programs),
  options: {
    ...values,
    rounds: Number(values.rounds),
    concurrency: Number(values.concurrency),
    messages: Number(values.messages)
  }
}
let broken = 0
for (const [name, section] of Object.entries(sections)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const started = performance.now()
  const { markdown, promises } = await section(bench)
  broken += promises.filter(isBroken).length
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  console.log([`\n## ${name} (${seconds} s)`, markdown, promiseList(promises)].join("\n\n").trimEnd())
}
process.exit(values.strict && broken > 0 ? 1 : 0)
