/** The processes of a test file, and what they are asked. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { node } from "../../package/toolchain.js"
import { eachLine } from "../driver/lines.js"
import type { Answer, ClientOptions, Json, JsonObject, OrderName, Orders, Reply } from "../driver/protocol.js"
import { driverOf, nodeVersion } from "./build.js"
import type { Major } from "./majors.js"

/** What the emulator's control service gives; an answer is looked into as it is. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into it
export type Loose = any

export interface EmulatorHandle {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly bot: { readonly id: string; readonly jid: string }
  /** Reads or calls a member of the control service. */
  readonly control: (member: string, ...args: ReadonlyArray<Json>) => Promise<Loose>
  readonly setFaults: (plan: Json) => Promise<void>
}

export interface ClientHandle {
  readonly call: (operation: string, input?: JsonObject) => Promise<Reply>
  readonly pipeline: (name: string, input?: JsonObject) => Promise<Reply>
}

export interface Driver {
  readonly emulator: (options?: JsonObject) => Promise<EmulatorHandle>
  readonly client: (options: ClientOptions) => Promise<ClientHandle>
  readonly surface: () => Promise<Loose>
  readonly stop: () => void
}

export const startDriver = async (major: Major): Promise<Driver> => {
  const child = spawn(await node(nodeVersion), ["--no-warnings", driverOf(major)], { stdio: "pipe" })
  const ask = asking(child)
  return {
    emulator: async (options = {}) => {
      const { emulator, ...identity }: Loose = await ask("emulator", { options })
      return {
        ...identity,
        control: (member, ...args) => ask("control", { emulator, member, args }),
        setFaults: async (plan) => void (await ask("faults", { emulator, plan }))
      }
    },
    client: async (options) => {
      const client: Loose = await ask("client", options)
      return {
        call: (operation, input = {}) => ask("call", { client, operation, input }),
        pipeline: (name, input = {}) => ask("pipeline", { client, name, input })
      }
    },
    surface: () => ask("surface", {}),
    stop: () => void child.kill()
  }
}

const asking = (child: ChildProcessWithoutNullStreams) => {
  const waiting = new Map<number, { resolve: (result: Loose) => void; reject: (error: Error) => void }>()
  let id = 0
  let said = ""
  child.stderr.on("data", (chunk) => {
    said = (said + chunk).slice(-4000)
  })
  let ended: Error | undefined
  child.on("exit", (code) => {
    ended = new Error(`the driver ended with ${code}\n${said}`)
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  })
  eachLine(child.stdout, (line) => {
    // what the library logs goes to the same place
    if (!line.startsWith(`{"id":`)) return
    const answer: Answer = JSON.parse(line)
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ("broken" in answer) asked?.reject(new Error(answer.broken))
    else asked?.resolve(answer.result)
  })
  return <K extends OrderName>(order: K, given: Orders[K]): Promise<Loose> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) return reject(ended)
      waiting.set(++id, { resolve, reject })
      child.stdin.write(`${JSON.stringify({ id, order, ...given })}\n`)
    })
}
