import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import { takeUp } from "../internal/takenUp.js"
import { Region } from "../Region.js"
import type { Grant } from "./grants.js"
import { Store } from "./Store.js"
import { makeSeal } from "./seal.js"
import { sharedToken } from "./sharedToken.js"
import type { Acquire } from "./Token.js"

/** The grant by way of the store, where one is in the context. */
export const storeOf = (
  grant: Grant,
  options: {
    readonly secret: Redacted.Redacted
    /** What tells this client's tokens from others'. */
    readonly identity: ReadonlyArray<string>
    readonly patience: Duration.Duration
  }
): Effect.Effect<Acquire<HttpClient.HttpClient | Region>, never, Region> =>
  Effect.gen(function* () {
    const store = yield* Effect.serviceOption(Store)
    if (Option.isNone(store)) return grant
    takeUp(store.value)
    const { loginUrl } = yield* Region
    const seal = yield* Effect.option(makeSeal(options.secret, [loginUrl, ...options.identity]))
    if (Option.isNone(seal)) {
      yield* Effect.logWarning("no token is shared: this runtime has no Web Crypto")
      return grant
    }
    return sharedToken({ store: store.value, seal: seal.value, login: grant, patience: options.patience })
  })
