import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import { addEqualityTesters, describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FastCheck from "effect/FastCheck"
import * as JSONSchema from "effect/JSONSchema"
import * as Schema from "effect/Schema"
import { ChatsError } from "effect-genesys-chats"
import { facts, statuses } from "./utils/facts.js"

addEqualityTesters()

const classNames: { readonly [status: number]: string } = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  408: "RequestTimeout",
  409: "Conflict",
  413: "ContentTooLarge",
  415: "UnsupportedMediaType",
  429: "TooManyRequests",
  500: "InternalServerError",
  503: "ServiceUnavailable",
  504: "GatewayTimeout"
}

/** Each class with as few fields as it takes. */
const few: ReadonlyArray<ChatsError.ChatsError> = [
  new ChatsError.BadRequest(),
  new ChatsError.Unauthorized(),
  new ChatsError.Forbidden(),
  new ChatsError.NotFound(),
  new ChatsError.RequestTimeout(),
  new ChatsError.Conflict(),
  new ChatsError.ContentTooLarge(),
  new ChatsError.UnsupportedMediaType(),
  new ChatsError.TooManyRequests(),
  new ChatsError.InternalServerError(),
  new ChatsError.ServiceUnavailable(),
  new ChatsError.GatewayTimeout(),
  new ChatsError.UnexpectedStatus({ status: 502 }),
  new ChatsError.InvalidRequest({ issues: [] }),
  new ChatsError.TransportError({ reason: "Refused", mayHaveArrived: false }),
  new ChatsError.DecodeError({ status: 200, issues: [] }),
  new ChatsError.CredentialsError({ reason: "InvalidClient" })
]

const json = (error: ChatsError.ChatsError): unknown =>
  JSON.parse(JSON.stringify(Schema.encodeSync(ChatsError.ChatsError)(error)))

describe("classes", () => {
  it("there is one for each status of the API, and each is listed", () => {
    expect(Object.keys(ChatsError.byStatus).map(Number).sort()).toEqual([...statuses].sort())
    for (const status of Object.keys(ChatsError.byStatus).map(Number) as Array<ChatsError.Status>) {
      const Class = ChatsError.byStatus[status]
      const error = new Class()
      expect(error._tag).toBe(classNames[status])
      expect(error.status).toBe(status)
      expect(ChatsError.isStatusError(error)).toBe(true)
    }
    expect(few.map(({ _tag }) => _tag).sort()).toEqual(
      ChatsError.ChatsError.members.map((member) => member._tag).sort()
    )
  })

  for (const error of few) {
    it.effect(`${error._tag} takes few fields, is an error, is yieldable and can be caught by its tag`, () =>
      Effect.gen(function* () {
        expect(error).toBeInstanceOf(Error)
        expect(error.message).not.toBe("")
        expect(error.attempts).toBe(["InvalidRequest", "CredentialsError"].includes(error._tag) ? 0 : 1)
        expect(ChatsError.isChatsError(error)).toBe(true)
        const failing: Effect.Effect<never, ChatsError.ChatsError> = Effect.gen(function* () {
          yield* Effect.void
          return yield* error
        })
        expect(yield* Effect.flip(failing)).toBe(error)
        const caught = yield* failing.pipe(
          Effect.catchTag(error._tag, ({ _tag }) => Effect.succeed(`caught ${_tag}`)),
          Effect.either
        )
        expect(caught).toMatchObject({ right: `caught ${error._tag}` })
        expect(Cause.pretty(Cause.fail(error))).toContain(error.message)
        expect(String(error)).toContain(error.message)
      })
    )

    it(`${error._tag} comes back from JSON`, () => {
      const back = Schema.decodeUnknownSync(ChatsError.ChatsError)(json(error))
      expect(back).toBeInstanceOf(error.constructor)
      expect(back).toEqual(error)
      expect(json(back)).toEqual(json(error))
    })
  }

  it("status errors carry every field of ErrorBody", () => {
    for (const error of few.filter(ChatsError.isStatusError)) {
      const member = ChatsError.ChatsError.members.find(({ _tag }) => _tag === error._tag)
      expect(Object.keys(member?.fields ?? {})).toEqual(
        expect.arrayContaining([...Object.keys(facts.definitions["ErrorBody"] ?? {}), "correlationId", "body"])
      )
      expect(Object.keys(member?.fields ?? {}).includes("retryAfter")).toBe(
        error.status === 429 || error.status === 503
      )
    }
  })

  it("every error says which call it ended, and after how many attempts", () => {
    for (const member of ChatsError.ChatsError.members) {
      expect(Object.keys(member.fields)).toEqual(
        expect.arrayContaining(["operation", "method", "path", "attempts", "priorOutcome", "gaveUp", "message"])
      )
    }
  })

  it("a class refuses fields of the wrong type", () => {
    expect(() => new ChatsError.NotFound({ status: 500 as 404 })).toThrow()
    expect(() => new ChatsError.NotFound({ attempts: 0.5 })).toThrow()
  })
})

