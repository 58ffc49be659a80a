/**
 * CPU and wall time of a call, against the peers: one interleaved run (A B C … A B C …), each peer
 * in a process of its own, the server in another. `npm run bench [-- --rounds 9] [-- --only ours]`
 */
import { type ChildProcess, fork, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { build } from "esbuild"
import type { Cost, Round, Scenario } from "./peer.js"

const root = fileURLToPath(new URL("../../", import.meta.url))
const out = `${root}node_modules/.cache/bench`

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    concurrency: { type: "string", default: "64" },
    only: { type: "string", multiple: true },
    profile: { type: "boolean", default: false }
  }
})

/** Name, module and its argument. The first is the floor. */
const peers = [
  ["undici Pool + JSON.parse", "undici", ""],
  ["global fetch", "fetch", ""],
  ["vendor SDK", "sdk", ""],
  ["naive Effect, FetchHttpClient", "naive", "fetch"],
  ["naive Effect, layerUndici", "naive", "undici"],
  ["HttpApiClient, layerUndici", "httpApi", "undici"],
  ["ours, FetchHttpClient", "ours", "fetch"],
  ["ours, layerUndici", "ours", "undici"]
] as const

const scenarios: ReadonlyArray<readonly [title: string, scenario: Scenario, calls: number]> = [
  ["POST message", "post", 3000],
  ["GET room", "room", 3000],
  ["GET 100 messages", "listing", 600]
]

await build({
  entryPoints: ["server", ...new Set(peers.map(([, module]) => `peers/${module}`))].map(
    (file) => `${root}test/bench/${file}.ts`
  ),
  outdir: out,
  outbase: `${root}test/bench`,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  alias: { "effect-genesys-chats": `${root}src/index.ts` }
})

const server = spawn(process.execPath, [`${out}/server.mjs`], { stdio: ["ignore", "pipe", "inherit"] })
const [chunk] = (await once(server.stdout, "data")) as [Buffer]
const url = chunk.toString().trim()

const chosen = peers.filter(([name]) => values.only === undefined || values.only.some((part) => name.includes(part)))
const processes = await Promise.all(
  chosen.map(async ([name, module, argument]) => {
    const profile = values.profile ? ["--cpu-prof", `--cpu-prof-dir=${out}/profiles/${module}-${argument}`] : []
    const child = fork(`${out}/peers/${module}.mjs`, [url, argument], { execArgv: profile })
    await once(child, "message")
    return { name, child, costs: new Map<Scenario, Array<Cost>>() }
  })
)

const measure = async (child: ChildProcess, round: Round): Promise<Cost> => {
  child.send(round)
  const [cost] = (await once(child, "message")) as [Cost]
  return cost
}

const concurrency = Number(values.concurrency)
const median = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN

for (const [, scenario, calls] of scenarios) {
  // twice to warm up, which does not count
  for (let round = -2; round < Number(values.rounds); round++) {
    for (const { child, costs } of processes) {
      const cost = await measure(child, { scenario, calls, concurrency })
      if (round >= 0) costs.set(scenario, [...(costs.get(scenario) ?? []), cost])
    }
  }
}
for (const { child } of processes) child.disconnect()
server.kill()

const figure = (name: string, scenario: Scenario, of: (cost: Cost) => number): number =>
  median((processes.find((one) => one.name === name)?.costs.get(scenario) ?? []).map(of))

const floorName = processes[0]?.name ?? ""
const table = (title: string, of: (cost: Cost) => number) => {
  console.log(
    `\n${title} (µs a call, and as a multiple of the first row; concurrency ${concurrency}, median of ${values.rounds} rounds)\n`
  )
  console.log(`| | ${scenarios.map(([title]) => title).join(" | ")} |\n|---|${scenarios.map(() => "---|").join("")}`)
  for (const { name } of processes) {
    const cells = scenarios.map(([, scenario]) => {
      const value = figure(name, scenario, of)
      return `${value.toFixed(0)} (${(value / figure(floorName, scenario, of)).toFixed(2)})`
    })
    console.log(`| ${name} | ${cells.join(" | ")} |`)
  }
}

console.log(`Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`)
table("CPU", (cost) => cost.cpu)
table("Wall time", (cost) => cost.wall)
process.exit(0)
