import { readFileSync } from "node:fs"
import { parseArgs } from "node:util"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { issuesOf } from "../../internal/effect/issues.js"
import type { Host } from "../emulator/host.js"
import * as Inspect from "../emulator/inspect.js"
import { describeIssues } from "../emulator/issue.js"
import type { UserRecord } from "../emulator/model.js"
import type { Options } from "../emulator/options.js"
import { OptionsJson, settingsOf } from "../emulator/optionsSchema.js"
import { plant, SeedFile } from "../emulator/seedFile.js"
import type { User } from "../emulator/service.js"
import { type Started, startServer } from "../emulator/start.js"
import * as Faults from "../faults/Faults.js"
import { Plan } from "../faults/planJson.js"
import { readRecording } from "./readRecording.js"
import { CommandError, run, UsageError, wholeNumber } from "./run.js"

const usage = `Usage: effect-genesys-chats emulator [options]

  --port <number>            0 (default) is a free one
  --host <address>           default 127.0.0.1
  --state <file>             keeps what is there in a file: it is there again after a restart, and after a crash
  --seed-file <file>         users, rooms and messages to begin with, as JSON; not where --state has a state already
  --users <number>           users to add to an org that has none, default 2
  --faults <plan>            failures, as JSON: '[{"status":503}]', or a file that holds it; none ends those that
                             --state kept
  --rate-limit <number>      requests a minute and token, default 300, 0 is unlimited
  --token-lifetime <seconds> default 86400
  --client-id <id>           default emulator-client
  --client-secret <secret>   default emulator-secret
  --seed <number>            of ids and tokens, default 0
  --options <options>        all else that Emulator.Options has, as JSON: '{"events":{"drop":0.1}}', or a file that holds
                             it; the flags above go first
  --replay <recording>       answers the API as was recorded; what was not is 501, and says what differs
  --compare <recording>      says where its answers differ from recorded ones, and ends
  --json                     says where it listens as one line of JSON
  --help`

const options = {
  port: { type: "string", default: "0" },
  host: { type: "string", default: "127.0.0.1" },
  state: { type: "string" },
  "seed-file": { type: "string" },
  users: { type: "string" },
  faults: { type: "string" },
  "rate-limit": { type: "string" },
  "token-lifetime": { type: "string" },
  "client-id": { type: "string" },
  "client-secret": { type: "string" },
  seed: { type: "string" },
  options: { type: "string" },
  replay: { type: "string" },
  compare: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false }
} as const

const names = ["Alice", "Bob", "Carol", "Dave", "Erin", "Frank"]

export const main = (args: ReadonlyArray<string>): Promise<void> => run("emulator", Effect.scoped(program(args)))

const program = (args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { values } = yield* Effect.try({
      try: () => parseArgs({ args: [...args], options }),
      catch: (error) => new UsageError({ message: error instanceof Error ? error.message : String(error) })
    })
    if (values.help) return yield* Console.log(usage)
    const given = values.options === undefined ? {} : yield* json("options", OptionsJson, values.options)
    const number = (flag: "rate-limit" | "token-lifetime" | "seed") =>
      values[flag] === undefined ? Effect.as(Effect.void, undefined) : wholeNumber(flag, values[flag])
    const requests = yield* number("rate-limit")
    const seconds = yield* number("token-lifetime")
    const emulatorOptions: Options = {
      ...given,
      clientId: values["client-id"] ?? given.clientId,
      clientSecret: values["client-secret"] ?? given.clientSecret,
      rateLimit: requests === 0 ? "unlimited" : requests === undefined ? given.rateLimit : { requests },
      tokenLifetime: seconds === undefined ? given.tokenLifetime : Duration.seconds(seconds),
      seed: (yield* number("seed")) ?? given.seed,
      faults: values.faults === undefined ? undefined : yield* faultsOf(values.faults),
      replay: values.replay === undefined ? given.replay : yield* readRecording(values.replay)
    }
    const port = yield* wholeNumber("port", values.port)
    if (port > 65_535) return yield* new UsageError({ message: `--port must be at most 65535, not ${port}` })
    const users = values.users === undefined ? undefined : yield* wholeNumber("users", values.users)
    const seed = values["seed-file"] === undefined ? undefined : yield* json("seed-file", SeedFile, values["seed-file"])
    settingsOf("emulator", emulatorOptions)
    if (values.compare !== undefined) {
      if (emulatorOptions.replay !== undefined) {
        return yield* new UsageError({ message: "--compare asks the emulator itself: leave --replay out" })
      }
      const { compare } = yield* Effect.promise(() => import("./compare.js"))
      return yield* compare(values.compare, emulatorOptions)
    }
    const begin = (host: Host) => {
      if (seed !== undefined) plant(host, seed)
      const wanted = users ?? (seed?.users === undefined ? 2 : 0)
      plant(host, { users: Array.from({ length: wanted }, (_, index) => names[index] ?? `User ${index + 1}`) })
      // what is printed below is good after a reset too
      for (const { id } of peopleOf(host)) tokenOf(host, id)
    }
    const serverOptions = { ...emulatorOptions, port, host: values.host, stateFile: values.state }
    const started = yield* Effect.mapError(
      startServer(serverOptions, begin),
      (error) => new CommandError({ message: error.message })
    )
    const facts = factsOf(started)
    yield* Console.log(values.json ? JSON.stringify(facts) : describe(facts))
    return yield* Effect.never
  })