describe("as the errors of one's own HTTP API", () => {
  it("each has a JSON schema with every field", () => {
    for (const member of ChatsError.ChatsError.members) {
      const schema = JSONSchema.make(Schema.make(member.ast))
      expect(schema).toMatchObject({ type: "object", required: expect.arrayContaining(["_tag"]) })
      expect("properties" in schema ? Object.keys(schema.properties).sort() : []).toEqual(
        Object.keys(member.fields).sort()
      )
    }
  })

  it("OpenAPI describes an endpoint that passes them on", () => {
    const endpoint = HttpApiEndpoint.get("room", "/room")
      .addError(ChatsError.NotFound, { status: 404 })
      .addError(ChatsError.TooManyRequests, { status: 429 })
    const { components, paths } = OpenApi.fromApi(HttpApi.make("api").add(HttpApiGroup.make("rooms").add(endpoint)))
    const responses = paths["/room"]?.get?.responses ?? {}
    const described = (status: number) =>
      JSON.stringify(responses[status]).replace(/\{"\$ref":"#\/components\/schemas\/([^"]+)"\}/g, (_, name: string) =>
        JSON.stringify(components.schemas[name])
      )
    expect(described(404)).toContain('"_tag":{"type":"string","enum":["NotFound"]}')
    expect(described(429)).toContain('"_tag":{"type":"string","enum":["TooManyRequests"]}')
  })
})

describe("as JSON", () => {
  const text = FastCheck.string({ unit: "binary" })
  const filled = FastCheck.record({
    message: text,
    operation: text,
    code: text,
    contextId: text,
    correlationId: text,
    entityId: text,
    entityName: text,
    messageWithParams: text,
    body: text,
    messageParams: FastCheck.dictionary(
      text.filter((key) => key !== "__proto__"),
      FastCheck.oneof(text, FastCheck.integer(), FastCheck.boolean(), FastCheck.constant(null))
    ),
    attempts: FastCheck.nat(),
    priorOutcome: FastCheck.constantFrom(...ChatsError.Outcome.literals),
    gaveUp: FastCheck.constantFrom(...ChatsError.GaveUp.literals),
    details: FastCheck.array(FastCheck.record({ errorCode: text, fieldName: text }, { requiredKeys: [] })),
    errors: FastCheck.array(
      FastCheck.record({ message: text, errors: FastCheck.array(FastCheck.record({ code: text })) })
    ),
    limit: FastCheck.record({ key: text, namespace: text, value: FastCheck.integer() }, { requiredKeys: [] })
  })

  it.prop("any error comes back, with all that it says", [filled, FastCheck.nat()], ([fields, wait]) => {
    const retryAfter = Duration.millis(wait)
    for (const error of [
      new ChatsError.NotFound(fields),
      new ChatsError.TooManyRequests({ ...fields, retryAfter }),
      new ChatsError.ServiceUnavailable({ ...fields, retryAfter }),
      new ChatsError.UnexpectedStatus({ ...fields, status: 502 })
    ]) {
      expect(Schema.decodeUnknownSync(ChatsError.ChatsError)(json(error))).toEqual(error)
      expect(json(error)).toMatchObject({ ...fields, _tag: error._tag })
    }
  })

  it("a wait comes back in milliseconds", () => {
    const error = new ChatsError.TooManyRequests({ retryAfter: Duration.seconds(42) })
    expect(json(error)).toMatchObject({ retryAfter: 42_000 })
    expect(Schema.decodeUnknownSync(ChatsError.ChatsError)(json(error))).toEqual(error)
  })
})

