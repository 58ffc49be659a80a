import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { InvalidOption, wholeNumber } from "../../internal/options.js"
import * as Control from "./control.js"
import { Host } from "./host.js"
import { Org } from "./Org.js"
import { type Options, resolve } from "./options.js"
import { Snapshot } from "./Snapshot.js"
import type { Service } from "./service.js"

/**
 * Where the server listens, and where it keeps its state.
 *
 * @since 0.1.0
 * @category options
 */
export interface ServerOptions {
  /** 0 to 65,535; 0 (default) is a free one. */
  readonly port?: number | undefined
  /** The address to listen on, IPv4 or IPv6, or a name. Default `127.0.0.1`. */
  readonly host?: string | undefined
  /**
   * A file that the state is kept in: what was there is there again when an emulator starts with it, after a crash
   * too. So are event options and the plan of faults, which goes on where it was; an option that is given overrides
   * what was kept. Snapshots, the request log and notification channels are not kept. It holds the org's tokens and
   * secrets. Default: none, all is forgotten.
   */
  readonly stateFile?: string | undefined
}

/** An emulator that runs: its control, and what stands behind it. */
export interface Started {
  readonly host: Host
  readonly service: Service
  /** Whether the state file held a state. */
  readonly restored: boolean
}

export const makeHost = (options: Options = {}): Effect.Effect<Host> =>
  Effect.map(Effect.clock, (clock) => {
    const settings = resolve(options)
    return new Host(clock, Org.make(settings), settings.faults)
  })

/** An emulator in memory. */
export const start = (options?: Options): Effect.Effect<Started> =>
  Effect.map(makeHost(options), (host) => ({
    host,
    service: Control.make(host, Control.memoryUrl, new Snapshot(host.org)),
    restored: false
  }))

/**
 * An emulator on a server, until the scope closes. What it needs of Node is loaded here, for the one in memory runs
 * without. `begin` makes the state that it begins with, and goes back to: before there is a file that holds half of it.
 */
export const startServer = (
  options: Options & ServerOptions = {},
  begin?: (host: Host) => void
): Effect.Effect<Started, Error, Scope.Scope> =>
  Effect.gen(function* () {
    const { host: hostname = "127.0.0.1", port: wanted = 0, stateFile, ...rest } = options
    const port = wholeNumber("Emulator.layerServer: port", wanted, { least: 0, most: 65_535 })
    // to Node an empty name is every address of the machine
    if (hostname.trim() === "") throw new InvalidOption("Emulator.layerServer: host must not be empty")
    const host = yield* makeHost(rest)
    begin?.(host)
    const initial = new Snapshot(host.org)
    let restored = false
    if (stateFile !== undefined) {
      const { attach } = yield* Effect.promise(() => import("./journal.js"))
      // what is said now goes before what was kept
      restored = yield* attach(host, stateFile, {
        rateLimit: rest.rateLimit !== undefined,
        faults: rest.faults !== undefined,
        events: rest.events !== undefined
      })
    }
    const { listen } = yield* Effect.promise(() => import("./server.js"))
    const control: { service?: Service } = {}
    const url = yield* listen(host, { port, host: hostname }, () => control.service)
    const service = Control.make(host, url, initial)
    control.service = service
    return { host, service, restored }
  })
