import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Chats, Endpoint } from "effect-genesys-chats"
import { identifier, parametersOf } from "./utils/ast.js"
import { type EndpointFacts, endpointFacts, facts, successReply } from "./utils/facts.js"
import { clientOver, scripted, token } from "./utils/http.js"
import { call, inputs, type Name, samples } from "./utils/samples.js"

describe("Chats declares what the API's facts say, and nothing else", () => {
  it("the endpoints, each under its own name", () => {
    expect(Object.keys(Chats).sort()).toEqual(facts.endpoints.map(({ name }) => name).sort())
    for (const [name, endpoint] of Object.entries(Chats)) {
      expect(Endpoint.isEndpoint(endpoint)).toBe(true)
      expect(endpoint.operation).toBe(name)
      expect(endpoint.name).toBe(name)
    }
  })

  for (const { endpoint, name } of samples) {
    it(name, () => {
      const { inSeed: _, ...expected } = endpointFacts(name)
      expect(described(endpoint)).toEqual({ ...expected, ...deviations[name] })
    })
  }

  it("what is not idempotent", () => {
    const notIdempotent = samples.filter(({ endpoint }) => !endpoint.idempotent).map(({ name }) => name)
    expect(notIdempotent.sort()).toEqual(["postChatsRoomMessages", "postChatsRooms", "postChatsUserMessages"])
  })

  it("path and body have no field of the same name", () => {
    for (const { endpoint } of samples) {
      const names = [endpoint.pathParameters, endpoint.query, endpoint.body?.fields ?? {}].flatMap(Object.keys)
      expect(new Set(names).size).toBe(names.length)
    }
  })
})

/** `getChatsUserMessages` is declared to return one message, its twins return a listing. */
const deviations: { readonly [K in Name]?: Partial<EndpointFacts> } = {
  getChatsUserMessages: { success: { status: 200, body: "ChatMessageListingOrMessage" } }
}

const identifierOf = (schema: Schema.Schema.AnyNoContext | undefined): string | null =>
  schema === undefined ? null : (identifier(schema.ast) ?? null)

const described = (endpoint: Endpoint.Endpoint.Any): Omit<EndpointFacts, "inSeed"> => ({
  name: endpoint.operation,
  method: endpoint.method,
  path: endpoint.path,
  pathParameters: Object.keys(endpoint.pathParameters),
  query: parametersOf(Schema.Struct(endpoint.query).ast),
  body: identifierOf(endpoint.body),
  success: { status: endpoint.success === undefined ? 204 : 200, body: identifierOf(endpoint.success) },
  errors: endpoint.statuses,
  permissionsAnyOf: endpoint.permissions
})

describe("every endpoint, sent with all of its fields", () => {
  for (const { endpoint, input, name } of samples) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const http = scripted(() => successReply(name))
        const value = yield* Effect.provide(call(endpoint, input), clientOver(http))
        const [request, ...more] = http.requests
        expect(more).toEqual([])
        expect(request?.method).toBe(endpointFacts(name).method)
        expect(request?.url.href).toBe(`https://api.mypurecloud.de${expectedPath(name)}`)
        expect(request?.headers).toMatchObject({ accept: "application/json", authorization: `Bearer ${token}` })
        if (endpointFacts(name).body === null) {
          expect(request?.body).toBe("")
          expect(request?.headers["content-type"]).toBeUndefined()
        } else {
          expect(JSON.parse(request?.body ?? "")).toEqual(expectedBody(name))
          expect(request?.headers["content-type"]).toBe("application/json")
        }
        if (endpointFacts(name).success.body === null) expect(value).toBeUndefined()
        else expect(value).toBeTypeOf("object")
      })
    )
  }
})

const input = (name: Name): { readonly [field: string]: unknown } => ({ ...inputs[name] })

const expectedPath = (name: Name): string => {
  const { path, query } = endpointFacts(name)
  const filled = path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
    const value = input(name)[parameter]
    return encodeURIComponent(Array.isArray(value) ? value.join(",") : String(value))
  })
  if (query.length === 0) return filled
  return `${filled}?${queries[name] ?? "limit=50&before=2026-03-04T05%3A06%3A07.089Z&after=2026-03-01T00%3A00%3A00.000Z&excludeMetadata=false"}`
}

const queries: { readonly [K in Name]?: string } = {
  getChatsRoomParticipants: "notify=false",
  getUsersChatsMe: "excludeClosed=false&includePresence=true&includeRoomOwners=false&after=c%2F1%20%26a%3Db"
}

const expectedBody = (name: Name): unknown => {
  const { pathParameters, query } = endpointFacts(name)
  const elsewhere = new Set([...pathParameters, ...query.map((parameter) => parameter.name)])
  return Object.fromEntries(Object.entries(input(name)).filter(([key]) => !elsewhere.has(key)))
}
