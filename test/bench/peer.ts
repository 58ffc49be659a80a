/**
 * What every peer is: a process that does the same work on demand, and says what it cost.
 */

/** One call of each scenario; what it resolves to is what the peer's users get. */
export interface Peer {
  readonly post: () => Promise<unknown>
  readonly room: () => Promise<unknown>
  readonly listing: () => Promise<unknown>
}

export type Scenario = keyof Peer

export interface Round {
  readonly scenario: Scenario
  readonly calls: number
  readonly concurrency: number
}

/** Microseconds of CPU and of wall time a call. */
export interface Cost {
  readonly cpu: number
  readonly wall: number
}

export const roomJid = "adhoc-0b6f@conference.acme.orgspan.com"
export const roomPath = `/api/v2/chats/rooms/${encodeURIComponent(roomJid)}`
export const text = "We are on it"

const run = async (peer: Peer, { calls, concurrency, scenario }: Round): Promise<Cost> => {
  const call = peer[scenario]
  let left = calls
  const worker = async () => {
    while (left-- > 0) await call()
  }
  const wall = process.hrtime.bigint()
  const cpu = process.cpuUsage()
  await Promise.all(Array.from({ length: concurrency }, worker))
  const used = process.cpuUsage(cpu)
  return { cpu: (used.user + used.system) / calls, wall: Number(process.hrtime.bigint() - wall) / 1000 / calls }
}

/** Serves rounds to the process that started this one. The server's URL is the first argument. */
export const serve = async (make: (url: string) => Promise<Peer> | Peer): Promise<void> => {
  const url = process.argv[2]
  if (url === undefined || process.send === undefined) throw new Error("peers are started by run.ts")
  const peer = await make(url)
  process.on("message", (round: Round) => {
    run(peer, round).then(
      (cost) => process.send?.(cost),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      }
    )
  })
  process.send("ready")
}
