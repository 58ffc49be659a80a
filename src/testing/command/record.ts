import { closeSync, fstatSync, openSync, writeSync } from "node:fs"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { parseArgs } from "node:util"
import * as Console from "effect/Console"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { Exchanges, type Raw } from "../recorder/exchange.js"
import { Pseudonyms } from "../recorder/pseudonyms.js"
import { exchangeLine, headerLine } from "../recorder/recording.js"
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

export const main = (args: ReadonlyArray<string>): Promise<void> => run("record", Effect.scoped(program(args)))

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
    const exchanges = new Exchanges(values["keep-names"] ? undefined : new Pseudonyms())
    const failed = yield* Deferred.make<never, CommandError>()
    const server = yield* Effect.acquireRelease(
      Effect.sync(() =>
        createServer((request, response) => {
          const to = request.url?.startsWith("/oauth/") ? login : api
          forward(request, response, to, (raw) => void writeSync(file, exchangeLine(exchanges.of(raw)))).catch(
            (error: unknown) => Deferred.unsafeDone(failed, new CommandError({ message: `${out}: ${reason(error)}` }))
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
    return yield* Deferred.await(failed)
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

/** Hands a request on and its reply back, and what went by to `record`, which alone makes it fail. */
const forward = async (
  request: IncomingMessage,
  response: ServerResponse,
  to: string,
  record: (raw: Raw) => void
): Promise<void> => {
  const headers = Object.entries(request.headers).flatMap(
    ([name, value]): Array<[string, string]> =>
      typeof value === "string" && !hopByHop.has(name) ? [[name, value]] : []
  )
  const method = request.method ?? "GET"
  const url = URL.canParse(`${to}${request.url}`) ? new URL(`${to}${request.url}`) : new URL(to)
  const body = await bytesOf(request).catch(() => undefined)
  // who asked has gone
  if (body === undefined) return
  const sent = { method, url, headers: Object.fromEntries(headers), body }
  const answer = await answerOf(url, method, headers, body).catch((error: unknown) => {
    process.stderr.write(`${method} ${url.origin}${url.pathname}: no reply: ${reason(error)}\n`)
    return undefined
  })
  record({ sent, reply: answer })
  if (answer === undefined) request.socket.destroy()
  else response.writeHead(answer.status, answer.headers).end(answer.body)
}

const bytesOf = async (request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Array<Uint8Array> = []
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

const answerOf = async (
  url: URL,
  method: string,
  headers: ReadonlyArray<[string, string]>,
  body: Uint8Array<ArrayBuffer>
) => {
  const reads = method === "GET" || method === "HEAD"
  const answer = await fetch(url, {
    method,
    headers: [...headers],
    redirect: "manual",
    ...(reads || body.byteLength === 0 ? {} : { body })
  })
  return {
    status: answer.status,
    headers: Object.fromEntries([...answer.headers].filter(([name]) => !hopByHop.has(name))),
    body: new Uint8Array(await answer.arrayBuffer())
  }
}

/** `fetch` says why in the cause. */
const reason = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