const faultsOf = (argument: string) =>
  argument.trim() === "none" ? Effect.succeed(Faults.none) : json("faults", Plan, argument)

/** JSON in the argument itself, or in the file that it names. */
const json = <A, I>(flag: string, schema: Schema.Schema<A, I>, argument: string) =>
  Effect.gen(function* () {
    const inline = /^\s*[[{"]/.test(argument)
    const text = inline
      ? argument
      : yield* Effect.try({
          try: () => readFileSync(argument, "utf8"),
          catch: (error) =>
            new UsageError({ message: `--${flag}: ${error instanceof Error ? error.message : String(error)}` })
        })
    const decoded = Schema.decodeUnknownEither(Schema.parseJson(schema), { onExcessProperty: "error", errors: "all" })(
      text
    )
    return yield* Either.mapLeft(
      decoded,
      (error) => new UsageError({ message: `--${flag}: ${describeIssues(issuesOf(error))}` })
    )
  })

interface Facts {
  readonly url: string
  readonly page: string
  readonly clientId: string
  readonly clientSecret: string
  readonly bot: User
  readonly users: ReadonlyArray<User & { readonly token: string }>
  readonly environment: Readonly<Record<string, string>>
  /** Whether there was a state to go on with. */
  readonly restored: boolean
}

/** Everyone but the bots. */
const peopleOf = ({ org }: Host): ReadonlyArray<UserRecord> => {
  const bots = new Set([...org.accounts.clients.values()].map(({ botId }) => botId))
  return [...org.accounts.users.values()].filter(({ id }) => !bots.has(id))
}

/** A token of a user, the one of before where it is good for long. */
const tokenOf = (host: Host, userId: string): string => {
  const { accounts, ids, settings } = host.org
  const { clientId, tokenLifetime } = settings
  const soon = host.now() + tokenLifetime / 2
  for (const [value, token] of accounts.accessTokens) {
    const isOurs = token.userId === userId && token.clientId === clientId && token.permissions === undefined
    if (isOurs && token.expiresAt > soon) return value
  }
  const expiresAt = host.now() + tokenLifetime
  const token = accounts.issueAccessToken(ids, { clientId, userId, permissions: undefined, expiresAt })
  host.changed()
  return token
}

const factsOf = ({ host, restored, service }: Started): Facts => {
  const clientSecret = Redacted.value(service.clientSecret)
  const { clientId, url } = service
  return {
    url,
    page: `${url}/emulator/`,
    clientId,
    clientSecret,
    bot: service.bot,
    users: peopleOf(host).map((record) => ({ ...Inspect.user(record), token: tokenOf(host, record.id) })),
    environment: {
      GENESYS_CLOUD_API_URL: url,
      GENESYS_CLOUD_LOGIN_URL: url,
      GENESYS_CLOUD_CLIENT_ID: clientId,
      GENESYS_CLOUD_CLIENT_SECRET: clientSecret
    },
    restored
  }
}

/** So many users are listed; a large org has more. */
const mostListed = 20

const describe = ({ bot, environment, page, restored, url, users }: Facts): string => {
  const { hostname, port } = new URL(url)
  return [
    `Listening on ${url}: API and login`,
    `See what happens at ${page}`,
    ...(restored ? ["Goes on with the state that the file held"] : []),
    "",
    `A program on effect-genesys-chats, posting as user ${bot.id}:`,
    ...Object.entries(environment).map(([name, value]) => `  export ${name}=${quoted(value)}`),
    "",
    "The vendor's SDK for JavaScript:",
    `  client.setGateway({ host: "${hostname}", protocol: "http", port: ${port} })`,
    "The vendor's other SDKs, in the configuration file:",
    `  [gateway]`,
    `  host = ${hostname}`,
    `  protocol = http`,
    `  port = ${port}`,
    "",
    ...users
      .slice(0, mostListed)
      .map(({ id, jid, name, token }) => `User ${name}: id ${id}, jid ${jid}\n  token ${token}`),
    ...(users.length > mostListed
      ? [
          `and ${users.length - mostListed} users more: ${url}/emulator/state lists them, POST /emulator/tokens gives tokens`
        ]
      : [])
  ].join("\n")
}

/** As a shell takes it for one word. */
const quoted = (value: string): string =>
  /^[\w./:@[\]-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`
