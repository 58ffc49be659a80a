/** Between a process and the service: it sees each request, and may end the process before, in or after it. */
import * as Http from "node:http"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { serve } from "../utils/server.js"

/** Where a request is on its way when it is cut off. */
export type Moment = "before it is sent" | "after it is taken in" | "after the reply"

export interface Seen {
  /** `POST /api/v2/chats/rooms` */
  readonly line: string
  readonly runner: string
}

/** `cut` is asked of each request, and does what ends the process at the moment that it names. */
export const proxy = (
  upstream: string,
  cut: (seen: Seen) => { readonly moment: Moment; readonly end: () => void } | undefined
): Effect.Effect<string, never, Scope.Scope> =>
  serve((request, response) => {
    const plan = cut({ line: `${request.method} ${request.url}`, runner: String(request.headers["x-runner"]) })
    if (plan?.moment === "before it is sent") {
      plan.end()
      request.destroy()
      return
    }
    const { method = "GET", headers } = request
    const forwarded = Http.request(new URL(request.url ?? "/", upstream), { method, headers }, (reply) => {
      const chunks: Array<Buffer> = []
      reply.on("data", (chunk) => chunks.push(chunk))
      reply.on("end", () => {
        if (plan?.moment === "after it is taken in") {
          plan.end()
          response.destroy()
          return
        }
        response.writeHead(reply.statusCode ?? 500, reply.headers)
        response.end(Buffer.concat(chunks), () => {
          if (plan !== undefined) setTimeout(plan.end, 3)
        })
      })
    })
    forwarded.on("error", () => response.destroy())
    request.pipe(forwarded)
  })
