/**
 * The vendor's SDK as its documentation shows it, on an emulator behind a socket: a call is a promise, and where one
 * fails its work is not done. The emulator's clock moves on by what the replies take.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Emulator } from "effect-genesys-chats/testing"
import { type Counted, counted, latency, whole } from "./counted.js"

type Sdk = typeof import("purecloud-platform-client-v2")
type Service = Context.Tag.Service<typeof Emulator.Emulator>

export interface Plain {
  readonly chats: InstanceType<Sdk["ChatApi"]>
  readonly emulator: Service
  /** Calls for each item, so many at a time; gives the number of those that did not fail. */
  readonly each: <A>(items: ReadonlyArray<A>, call: (item: A) => Promise<unknown>, atATime?: number) => Promise<number>
  /** Lets time pass. */
  readonly pass: (millis: number) => Promise<void>
}

/** Runs work that says how much it got done, with the service's limit or without one. */
export const sdk = <A>(
  limit: "limited" | "unlimited",
  prepare: Effect.Effect<A, never, Emulator.Emulator>,
  work: (plain: Plain, prepared: A) => Promise<number>
): Promise<Counted> =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.Emulator
    const prepared = yield* prepare
    const plain = yield* Effect.promise(() => login(emulator))
    const done = yield* Effect.promise(() => work(plain, prepared))
    return counted(yield* emulator.requests, emulator.bot, done)
  }).pipe(
    Effect.provide(Emulator.layerServer({ ...whole, ...(limit === "unlimited" ? { rateLimit: limit } : {}) })),
    Effect.runPromise
  )

const login = async (emulator: Service): Promise<Plain> => {
  // CommonJS whose types are written as if it had named exports
  const imported: Sdk & { readonly default?: Sdk } = await import("purecloud-platform-client-v2")
  const platformClient = imported.default ?? imported
  const client = platformClient.ApiClient.instance
  const { hostname, port } = new URL(emulator.url)
  client.setGateway({ host: hostname, protocol: "http", port: Number(port) })
  await client.loginClientCredentialsGrant(emulator.clientId, Redacted.value(emulator.clientSecret))
  const pass = (millis: number) => Effect.runPromise(emulator.adjustClock(millis))
  return {
    chats: new platformClient.ChatApi(),
    emulator,
    pass,
    each: async (items, call, atATime = 10) => {
      let done = 0
      for (let at = 0; at < items.length; at += atATime) {
        const results = await Promise.allSettled(items.slice(at, at + atATime).map(call))
        done += results.filter(({ status }) => status === "fulfilled").length
        await pass(latency)
      }
      return done
    }
  }
}
