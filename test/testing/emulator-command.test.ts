import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { basic, sendFetch, tokenRequest } from "./emulator-utils.js"

const main = fileURLToPath(new URL("../scripts/emulator.ts", import.meta.url))

const Facts = Schema.parseJson(
  Schema.Struct({
    url: Schema.String,
    clientId: Schema.String,
    clientSecret: Schema.String,
    users: Schema.Array(Schema.Struct({ id: Schema.String, token: Schema.String }))
  })
)

const start = (...args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, ["--import", "tsx", main, ...args], { stdio: ["ignore", "pipe", "pipe"] })
    ),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

const firstLine = (stream: ChildProcess["stdout"]) =>
  Effect.promise(async () => {
    if (stream === null) return ""
    for await (const line of createInterface({ input: stream })) return line
    return ""
  })

it.scopedLive("npm run emulator: a server that any program can use, until it is told to end", () =>
  Effect.gen(function* () {
    const child = yield* start("--port", "0", "--users", "1", "--json", "--client-secret", "s3cret")
    const facts = yield* Schema.decode(Facts)(yield* firstLine(child.stdout))
    const login = tokenRequest({ grant_type: "client_credentials" }, basic(facts.clientId, "s3cret"))
    expect((yield* sendFetch(facts.url, login)).status).toBe(200)
    const [alice] = facts.users
    const me = { path: "/api/v2/chats/users/me/settings", token: alice?.token ?? "" }
    expect((yield* sendFetch(facts.url, me)).status).toBe(200)
    const exit = Effect.promise(() => once(child, "exit"))
    child.kill("SIGTERM")
    expect(yield* exit).toEqual([0, null])
  })
)

it.scopedLive("says what is wrong with its arguments", () =>
  Effect.gen(function* () {
    const child = yield* start("--port", "x")
    const exit = Effect.promise(() => once(child, "exit"))
    expect(yield* firstLine(child.stderr)).toBe("--port must be a whole number, not x")
    expect((yield* exit)[0]).toBe(2)
  })
)
