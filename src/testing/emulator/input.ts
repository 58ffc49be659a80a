import * as Either from "effect/Either"
import type * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { issuesOf } from "../../internal/effect/issues.js"
import { shapeOf } from "../../internal/effect/schema.js"
import * as Refusal from "./Refusal.js"
import type { Match } from "./routes.js"
import { maxBodyBytes, mediaType, type WireRequest } from "./wire.js"

type Fields = Record<string, unknown>
type Checked<A> = Either.Either<A, Refusal.Refusal>

/** The flat input of an operation, checked as a server checks: by its own rules, not by the client's. */
export const decode = (match: Match, request: WireRequest): Checked<Fields> =>
  Either.gen(function* () {
    const body = yield* bodyFields(match, request)
    const path = yield* pathFields(match)
    const query = yield* queryFields(match, request)
    return { ...body, ...query, ...path }
  })

const pathFields = ({ route, values }: Match): Checked<Fields> => {
  const fields: Fields = {}
  for (const [index, name] of route.parameters.entries()) {
    const value = readerOf(pathParameters, route.operation, name)(name, values[index] ?? "")
    if (Either.isLeft(value)) return Either.left(value.left)
    fields[name] = value.right
  }
  return Either.right(fields)
}

/** A parameter of one value that is given twice counts once, the first time. */
const queryFields = ({ route }: Match, request: WireRequest): Checked<Fields> => {
  const given = new URLSearchParams(request.query)
  const fields: Fields = {}
  for (const name of Object.keys(route.endpoint.query)) {
    const texts = given.getAll(name)
    if (texts[0] === undefined) continue
    // a list is joined by commas, as the vendor's SDK does it, or repeated
    const text = lists.has(name) ? texts.join(",") : texts[0]
    const value = readerOf(queryParameters, route.operation, name)(name, text)
    if (Either.isLeft(value)) return Either.left(value.left)
    fields[name] = value.right
  }
  return Either.right(fields)
}

/** An endpoint with a parameter that has no rule here is a mistake of the emulator. */
const readerOf = (readers: ReadonlyMap<string, Reader>, operation: string, name: string): Reader => {
  const read = readers.get(`${operation} ${name}`) ?? readers.get(name)
  if (read === undefined) throw new Error(`The emulator has no rule for the parameter ${name}`)
  return read
}

type Reader = (name: string, text: string) => Checked<unknown>

const id: Reader = (name, text) =>
  /\p{Cc}/u.test(text)
    ? Refusal.invalid("invalid.value", name, "must not contain control characters")
    : Either.right(text)

/** Several ids joined by commas; none of them may be empty. */
const ids: Reader = (name, text) => {
  const list = text.split(",")
  return list.includes("") ? Refusal.invalid("invalid.value", name, "must be ids joined by commas") : Either.right(list)
}

const count: Reader = (name, text) =>
  /^[1-9]\d{0,8}$/.test(text)
    ? Either.right(Number(text))
    : Refusal.invalid("invalid.query.param.value", name, "must be a whole number from 1")

const boolean: Reader = (name, text) =>
  text === "true" || text === "false"
    ? Either.right(text === "true")
    : Refusal.invalid("invalid.query.param.value", name, "must be true or false")

const oneOf =
  (...values: ReadonlyArray<string>): Reader =>
  (name, text) =>
    values.includes(text)
      ? Either.right(text)
      : Refusal.invalid("invalid.query.param.value", name, `must be one of ${values.join(", ")}`)

/** The one form of date the API has; a date that the calendar lacks is refused. */
const date: Reader = (name, text) => {
  const wellFormed = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(text)
  const millis = wellFormed ? Date.parse(text) : Number.NaN
  return !Number.isNaN(millis) && new Date(millis).toISOString() === text
    ? Either.right(text)
    : Refusal.invalid("invalid.date", name, "must be an ISO-8601 date as yyyy-MM-ddTHH:mm:ss.SSSZ")
}

const pathParameters: ReadonlyMap<string, Reader> = new Map([
  ["roomJid", id],
  ["userId", id],
  ["participantJid", id],
  ["messageId", id],
  ["pinnedMessageId", id],
  ["threadId", id],
  ["messageIds", ids],
  ["groupId", id]
])

const lists: ReadonlySet<string> = new Set(["id", "jabberId"])

const queryParameters: ReadonlyMap<string, Reader> = new Map([
  ["limit", count],
  ["before", date],
  ["after", date],
  ["excludeMetadata", boolean],
  ["notify", boolean],
  ["preserveIdleTTL", boolean],
  ["excludeClosed", boolean],
  ["includePresence", boolean],
  ["includeRoomOwners", boolean],
  ["getUsersChatsMe after", id],
  ["id", ids],
  ["jabberId", ids],
  ["pageSize", count],
  ["pageNumber", count],
  ["state", oneOf("active", "inactive", "deleted", "any")]
])

/** Size, media type, JSON, then the shape of the endpoint's declared body; a handler checks the limits. */
const bodyFields = ({ route }: Match, request: WireRequest): Checked<Fields> => {
  if (request.body.byteLength > maxBodyBytes) return Refusal.contentTooLarge(maxBodyBytes)
  const { body } = route.endpoint
  if (body === undefined) return Either.right({})
  if (request.body.byteLength === 0) return Refusal.badRequest("The request has no body")
  const contentType = request.headers["content-type"]
  if (mediaType(contentType) !== "application/json") return Refusal.unsupportedMediaType(contentType)
  const json = parseJson(request.body)
  if (json === undefined) return Refusal.badRequest("The request body is not well-formed JSON")
  const shape = Schema.decodeUnknownEither(shapeOf(body))(json.value)
  return Either.isLeft(shape) ? malformed(shape.left) : Either.right(fieldsOf(shape.right))
}

const parseJson = (bytes: Uint8Array): { readonly value: unknown } | undefined => {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
    return { value }
  } catch {
    return undefined
  }
}

const malformed = (error: ParseResult.ParseError): Checked<never> => {
  const [issue] = issuesOf(error)
  const field = issue === undefined || issue.path.length === 0 ? "body" : issue.path.map(String).join(".")
  return issue?.kind === "Missing"
    ? Refusal.invalid("invalid.property", field, "is required")
    : Refusal.invalid("invalid.property", field, "has the wrong type")
}

/** `null` counts as left out. */
const fieldsOf = (value: unknown): Fields =>
  Predicate.isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null)) : {}
