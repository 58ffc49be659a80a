/** Every status with every kind of body: both clients say the same of it, and the status alone decides on the error. */
import { describe, expect, it } from "vitest"
import type { Json } from "./driver/protocol.js"
import { useListener } from "./harness/listener.js"
import { majors } from "./harness/majors.js"
import { inOwnWords, useDrivers } from "./harness/matrix.js"

const driver = useDrivers()
const listen = useListener()

const json = {
  message: "Something is wrong",
  code: "some.code",
  status: 999,
  messageParams: { id: "1", list: [1, 2] },
  contextId: "d2b6c1c0-52a7-4d52-8a0e-4c1f0f7f0a10",
  details: [{ errorCode: "e", fieldName: "f", entityId: 1, entityName: null }],
  errors: [{ message: "inner", code: "inner.code" }],
  limit: { key: "k", namespace: "something.new", value: 1 }
}

const bodies: { readonly [kind: string]: readonly [type: string, body: string] } = {
  JSON: ["application/json", JSON.stringify(json)],
  "JSON of other types": ["application/json", JSON.stringify({ message: 1, code: null, errors: "e", details: {} })],
  "JSON that is no object": ["application/json", "[1]"],
  "JSON without a type": ["", JSON.stringify(json)],
  HTML: ["text/html", "<html><body><h1>Gateway</h1></body></html>"],
  empty: ["application/json", ""],
  truncated: ["application/json", JSON.stringify(json).slice(0, 60)],
  "bytes that are no text": ["application/json", "\xff\xfe\x00"]
}

const tags: { readonly [status: number]: string } = {
  200: "DecodeError",
  202: "DecodeError",
  302: "UnexpectedStatus",
  304: "UnexpectedStatus",
  400: "BadRequest",
  401: "Unauthorized",
  402: "UnexpectedStatus",
  403: "Forbidden",
  404: "NotFound",
  408: "RequestTimeout",
  409: "Conflict",
  413: "ContentTooLarge",
  415: "UnsupportedMediaType",
  418: "UnexpectedStatus",
  429: "TooManyRequests",
  500: "InternalServerError",
  501: "UnexpectedStatus",
  502: "UnexpectedStatus",
  503: "ServiceUnavailable",
  504: "GatewayTimeout",
  599: "UnexpectedStatus"
}

describe.each(["fetch", "layerUndici", "undici"] as const)("over %s", (transport) => {
  it.each(Object.entries(tags))("%s is %s, whatever the body", async (status, tag) => {
    const url = await listen((request, response) => {
      const kind = decodeURIComponent(request.url?.split("/").at(-1) ?? "")
      const [type, body] = bodies[kind] ?? ["", ""]
      request.resume()
      const headers = { "inin-correlation-id": "c0ffee", ...(type === "" ? {} : { "content-type": type }) }
      response.writeHead(Number(status), { ...headers, location: "/elsewhere" }).end(Buffer.from(body, "latin1"))
    })
    const replies = await Promise.all(
      majors.map(async (major) => {
        const client = await driver(major).client({
          url,
          credentials: { token: "b3arer-0f-some-length" },
          transport,
          retry: "none"
        })
        const all = Object.keys(bodies).map(
          async (kind): Promise<readonly [string, Json]> => [
            kind,
            await client.call("getChatsMessage", { messageId: kind })
          ]
        )
        return Promise.all(all)
      })
    )
    const expected = { error: { _tag: tag, ...(tag === "DecodeError" ? {} : { status: Number(status) }) } }
    for (const [kind, reply] of replies[0] ?? []) expect(reply, kind).toMatchObject(expected)
    for (const of of replies) expect(inOwnWords(of)).toEqual(inOwnWords(replies[0]))
  })
})
