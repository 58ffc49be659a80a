/** Where the time of a CPU profile went. */
import { readFile } from "node:fs/promises"
import type { Profiler } from "node:inspector"
import { basename } from "node:path"
import { table } from "./report.js"

/** The functions with the most time of their own. */
export const selfTimes = async (file: string, rows = 20): Promise<string> => {
  const profile: Profiler.Profile = JSON.parse(await readFile(file, "utf8"))
  const times = new Map<number, number>()
  profile.samples?.forEach((id, sample) => {
    times.set(id, (times.get(id) ?? 0) + (profile.timeDeltas?.[sample] ?? 0))
  })
  const functions = new Map<string, number>()
  let total = 0
  for (const { callFrame, id } of profile.nodes) {
    const time = times.get(id) ?? 0
    if (callFrame.functionName === "(idle)") continue
    total += time
    functions.set(nameOf(callFrame), (functions.get(nameOf(callFrame)) ?? 0) + time)
  }
  const top = [...functions].sort(([, a], [, b]) => b - a).slice(0, rows)
  return table(
    ["function", "self time", "of all"],
    top.map(([name, time]) => [name, `${(time / 1000).toFixed(1)} ms`, `${((100 * time) / total).toFixed(1)} %`])
  )
}

const nameOf = ({ functionName, lineNumber, url }: Profiler.Profile["nodes"][number]["callFrame"]): string => {
  const name = functionName === "" ? "(anonymous)" : functionName
  if (url === "") return name
  const packaged = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]
  const where = url.startsWith("node:") ? url : `${packaged === undefined ? "" : `${packaged}/`}${basename(url)}`
  return `${name} (${where}:${lineNumber + 1})`
}