describe("guards", () => {
  it("know what is an error of this library", () => {
    for (const other of [undefined, null, 5, new Error("x"), { _tag: "NotFound", status: 404 }, Exit.void]) {
      expect(ChatsError.isChatsError(other)).toBe(false)
      expect(ChatsError.isStatusError(other)).toBe(false)
    }
    const withoutStatus = few.filter((error) => !ChatsError.isStatusError(error)).map(({ _tag }) => _tag)
    expect(withoutStatus).toEqual(["InvalidRequest", "TransportError", "DecodeError", "CredentialsError"])
  })
})

describe("outcome: may the action have happened?", () => {
  const own: { readonly [tag: string]: ChatsError.Outcome } = {
    BadRequest: "Rejected",
    Unauthorized: "Rejected",
    Forbidden: "Rejected",
    NotFound: "Rejected",
    RequestTimeout: "Rejected",
    Conflict: "Rejected",
    ContentTooLarge: "Rejected",
    UnsupportedMediaType: "Rejected",
    TooManyRequests: "Rejected",
    InternalServerError: "Unknown",
    ServiceUnavailable: "Unknown",
    GatewayTimeout: "Unknown",
    UnexpectedStatus: "Unknown",
    InvalidRequest: "NotSent",
    TransportError: "NotSent",
    DecodeError: "Unknown",
    CredentialsError: "NotSent"
  }

  it("of one attempt", () => {
    for (const error of few) expect([error._tag, ChatsError.outcome(error)]).toEqual([error._tag, own[error._tag]])
    const lost = new ChatsError.TransportError({ reason: "Reset", mayHaveArrived: true })
    expect(ChatsError.outcome(lost)).toBe("Unknown")
    expect(ChatsError.outcome(new ChatsError.UnexpectedStatus({ status: 302 }))).toBe("Unknown")
    expect(ChatsError.outcome(new ChatsError.UnexpectedStatus({ status: 418 }))).toBe("Rejected")
    expect(ChatsError.outcome(new ChatsError.UnexpectedStatus({ status: 502 }))).toBe("Unknown")
    // no permit came in time: the status is told, and was never answered
    expect(ChatsError.outcome(new ChatsError.TooManyRequests({ sent: false }))).toBe("NotSent")
  })

  it("of a call is the worst of its attempts", () => {
    const order: ReadonlyArray<ChatsError.Outcome> = ["NotSent", "Rejected", "Unknown"]
    for (const priorOutcome of order) {
      const of = (outcome: ChatsError.Outcome) => order[Math.max(order.indexOf(outcome), order.indexOf(priorOutcome))]
      const notSent = new ChatsError.TransportError({ reason: "Refused", mayHaveArrived: false, priorOutcome })
      expect(ChatsError.outcome(notSent)).toBe(of("NotSent"))
      expect(ChatsError.outcome(new ChatsError.Conflict({ priorOutcome }))).toBe(of("Rejected"))
      expect(ChatsError.outcome(new ChatsError.GatewayTimeout({ priorOutcome }))).toBe("Unknown")
    }
  })
})
