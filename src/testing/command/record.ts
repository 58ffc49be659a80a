import { closeSync, fstatSync, openSync, writeSync } from "node:fs"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { parseArgs } from "node:util"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { exchangeOf } from "../recorder/exchange.js"
import { Pseudonyms } from "../recorder/pseudonyms.js"
import { exchangeLine, headerLine } from "../recorder/recording.js"
import { Secrets } from "../recorder/Secrets.js"
import { CommandError, run, UsageError, wholeNumber } from "./run.js"

const usage = `Usage: effect-genesys-chats record --to <url> --out <file> [options]

  --to <url>      the API to record, as https://api.mypurecloud.de
  --login <url>   the login host, for a program that logs in through this proxy; default: that of --to
  --out <file>    where the recording goes; it must not be there yet
  --port <number> 0 (default) is a free one; it listens on 127.0.0.1
  --keep-names    ids, names and texts as they are. Secrets are never recorded
  --help`

const options = {
  to: { type: "string" },
  login: { type: "string" },
  out: { type: "string" },
  port: { type: "string", default: "0" },
  "keep-names": { type: "boolean", default: false },
  help: { type: "boolean", default: false }
} as const

export const main = (args: ReadonlyArray<string>): Promise<void> => run(usage, Effect.scoped(program(args)))

const program = (args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { values } = yield* Effect.try({
      try: () => parseArgs({ args: [...args], options }),
      catch: (error) => new UsageError({ message: error instanceof Error ? error.message : String(error) })
    })
    if (values.help) return yield* Console.log(usage)
    const api = yield* origin("to", values.to)
    const login = yield* origin("login", values.login ?? api.replace("://api.", "://login."))
    const { out } = values
    if (out === undefined) return yield* new UsageError({ message: "--out is missing" })
    const port = yield* wholeNumber("port", values.port)
    const file = yield* Effect.acquireRelease(
      Effect.try({
        try: () => openSync(out, "ax", 0o600),
        catch: (error) => new CommandError({ message: error instanceof Error ? error.message : String(error) })
      }),
      (file) => Effect.sync(() => closeSync(file))
    )
    if (fstatSync(file).size === 0) writeSync(file, headerLine(!values["keep-names"]))
    const pseudonyms = values["keep-names"] ? undefined : new Pseudonyms()
    const secrets = new Secrets()
    const server = yield* Effect.acquireRelease(
      Effect.sync(() =>
        createServer((request, response) => {
          forward(request, response, request.url?.startsWith("/oauth/") ? login : api).then(
            (raw) => {
              secrets.learn(raw)
              writeSync(file, exchangeLine(exchangeOf(raw, pseudonyms, secrets.redact)))
            },
            () => request.socket.destroy()
          )
        })
      ),
      (server) =>
        Effect.async<void>((resume) => {
          server.close(() => resume(Effect.void))
          server.closeAllConnections()
        })
    )
    const bound = yield* Effect.async<number, CommandError>((resume) => {
      server.once("error", ({ message }) => resume(new CommandError({ message })))
      server.listen(port, "127.0.0.1", () => {
        const address: AddressInfo | string | null = server.address()
        resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : port))
      })
    })
    yield* Console.log(
      [
        `Records ${api} into ${out} until it is ended; point a program at it:`,
        `  export GENESYS_CLOUD_API_URL=http://127.0.0.1:${bound}`,
        `  export GENESYS_CLOUD_LOGIN_URL=http://127.0.0.1:${bound}`
      ].join("\n")
    )
    return yield* Effect.never
  })

const origin = (flag: string, text: string | undefined): Effect.Effect<string, UsageError> => {
  if (text === undefined) return new UsageError({ message: `--${flag} is missing` })
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol)
    ? Effect.succeed(url.origin)
    : new UsageError({ message: `--${flag} must be a URL as https://api.mypurecloud.de, not ${text}` })
}

/** Headers of one connection, and what `fetch` sets itself. */
const hopByHop: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "transfer-encoding",
  "upgrade"
])

const forward = async (request: IncomingMessage, response: ServerResponse, to: string) => {
  const chunks: Array<Uint8Array> = []
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk)
  const body = new Uint8Array(Buffer.concat(chunks))
  const headers = Object.entries(request.headers).flatMap(
    ([name, value]): Array<[string, string]> =>
      typeof value === "string" && !hopByHop.has(name) ? [[name, value]] : []
  )
  const url = new URL(`${to}${request.url ?? "/"}`)
  const method = request.method ?? "GET"
  const answer = await fetch(url, {
    method,
    headers,
    redirect: "manual",
    ...(method === "GET" || method === "HEAD" ? {} : { body })
  })
  const reply = new Uint8Array(await answer.arrayBuffer())
  const replied = Object.fromEntries([...answer.headers].filter(([name]) => !hopByHop.has(name)))
  response.writeHead(answer.status, replied).end(reply)
  return {
    sent: { method, url, headers: Object.fromEntries(headers), body },
    reply: { status: answer.status, headers: replied, body: reply }
  }
}
