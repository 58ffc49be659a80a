import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Chats, ChatsError, Credentials, RetryPolicy } from "effect-genesys-chats"
import { ChatsStub } from "effect-genesys-chats/testing"
import { statuses } from "../utils/facts.js"
import { clientOver, failure, json, scripted } from "../utils/http.js"
import { call, inputs, type Name } from "../utils/samples.js"

const names = Object.keys(Chats) as ReadonlyArray<Name>

const refused = new ChatsError.CredentialsError({ reason: "InvalidClient", status: 401 })

/** What is printed of a call that failed, from within a span of the caller's. */
const printed = <E>(effect: Effect.Effect<unknown, E>) =>
  effect.pipe(
    Effect.withSpan("theirs"),
    RetryPolicy.with(RetryPolicy.none),
    Effect.sandbox,
    Effect.flip,
    Effect.map(Cause.pretty)
  )

const frames = (text: string) => text.split("\n").filter((line) => line.startsWith("    at "))

describe("Cause.pretty of a failed call", () => {
  for (const [n, name] of names.entries()) {
    // the line is made of both, and by no table of pairs: each endpoint has a third of the statuses, each status of the endpoints
    const some = [...statuses, 418, 502].filter((_, i) => (n + i) % 3 === 0)
    it.effect(`${name}: operation, status and correlation id come before any frame, and none is ours`, () =>
      Effect.gen(function* () {
        for (const status of some) {
          const http = scripted(() => json(status, { message: "so it is" }, { "inin-correlation-id": "c0rr-1" }))
          const text = yield* printed(Effect.provide(call(Chats[name], inputs[name]), clientOver(http)))
          const [title, first, ...rest] = text.split("\n")
          expect(title).toMatch(/^\w+: so it is$/)
          expect(first).toMatch(
            new RegExp(
              `^    at ${name}, ${status}, correlation id c0rr-1 \\(${Chats[name].method} /api/v2/(?:users/)?chats/\\S+, \\d attempts?`
            )
          )
          // what is left are the caller's spans
          for (const line of rest) expect(line).toContain("at theirs")
        }
      })
    )
  }

  it.effect("says why there was no reply, no token, or nothing sent", () =>
    Effect.gen(function* () {
      const lost = scripted(() => Effect.fail(failure("ECONNRESET")))
      const settings = Chats.getChatsSettings()
      expect(frames(yield* printed(Effect.provide(settings, clientOver(lost))))[0]).toContain(
        "getChatsSettings, Reset ECONNRESET (GET /api/v2/chats/settings, 1 attempt"
      )
      const credentials = Layer.succeed(Credentials.Credentials, {
        token: Effect.fail(refused),
        invalidate: () => Effect.succeed(false)
      })
      expect(frames(yield* printed(Effect.provide(settings, clientOver(lost, { credentials }))))[0]).toContain(
        "getChatsSettings, InvalidClient, login status 401 (GET /api/v2/chats/settings, 0 attempts"
      )
      const unsent = call(Chats.getChatsRoom, { roomJid: "" })
      for (const layer of [clientOver(lost), ChatsStub.layer({})]) {
        expect(frames(yield* printed(Effect.provide(unsent, layer)))[0]).toContain("getChatsRoom, not sent (GET ")
      }
    })
  )

  it.effect("prints what a reply says of itself on one line", () =>
    Effect.gen(function* () {
      const http = scripted(() => json(500, { contextId: "a\n    at evil (x.js:1:1)" }))
      const text = yield* printed(Effect.provide(Chats.getChatsSettings(), clientOver(http)))
      expect(text).not.toContain("\n    at evil")
    })
  )
})
