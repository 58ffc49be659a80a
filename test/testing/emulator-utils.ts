/**
 * Raw requests to an emulator, in memory or over a socket, and a check of its replies against the
 * facts of the API: nothing of the client takes part.
 */
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import { type Field, facts, type Shape } from "../utils/facts.js"

export interface Raw {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS"
  readonly path: string
  readonly token?: string | Redacted.Redacted
  /** A value is sent as JSON, text and bytes as they are. */
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

export interface Reply {
  readonly status: number
  readonly headers: Record<string, string>
  readonly text: string
  /** The body as JSON, or `undefined`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  readonly json: any
}

const encodeBody = (body: unknown): string | Uint8Array | undefined =>
  body === undefined || typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body)

const headersOf = ({ body, headers, token }: Raw): Record<string, string> => ({
  ...(token === undefined
    ? {}
    : { authorization: `Bearer ${Redacted.isRedacted(token) ? Redacted.value(token) : token}` }),
  ...(body === undefined ? {} : { "content-type": "application/json" }),
  ...headers
})

const reply = (status: number, headers: Record<string, string>, text: string): Reply => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = undefined
  }
  return { status, headers, text, json }
}

/** Sends a request to the emulator without a socket. */
export const send = (emulator: Emulator.Service, raw: Raw): Effect.Effect<Reply, unknown> =>
  Effect.gen(function* () {
    const body = encodeBody(raw.body)
    const { "content-type": type, ...headers } = headersOf(raw)
    const base = HttpClientRequest.make(raw.method ?? "GET")(`http://any.example${raw.path}`).pipe(
      HttpClientRequest.setHeaders(headers)
    )
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body
    const request = bytes === undefined ? base : HttpClientRequest.bodyUint8Array(base, bytes, type ?? "none/none")
    const response = yield* emulator.httpClient.execute(request)
    return reply(response.status, { ...response.headers }, yield* response.text)
  })

/** Sends a request to a server with plain `fetch`. */
export const sendFetch = (url: string, raw: Raw): Effect.Effect<Reply, unknown> =>
  Effect.tryPromise(async (signal) => {
    const body = encodeBody(raw.body)
    // @effect-diagnostics-next-line globalFetchInEffect:off
    const response = await fetch(url + raw.path, {
      method: raw.method ?? "GET",
      headers: headersOf(raw),
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : new Uint8Array(body) }),
      signal
    })
    return reply(response.status, Object.fromEntries(response.headers), await response.text())
  })

export const basic = (id: string, secret: string | Redacted.Redacted): Record<string, string> => ({
  authorization: `Basic ${btoa(`${id}:${Redacted.isRedacted(secret) ? Redacted.value(secret) : secret}`)}`
})

/** A request to the token endpoint. */
export const tokenRequest = (form: Record<string, string>, headers: Record<string, string> = {}): Raw => ({
  method: "POST",
  path: "/oauth/token",
  body: new URLSearchParams(form).toString(),
  headers: { "content-type": "application/x-www-form-urlencoded", ...headers }
})

/** What of a reply is not as the facts say of a definition; empty when all is. */
export const violations = (definition: string, value: unknown, path = definition): ReadonlyArray<string> => {
  const fields = facts.definitions[definition]
  if (fields === undefined) return [`no definition ${definition}`]
  if (!Predicate.isRecord(value)) return [`${path} is no object`]
  return [
    ...Object.keys(value)
      .filter((name) => !(name in fields))
      .map((name) => `${path}.${name} is not declared`),
    ...Object.entries(fields).flatMap(([name, field]) => fieldViolations(field, value[name], `${path}.${name}`))
  ]
}

const fieldViolations = (field: Field, value: unknown, path: string): ReadonlyArray<string> =>
  value === undefined ? (field.required ? [`${path} is missing`] : []) : shapeViolations(field, value, path)

const shapeViolations = (shape: Shape, value: unknown, path: string): ReadonlyArray<string> => {
  if ("ref" in shape) return violations(shape.ref, value, path)
  if ("arrayOf" in shape) {
    return Array.isArray(value)
      ? value.flatMap((item, index) => shapeViolations(shape.arrayOf, item, `${path}[${index}]`))
      : [`${path} is no array`]
  }
  if ("mapOf" in shape) {
    return Predicate.isRecord(value)
      ? Object.entries(value).flatMap(([key, item]) => shapeViolations(shape.mapOf, item, `${path}.${key}`))
      : [`${path} is no map`]
  }
  if (shape.type === "integer") return Number.isInteger(value) ? [] : [`${path} is no integer`]
  if (typeof value !== shape.type) return [`${path} is no ${shape.type}`]
  if (shape.enum !== undefined && !shape.enum.some((known) => known === value)) return [`${path} is ${String(value)}`]
  const isDate = typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)
  return shape.format === "date-time" && !isDate ? [`${path} is no date: ${String(value)}`] : []
}

/** What of an error reply is not as the API has it, its status and code among them. */
export const errorViolations = ({ headers, json, status }: Reply): ReadonlyArray<string> => [
  ...violations("ErrorBody", json),
  ...(json?.status === status ? [] : [`status ${json?.status} in the body of a ${status}`]),
  ...(json?.contextId === headers["inin-correlation-id"] ? [] : ["contextId is not the correlation id"]),
  ...(codes(status).includes(json?.code) ? [] : [`code ${json?.code} is none of ${status}`])
]

const codes = (status: number): ReadonlyArray<string> => [
  ...(facts.errorCodes[String(status)] ?? []),
  // said in prose only: it takes a user's token
  ...(status === 401 ? ["credentials.expired"] : []),
  ...(status === 405 ? ["method.not.allowed"] : [])
]

/** An org with three users, a room of two of them, and a way to send as each. */
export const smallOrg = (options?: Emulator.Options) =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.make(options)
    const alice = yield* emulator.addUser({ name: "Alice" })
    const bob = yield* emulator.addUser({ name: "Bob" })
    const carol = yield* emulator.addUser({ name: "Carol" })
    const roomJid = yield* emulator.addRoom({ subject: "Incident", participants: [alice.id, bob.id] })
    const as = (token: Redacted.Redacted) => (method: NonNullable<Raw["method"]>, path: string, body?: unknown) =>
      send(emulator, { method, path: `/api/v2/chats${path}`, token, ...(body === undefined ? {} : { body }) })
    return {
      emulator,
      alice,
      bob,
      carol,
      roomJid,
      room: `/rooms/${encodeURIComponent(roomJid)}`,
      asAlice: as(yield* emulator.issueToken(alice.id)),
      asBob: as(yield* emulator.issueToken(bob.id)),
      asCarol: as(yield* emulator.issueToken(carol.id))
    }
  })
