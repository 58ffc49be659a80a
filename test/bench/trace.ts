/**
 * What of this library one warm POST over `/undici` runs, by V8's precise coverage of the built package:
 * `npm run bench:trace` prints our files, and in each our functions with their names.
 */
import { Session } from "node:inspector/promises"
import { setImmediate } from "node:timers/promises"
import { pathToFileURL } from "node:url"
import { buildAll } from "./shared/build.js"
import { startServer } from "./shared/processes.js"

const built = await buildAll()
const server = await startServer(built.programs)
const peer = await import(pathToFileURL(`${built.programs}/peers/trace.mjs`).href)
const post: () => Promise<unknown> = await peer.makePost(server.url)
for (let i = 0; i < 200; i++) await post()
await setImmediate()

const session = new Session()
session.connect()
await session.post("Profiler.enable")
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false })
await session.post("Profiler.takePreciseCoverage")
await post()
await setImmediate()
const { result } = await session.post("Profiler.takePreciseCoverage")

let files = 0
let total = 0
let named = 0
for (const { functions, url } of result) {
  const file = /effect-genesys-chats\/dist\/(.*)$/.exec(url)?.[1]
  // the whole module counts as a function without a name that runs as it is loaded
  const ran = functions.filter(({ isBlockCoverage, ranges }) => !isBlockCoverage && (ranges[0]?.count ?? 0) > 0)
  if (file === undefined || ran.length === 0) continue
  files++
  total += ran.length
  named += ran.filter(({ functionName }) => functionName !== "").length
  const names = ran.map(({ functionName, ranges: [range] }) => functionName || `(at ${range?.startOffset})`)
  console.log(`${file}: ${ran.length}\n  ${names.join(", ")}`)
}
console.log(`\n${files} files, ${total} functions, ${named} of them with a name`)
process.exit(0)
