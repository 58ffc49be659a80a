import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type { Issue } from "../ChatsError.js"
import type { Description } from "../Endpoint.js"

/** What is sent: path with its query, and the body's JSON. */
export interface Encoded {
  readonly pathAndQuery: string
  readonly body: string | undefined
}

/** An endpoint's schemas, compiled. */
export interface Codec {
  readonly encode: (input: unknown) => Either.Either<Encoded, ReadonlyArray<Issue>>
  readonly decode: (text: string) => Either.Either<unknown, ReadonlyArray<Issue>>
}

const codecs = new WeakMap<Description, Codec>()

/** The codec of an endpoint, compiled when it is first used. */
export const codecOf = (endpoint: Description): Codec => {
  const known = codecs.get(endpoint)
  if (known !== undefined) return known
  const codec: Codec = { encode: makeEncode(endpoint), decode: makeDecode(endpoint) }
  codecs.set(endpoint, codec)
  return codec
}

const options: SchemaAST.ParseOptions = { errors: "all" }

/** A message about a value can quote the value, which may be long. */
const maxMessage = 300

const issues = (error: ParseResult.ParseError): ReadonlyArray<Issue> =>
  ParseResult.ArrayFormatter.formatErrorSync(error).map((issue) => ({
    path: issue.path.map(String).join("."),
    message: issue.message.length > maxMessage ? `${issue.message.slice(0, maxMessage)}…` : issue.message
  }))

const makeEncode = (endpoint: Description): Codec["encode"] => {
  const bodyFields = endpoint.body?.fields ?? {}
  const input = Schema.Struct({ ...endpoint.pathParameters, ...endpoint.query, ...bodyFields })
  // descriptions say nothing of the fields' types; what encodes to keys is an object
  const encodeInput = Schema.encodeUnknownEither(Schema.make<unknown, EncodedInput>(input.ast), options)
  const segments = endpoint.path.split(/[{}]/)
  const queryNames = Object.keys(endpoint.query)
  const bodyNames = Object.keys(bodyFields)
  return (input) =>
    Either.mapBoth(encodeInput(input), {
      onLeft: issues,
      onRight: (encoded) => ({
        pathAndQuery: segments
          // every other piece of the split template is a parameter's name
          .map((piece, i) => (i % 2 === 0 ? piece : encodeURIComponent(String(encoded[piece]))))
          .join("")
          .concat(query(queryNames, encoded)),
        body: endpoint.body === undefined ? undefined : JSON.stringify(pick(encoded, bodyNames))
      })
    })
}

interface EncodedInput {
  readonly [key: string]: unknown
}

const query = (names: ReadonlyArray<string>, encoded: EncodedInput): string => {
  const pairs = names
    .filter((name) => encoded[name] !== undefined)
    .map((name) => `${name}=${encodeURIComponent(String(encoded[name]))}`)
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`
}

const pick = (encoded: EncodedInput, names: ReadonlyArray<string>) =>
  Object.fromEntries(names.map((name) => [name, encoded[name]]))

const makeDecode = (endpoint: Description): Codec["decode"] => {
  const { success } = endpoint
  if (success === undefined) return () => Either.void
  const decodeJson = Schema.decodeUnknownEither(success)
  return (text) => {
    if (text.trim() === "") return Either.left([{ path: "", message: "the body is empty" }])
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      return Either.left([{ path: "", message: `the body is not JSON (${text.length} characters)` }])
    }
    return Either.mapLeft(decodeJson(json), issues)
  }
}
