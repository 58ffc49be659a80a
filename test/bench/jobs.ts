/**
 * What a job takes where 300 requests a minute are allowed: requests, counted at the emulator, and how much of the job
 * was done. The vendor's SDK is used plainly: a call for each thing that is wanted, ten at a time, and what fails is
 * not done. Nothing is timed.
 */
import { jobs as all } from "./jobs/jobs.js"
import { type Section, table } from "./shared/report.js"

const count = (value: number): string => value.toLocaleString("en")

export const jobs = async (): Promise<Section> => {
  const rows: Array<ReadonlyArray<string>> = []
  const promises: Array<Section["promises"][number]> = []
  for (const { ours, sdk, title, total } of all) {
    const needed = (await sdk("unlimited")).requests
    const limited = await sdk("limited")
    const plain = `${count(limited.done)} done, ${count(limited.refused)} refused`
    rows.push([title, "vendor SDK, plainly", count(needed), plain])
    for (const [name, run] of Object.entries(ours)) {
      const { done, refused, requests } = await run()
      rows.push(["", name, count(requests), `${count(done)} done, ${count(refused)} refused`])
      promises.push({ what: `${title}: ${name}, done`, figure: done, bound: "at least", limit: total, unit: "" })
    }
  }
  return {
    markdown: [
      "Requests, logins left out, where each reply takes 150 ms; beside them what was done at 300 requests a minute.",
      table(["job", "by", "requests", "at 300 a minute"], rows)
    ].join("\n\n"),
    promises
  }
}
