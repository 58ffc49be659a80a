import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { issuesOf } from "../../src/internal/effect/issues.js"
import { describeIssues } from "../../src/testing/emulator/issue.js"
import { PlanJson } from "../../src/testing/faults/planJson.js"
import { basic, sendFetch, tokenRequest } from "./emulator-utils.js"

const main = fileURLToPath(new URL("../../src/testing/command/main.ts", import.meta.url))

const Facts = Schema.parseJson(
  Schema.Struct({
    url: Schema.String,
    clientId: Schema.String,
    clientSecret: Schema.String,
    users: Schema.Array(Schema.Struct({ id: Schema.String, token: Schema.String }))
  })
)

type Sdk = typeof import("purecloud-platform-client-v2")

const start = (...args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, ["--import", "tsx", main, "emulator", ...args], { stdio: ["ignore", "pipe", "pipe"] })
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

it.scopedLive("the vendor's SDK as its client: posts, and sees a fault of --faults", () =>
  Effect.gen(function* () {
    const faults = JSON.stringify({ for: "getChatsSettings", plan: [{ html: 504 }] })
    const child = yield* start("--json", "--faults", faults, "--rate-limit", "0")
    const facts = yield* Schema.decode(Facts)(yield* firstLine(child.stdout))
    const imported: Sdk & { readonly default?: Sdk } = yield* Effect.promise(
      () => import("purecloud-platform-client-v2")
    )
    const { ApiClient, ChatApi } = imported.default ?? imported
    const { hostname, port } = new URL(facts.url)
    ApiClient.instance.setGateway({ host: hostname, protocol: "http", port: Number(port) })
    const chats = new ChatApi()
    const [alice, bob] = facts.users
    yield* Effect.promise(() => ApiClient.instance.loginClientCredentialsGrant(facts.clientId, facts.clientSecret))
    const { jid } = yield* Effect.promise(() => chats.postChatsRooms({ subject: "S", userIds: [alice?.id ?? ""] }))
    const { id } = yield* Effect.promise(() => chats.postChatsRoomMessages(jid, { message: "from the SDK" }))
    expect((yield* Effect.promise(() => chats.getChatsMessage(id))).body).toBe("from the SDK")
    expect(yield* Effect.promise(() => chats.getChatsSettings().catch((body) => body))).toContain("504")
    expect(yield* Effect.promise(() => chats.getChatsSettings())).toMatchObject({ reactionsEnabled: true })
    const { json } = yield* sendFetch(facts.url, { path: "/emulator/requests" })
    expect(json.at(-2)).toMatchObject({ operation: "getChatsSettings", status: 504, fault: "504 text/html" })
    expect(bob?.id).toEqual(expect.any(String))
  })
)

it.scopedLive("begins with a seed file, and says what is wrong with one", () =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "emulator-seed-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true }))
    )
    const file = join(folder, "seed.json")
    writeFileSync(file, JSON.stringify({ users: ["Zoe"], rooms: [{ subject: "S", participants: ["Zoe"], count: 2 }] }))
    const child = yield* start("--seed-file", file)
    const text = yield* Effect.promise(async () => {
      const lines: Array<string> = []
      for await (const line of createInterface({ input: child.stdout! })) {
        lines.push(line)
        if (line.includes("token")) break
      }
      return lines.join("\n")
    })
    expect(text).toContain("User Zoe: id")
    expect(text).toMatch(/export GENESYS_CLOUD_API_URL=http:\/\/127\.0\.0\.1:\d+\n/)
    writeFileSync(file, JSON.stringify({ rooms: [{ subject: "S", participants: [] }] }))
    const wrong = yield* start("--seed-file", file)
    const exit = Effect.promise(() => once(wrong, "exit"))
    expect(yield* firstLine(wrong.stderr)).toMatch(/^--seed-file: rooms\.0\.participants/)
    expect((yield* exit)[0]).toBe(2)
  })
)

it.scopedLive("takes all options as JSON; flags go first", () =>
  Effect.gen(function* () {
    const options = { orgName: "initech", clientId: "json", events: { drop: 0.5 }, directory: { groupJids: false } }
    const child = yield* start("--json", "--client-id", "flag", "--options", JSON.stringify(options))
    const facts = yield* Schema.decode(Facts)(yield* firstLine(child.stdout))
    expect(facts.clientId).toBe("flag")
    const { json } = yield* sendFetch(facts.url, { path: "/emulator/state" })
    expect(json.users[0].jid).toMatch(/@initech\.orgspan\.com$/)
    const wrong = yield* start("--options", '{"events":{"drop":2}}')
    const exit = Effect.promise(() => once(wrong, "exit"))
    expect(yield* firstLine(wrong.stderr)).toBe("emulator: events.drop must be a number from 0 to 1, but is 2")
    expect((yield* exit)[0]).toBe(2)
  })
)

describe("what is wrong with a plan or an option is said where it is", () => {
  const cases: ReadonlyArray<readonly [plan: unknown, message: string]> = [
    [[{ status: 99 }], "0.status Expected a number between 200 and 599, actual 99"],
    [{ for: "Post", plan: [] }, 'for the name of an endpoint, "token", "event", or a method in capitals'],
    [[{ stat: 503 }], '0.stat is unexpected: expected "status" or "retryAfter" or '],
    [[{ html: 503, x: 1 }], "0.x is unexpected: expected "],
    [[503], "0 is not valid: 503"],
    [{ random: { rate: 0.5 } }, "random.seed or random.faults is missing"],
    [{ random: { seed: 1, rate: 7, faults: ["pass"] } }, "random.rate Expected a number between 0 and 1, actual 7"],
    ["x", 'is not valid: "x"']
  ]
  for (const [plan, message] of cases) {
    it(JSON.stringify(plan), () => {
      const decoded = Schema.decodeUnknownEither(PlanJson, { errors: "all", onExcessProperty: "error" })(plan)
      const issues = Either.isLeft(decoded) ? issuesOf(decoded.left) : []
      expect(describeIssues(issues)).toContain(message)
    })
  }
})

it.scopedLive("says what is wrong with its arguments", () =>
  Effect.gen(function* () {
    const child = yield* start("--port", "x")
    const exit = Effect.promise(() => once(child, "exit"))
    expect(yield* firstLine(child.stderr)).toBe("--port must be a whole number, not x")
    expect((yield* exit)[0]).toBe(2)
  })
)
