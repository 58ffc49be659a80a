/**
 * `npm run emulator -- --port 0`: an emulator as a process of its own, for programs in any
 * language. It says where it listens and what to log in with, and runs until it is told to end.
 */

import { parseArgs } from "node:util"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Emulator from "../../src/testing/emulator/Emulator.js"

const usage = `Usage: emulator [options]

  --port <number>            0 (default) is a free one
  --host <address>           default 127.0.0.1
  --client-id <id>           default emulator-client
  --client-secret <secret>   default emulator-secret
  --users <number>           users to add, default 2
  --rate-limit <number>      requests a minute and token, default 300, 0 is unlimited
  --token-lifetime <seconds> default 86400
  --seed <number>            of ids and tokens, default 0
  --json                     say it as one line of JSON
  --help`

const options = {
  port: { type: "string", default: "0" },
  host: { type: "string", default: "127.0.0.1" },
  "client-id": { type: "string", default: "emulator-client" },
  "client-secret": { type: "string", default: "emulator-secret" },
  users: { type: "string", default: "2" },
  "rate-limit": { type: "string", default: "300" },
  "token-lifetime": { type: "string", default: "86400" },
  seed: { type: "string", default: "0" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false }
} as const

class UsageError extends Data.TaggedError("UsageError")<{ readonly message: string }> {}

const program = Effect.gen(function* () {
  const { values } = yield* Effect.try({
    try: () => parseArgs({ options }),
    catch: (error) => new UsageError({ message: error instanceof Error ? error.message : String(error) })
  })
  if (values.help) return yield* Console.log(usage)
  const requests = yield* count("rate-limit", values["rate-limit"])
  const users = yield* count("users", values.users)
  const layer = Emulator.layerServer({
    port: yield* count("port", values.port),
    host: values.host,
    clientId: values["client-id"],
    clientSecret: values["client-secret"],
    rateLimit: requests === 0 ? "unlimited" : { requests },
    tokenLifetime: `${yield* count("token-lifetime", values["token-lifetime"])} seconds`,
    seed: yield* count("seed", values.seed)
  })
  return yield* Effect.provide(run(users, values.json), layer)
})

const run = (users: number, json: boolean) =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.Emulator
    const people = yield* Effect.forEach(Array.from({ length: users }), () =>
      Effect.gen(function* () {
        const user = yield* emulator.addUser()
        return { ...user, token: Redacted.value(yield* emulator.issueToken(user.id)) }
      })
    )
    const facts = {
      url: emulator.url,
      clientId: emulator.clientId,
      clientSecret: Redacted.value(emulator.clientSecret),
      bot: emulator.bot,
      users: people
    }
    yield* Console.log(json ? JSON.stringify(facts) : describe(facts))
    return yield* Effect.never
  })

const describe = (facts: {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly bot: Emulator.User
  readonly users: ReadonlyArray<Emulator.User & { readonly token: string }>
}): string =>
  [
    `Listening on ${facts.url}: API and login`,
    `Client ${facts.clientId} with secret ${facts.clientSecret}, posting as user ${facts.bot.id}`,
    ...facts.users.map(({ id, jid, name, token }) => `User ${name}: id ${id}, jid ${jid}, token ${token}`)
  ].join("\n")

const count = (name: string, text: string): Effect.Effect<number, UsageError> =>
  /^\d+$/.test(text)
    ? Effect.succeed(Number(text))
    : new UsageError({ message: `--${name} must be a whole number, not ${text}` })

const fiber = Effect.runFork(
  Effect.catchAll(program, (error) =>
    Effect.zipRight(
      Console.error(`${error.message}\n\n${usage}`),
      Effect.sync(() => {
        process.exitCode = 2
      })
    )
  )
)

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => Effect.runFork(Fiber.interrupt(fiber)))
}
