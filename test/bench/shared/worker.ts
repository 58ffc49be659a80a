/** What runs in a process of its own: work on demand, and what it cost. */
import { writeFile } from "node:fs/promises"
import { Session } from "node:inspector/promises"

export interface Order<Job> {
  readonly job: Job
  /** Where the CPU profile of the job goes, if one is wanted. */
  readonly profile?: string | undefined
}

/** Microseconds of CPU and of wall time. */
export interface Cost {
  readonly cpu: number
  readonly wall: number
}

/** What work costs by the call. */
export const costOf = async (calls: number, work: () => Promise<unknown>): Promise<Cost> => {
  const wall = process.hrtime.bigint()
  const cpu = process.cpuUsage()
  await work()
  const used = process.cpuUsage(cpu)
  return { cpu: (used.user + used.system) / calls, wall: Number(process.hrtime.bigint() - wall) / 1000 / calls }
}

/** Does jobs for the process that started this one. The server's URL is the first argument, the worker's own the second. */
export const serveJobs = async <Job, Result>(
  make: (url: string, argument: string) => Promise<(job: Job) => Promise<Result>>
): Promise<void> => {
  const [, , url = "", argument = ""] = process.argv
  const work = await make(url, argument)
  process.on("message", ({ job, profile }: Order<Job>) => {
    const result = profile === undefined ? work(job) : profiled(profile, () => work(job))
    result.then(
      (result) => process.send?.(result),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      }
    )
  })
  process.on("disconnect", () => process.exit(0))
  process.send?.("ready")
}

const profiled = async <A>(file: string, work: () => Promise<A>): Promise<A> => {
  const session = new Session()
  session.connect()
  await session.post("Profiler.enable")
  await session.post("Profiler.setSamplingInterval", { interval: 200 })
  await session.post("Profiler.start")
  const result = await work()
  const { profile } = await session.post("Profiler.stop")
  session.disconnect()
  await writeFile(file, JSON.stringify(profile))
  return result
}
