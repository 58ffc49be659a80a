import type { IncomingMessage, ServerResponse } from "node:http"
import { Readable } from "node:stream"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Host } from "../host.js"
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
        if (refused !== undefined) return send(response, 403, "text/plain; charset=utf-8", refused)
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
    const web = new Request(`http://${request.headers.host}${request.url}`, {
      method: request.method ?? "GET",
      headers: Object.entries(request.headers).flatMap(
        ([name, value]): Array<[string, string]> => (typeof value === "string" ? [[name, value]] : [])
      ),
      ...(reads ? {} : { body: await bytesOf(request) }),
      signal
    })
    const answer = await handler(web)
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

/** The most that is taken in: a seed file of a large org. */
const mostBytes = 67_108_864

const bytesOf = async (request: IncomingMessage): Promise<ArrayBuffer> => {
  const chunks: Array<Uint8Array> = []
  let size = 0
  for await (const chunk of Readable.from(request)) {
    if (!(chunk instanceof Uint8Array)) continue
    size += chunk.byteLength
    if (size > mostBytes) throw new Error("The body is too large")
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks)).buffer
}
