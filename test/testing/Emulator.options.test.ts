import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { InvalidOption } from "../../src/internal/options.js"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import { resolve } from "../../src/testing/emulator/options.js"
import { settingsOf } from "../../src/testing/emulator/optionsSchema.js"
import * as Faults from "../../src/testing/faults/Faults.js"
import { Plan } from "../../src/testing/faults/planJson.js"

describe("one schema for options in code and in JSON", () => {
  it("says the same in both", () => {
    const code = resolve({
      tokenLifetime: "1 hour",
      clientSecret: Redacted.make("s3cret"),
      rateLimit: { requests: 10, window: "1 second" },
      history: { order: "ascending" },
      directory: { maxUserIds: 5 },
      events: { drop: 0.5, badges: undefined },
      faults: Faults.script([Faults.status(503)])
    })
    const json = settingsOf("emulator", {
      tokenLifetime: "1 hour",
      clientSecret: "s3cret",
      rateLimit: { requests: 10, window: 1000 },
      history: { order: "ascending" },
      directory: { maxUserIds: 5 },
      events: { drop: 0.5 },
      faults: [{ status: 503 }]
    })
    expect({ ...json, faults: String(json.faults) }).toEqual({ ...code, faults: String(code.faults) })
    expect(resolve({ seed: undefined })).toEqual(resolve({}))
  })

  const wrong: ReadonlyArray<readonly [options: unknown, message: string]> = [
    [{ tokenLifetime: -1 }, "tokenLifetime must be a duration from 0, but is -1"],
    [{ editWindow: "soon" }, 'editWindow must be a duration as "2 seconds", but is "soon"'],
    [{ rateLimit: { requests: -1 } }, "rateLimit.requests must be a whole number from 0, but is -1"],
    [{ requestLogBytes: Number.NaN }, "requestLogBytes must be a whole number from 0, or Infinity, but is NaN"],
    [{ seed: 1.5 }, "seed must be a whole number, but is 1.5"],
    [{ sead: 1 }, "sead "],
    [{ history: { maxLimit: 0 } }, "history.maxLimit must be a whole number from 1, or Infinity, but is 0"],
    [{ directory: { chatsFor: "bots" } }, "directory.chatsFor "],
    [{ events: { dorp: 0.1 } }, "events.dorp "],
    [{ faults: [{ status: 99 }] }, "faults"]
  ]
  it.each(wrong)("refuses %j", (options, message) => {
    expect(() => settingsOf("Emulator", options)).toThrow(InvalidOption)
    expect(() => settingsOf("Emulator", options)).toThrow(`Emulator: ${message}`)
  })

  it.scoped("a port or a host that is none is a defect of the server", () =>
    Effect.gen(function* () {
      for (const [options, message] of [
        [{ port: 65_536 }, "Emulator.layerServer: port must be a whole number from 0 to 65535, but is 65536"],
        [{ host: " " }, "Emulator.layerServer: host must not be empty"]
      ] as const) {
        const exit = yield* Effect.exit(Layer.build(Emulator.layerServer(options)))
        expect(Exit.isFailure(exit) && Cause.pretty(exit.cause)).toContain(message)
      }
    })
  )

  it("a wrong option is a defect of the layer", () => {
    const exit = Effect.runSyncExit(Emulator.make({ maxMessageIds: -1 }))
    expect(Exit.isFailure(exit) && Cause.pretty(exit.cause)).toContain(
      "Emulator: maxMessageIds must be a whole number from 1, or Infinity, but is -1"
    )
  })
})

describe("plans of failures as JSON", () => {
  const decode = Schema.decodeUnknownSync(Plan)
  const plans: ReadonlyArray<readonly [json: unknown, plan: Faults.Faults]> = [
    ["none", Faults.none],
    [
      [{ status: 429, retryAfter: 2 }, "pass", { html: 504, when: "after" }, { reset: "body", bytes: 3 }, "refuse"],
      Faults.script([
        Faults.status(429, { retryAfter: 2 }),
        Faults.pass,
        Faults.html(504, { when: "after" }),
        Faults.reset("body", { bytes: 3 }),
        Faults.refuse
      ])
    ],
    [
      { random: { seed: 1, rate: 0.3, faults: [{ fault: { stall: "headers" }, weight: 2 }, { truncate: 4 }] } },
      Faults.random({
        seed: 1,
        rate: 0.3,
        faults: [{ fault: Faults.stall(), weight: 2 }, Faults.truncate(4)]
      })
    ],
    [
      { combine: [{ for: ["getChatsRoom", "token"], plan: { always: { contentType: "text/plain" } } }, "none"] },
      Faults.combine(
        Faults.forOperation(["getChatsRoom", "token"], Faults.always(Faults.contentType("text/plain"))),
        Faults.none
      )
    ],
    [
      { includeToken: [{ delay: "2 seconds", followedBy: { slowBody: 5 } }] },
      Faults.includeToken([Faults.delay("2 seconds", Faults.slowBody(5))])
    ]
  ]
  it.each(plans)("%j", (json, plan) => {
    expect(String(decode(json))).toBe(String(plan))
    expect(String(decode(Schema.encodeSync(Plan)(plan)))).toBe(String(plan))
  })

  it("a method stands for its operations", () => {
    expect(String(decode({ for: ["getUsers", "GET"], plan: "none" }))).toMatch(/"getUsers".*"getChatsRoom".*"getGroup"/)
    expect(String(decode({ for: "PUT", plan: "none" }))).toBe(
      'Faults.forOperation(["putChatsMessageReactions","putChatsSettings"], Faults.none)'
    )
    for (const duration of ["-1 seconds", "Infinity", -1, "soon"]) {
      expect(() => decode([{ delay: duration }])).toThrow(/duration|than or equal to 0/i)
    }
    expect(() => decode({ for: "toString", plan: "none" })).toThrow("the name of an endpoint")
    expect(() => decode({ for: "getChatRoom", plan: "none" })).toThrow("the name of an endpoint")
  })
})
