/** The processes that a run starts. They end with it, whatever it ends by: they hang on its channel. */
import { type ChildProcess, fork } from "node:child_process"
import type { Order } from "./worker.js"

const message = <A>(child: ChildProcess): Promise<A> =>
  new Promise((resolve, reject) => {
    const exited = (code: number | null) => reject(new Error(`${child.spawnargs.join(" ")} ended with ${code}`))
    child.once("exit", exited)
    child.once("message", (value) => {
      child.off("exit", exited)
      resolve(value as A)
    })
  })

export interface Server {
  readonly url: string
  /** How many requests there were since this was last asked. */
  readonly requests: () => Promise<number>
}

export const startServer = async (programs: string): Promise<Server> => {
  const url = await message<string>(fork(`${programs}/shared/server.mjs`))
  return { url, requests: async () => Number(await (await fetch(`${url}/requests`)).text()) }
}

export interface Worker<Job, Result> {
  readonly ask: (job: Job, profile?: string) => Promise<Result>
  readonly stop: () => void
}

export const startWorker = async <Job, Result>(
  module: string,
  args: ReadonlyArray<string>,
  execArgv: ReadonlyArray<string> = [],
  execPath = process.execPath
): Promise<Worker<Job, Result>> => {
  const child = fork(module, args, { execArgv: [...execArgv], execPath })
  await message(child)
  return {
    ask: (job, profile) => {
      child.send({ job, profile } satisfies Order<Job>)
      return message(child)
    },
    stop: () => child.disconnect()
  }
}
