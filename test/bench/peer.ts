/** What every peer of the calls is: a process that does the same work on demand, and says what it cost. */
import { costOf, serveJobs } from "./shared/worker.js"

/** One call of each scenario; what it resolves to is what the peer's users get. */
export interface Peer {
  readonly post: () => Promise<unknown>
  readonly room: () => Promise<unknown>
  readonly listing: () => Promise<unknown>
  /** The same page, from a service that sends it in chunks (it does so for a limit of 99). */
  readonly chunked: () => Promise<unknown>
}

export type Scenario = keyof Peer

export interface Round {
  readonly scenario: Scenario
  readonly calls: number
  readonly concurrency: number
  /** Whether each call is run on its own (`runPromise`), and not from a fiber that makes many. */
  readonly apart?: boolean | undefined
}

export const roomJid = "adhoc-0b6f@conference.acme.orgspan.com"
export const roomPath = `/api/v2/chats/rooms/${encodeURIComponent(roomJid)}`
export const text = "We are on it"

/** Serves rounds; the calls of a peer that gives promises. */
export const serve = (make: (url: string, argument: string) => Promise<Peer> | Peer): Promise<void> =>
  serveRounds(async (url, argument) => {
    const peer = await make(url, argument)
    return ({ scenario }, isLeft) =>
      async () => {
        while (isLeft()) await peer[scenario]()
      }
  })

type Worker = () => Promise<void>

/** Serves rounds of workers that call one after another while there are calls left. */
export const serveRounds = (
  make: (url: string, argument: string) => Promise<(round: Round, isLeft: () => boolean) => Worker>
): Promise<void> =>
  serveJobs(async (url, argument) => {
    const peer = await make(url, argument)
    return (round: Round) => {
      let left = round.calls
      const worker = peer(round, () => left-- > 0)
      return costOf(round.calls, () => Promise.all(Array.from({ length: round.concurrency }, worker)))
    }
  })
