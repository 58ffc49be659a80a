import type { IncomingMessage, ServerResponse } from "node:http"
import { Readable } from "node:stream"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Host } from "../host.js"
import { describeIssues } from "../issue.js"
import { asset, securityHeaders } from "../pageFiles.js"
import type { Service } from "../service.js"
import { Api } from "./api.js"
import { refusal } from "./guard.js"
import { webHandler } from "./webHandler.js"

type Answer = (request: IncomingMessage, response: ServerResponse) => Effect.Effect<void>

/** What answers under `/emulator`: the page, the control API, and its description. */
export const make = (host: Host, service: Service): Effect.Effect<Answer, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => webHandler(host, service)),
      ({ dispose }) => Effect.promise(dispose)
    ),
    ({ handler }): Answer =>
      (request, response) => {
        const [path = ""] = (request.url ?? "").split("?")
        const refused = refusal(request)
        if (refused !== undefined) return send(response, 403, text, refused)
        if (!methods.has(request.method ?? "")) return send(response, 405, text, `There is no ${request.method} here`)
        if (request.method === "GET" && path === "/emulator") {
          return Effect.sync(() => void response.writeHead(308, { location: "/emulator/" }).end())
        }
        if (request.method === "GET" && path === "/emulator/openapi.json") {
          return Effect.suspend(() => send(response, 200, "application/json", JSON.stringify(OpenApi.fromApi(Api))))
        }
        const name = path === "/emulator/" ? "index.html" : path.slice("/emulator/".length)
        return Effect.flatMap(asset(name), (found) =>
          found === undefined || request.method !== "GET"
            ? bridge(handler, request, response)
            : send(response, 200, found.type, found.body)
        )
      }
  )

const text = "text/plain; charset=utf-8"

const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "DELETE"])

const send = (response: ServerResponse, status: number, type: string, body: string | Uint8Array): Effect.Effect<void> =>
  Effect.sync(() => {
    response.writeHead(status, { ...securityHeaders, "content-type": type }).end(body)
  })

/** Gives a request to a handler of the web's requests, and what it answers to the socket; who goes away ends it. */
const bridge = (
  handler: (request: Request) => Promise<Response>,
  request: IncomingMessage,
  response: ServerResponse
): Effect.Effect<void> =>
  Effect.promise(async (signal) => {
    const reads = request.method === "GET" || request.method === "HEAD"
    const body = reads ? undefined : await bytesOf(request)
    if (!reads && body === undefined) {
      response
        .writeHead(413, { ...securityHeaders, "content-type": text, connection: "close" })
        .end(`A body may have ${mostBytes} bytes`)
      return
    }
    const web = new Request(`http://${request.headers.host}${request.url}`, {
      method: request.method ?? "GET",
      headers: Object.entries(request.headers).flatMap(
        ([name, value]): Array<[string, string]> => (typeof value === "string" ? [[name, value]] : [])
      ),
      ...(body === undefined ? {} : { body }),
      signal
    })
    const answer = await explained(request, body, await handler(web))
    response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...securityHeaders })
    if (answer.body === null) {
      response.end()
      return
    }
    response.flushHeaders()
    const reader = answer.body.getReader()
    signal.addEventListener("abort", () => void reader.cancel().catch(() => {}), { once: true })
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (!response.write(next.value)) await new Promise((resolve) => response.once("drain", resolve))
    }
    response.end()
  })

/** Every refusal says why: what the API itself refuses has no words of its own. */
const explained = async (
  request: IncomingMessage,
  body: ArrayBuffer | undefined,
  answer: Response
): Promise<Response> => {
  if (answer.status < 400 || answer.status > 499) return answer
  const reply = await answer.text()
  const message =
    reply === ""
      ? answer.status === 404
        ? `There is no ${request.method} ${request.url}: see /emulator/openapi.json`
        : notJson(body)
      : issuesOf(reply)
  const tag = answer.status === 404 ? "NotFound" : "Refused"
  return message === undefined
    ? new Response(reply, { status: answer.status, headers: answer.headers })
    : Response.json({ _tag: tag, message }, { status: answer.status })
}

const notJson = (body: ArrayBuffer | undefined): string => {
  try {
    JSON.parse(new TextDecoder().decode(body))
    return "The request is not as the API has it"
  } catch (error) {
    return `The body is no JSON: ${error instanceof Error ? error.message : String(error)}`
  }
}

const decodeFailure = Schema.decodeOption(
  Schema.parseJson(
    Schema.Struct({
      _tag: Schema.Literal("HttpApiDecodeError"),
      issues: Schema.Array(
        Schema.Struct({
          _tag: Schema.String,
          path: Schema.Array(Schema.Union(Schema.String, Schema.Number)),
          message: Schema.String
        })
      )
    })
  )
)

const issuesOf = (reply: string): string | undefined =>
  Option.match(decodeFailure(reply), {
    onNone: () => undefined,
    onSome: ({ issues }) =>
      describeIssues(
        issues.map(({ _tag, ...issue }) => ({
          kind: _tag === "Missing" || _tag === "Unexpected" ? _tag : "Wrong",
          ...issue
        }))
      )
  })

/** The most that is taken in: a seed file of a large org. */
const mostBytes = 67_108_864

/** `undefined` where it is more; the rest is read and thrown away, so that the answer gets through. */
const bytesOf = async (request: IncomingMessage): Promise<ArrayBuffer | undefined> => {
  const chunks: Array<Uint8Array> = []
  let size = 0
  for await (const chunk of Readable.from(request)) {
    if (!(chunk instanceof Uint8Array)) continue
    size += chunk.byteLength
    if (size <= mostBytes) chunks.push(chunk)
  }
  return size > mostBytes ? undefined : new Uint8Array(Buffer.concat(chunks)).buffer
}
