import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type { Issue } from "../ChatsError.js"
import type { Description } from "../Endpoint.js"
import { unsafeInPath } from "./pathSegment.js"

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

const issues = (error: ParseResult.ParseError): ReadonlyArray<Issue> => {
  const all = formatted(error).map((issue) => ({
    path: issue.path.map(String).join("."),
    message: issue.message.length > maxMessage ? `${issue.message.slice(0, maxMessage)}…` : issue.message
  }))
  const told = all.filter((issue) => !isAside(issue))
  return all.filter((issue) => !isAside(issue) || !told.some(({ path }) => `${path}.`.startsWith(`${issue.path}.`)))
}

/** That a field could have been left out says nothing of what is wrong with it. */
const isAside = ({ message }: Issue): boolean => /^Expected (undefined|null), actual /.test(message)

const formatted = (error: ParseResult.ParseError) => {
  try {
    return ParseResult.ArrayFormatter.formatErrorSync(error)
  } catch {
    // a message quotes the value, and one that nests too deep exhausts the stack
    return [{ path: [], message: "is not what the schema says" }]
  }
}

const makeEncode = (endpoint: Description): Codec["encode"] => {
  const bodyFields = endpoint.body?.fields ?? {}
  const input = Schema.Struct({ ...endpoint.pathParameters, ...endpoint.query, ...bodyFields })
  // descriptions say nothing of the fields' types; what encodes to keys is an object
  const encodeInput = Schema.encodeUnknownEither(Schema.make<unknown, EncodedInput>(input.ast), options)
  const segments = endpoint.path.split(/[{}]/)
  const pathNames = Object.keys(endpoint.pathParameters)
  const queryNames = Object.keys(endpoint.query)
  const bodyNames = Object.keys(bodyFields)
  return (input) =>
    Either.flatMap(Either.mapLeft(encodeInput(input), issues), (encoded) => {
      const unfit = unfitForUrl(pathNames, queryNames, encoded)
      if (unfit.length > 0) return Either.left(unfit)
      return Either.right({
        pathAndQuery: segments
          // every other piece of the split template is a parameter's name
          .map((piece, i) => (i % 2 === 0 ? piece : encodeURIComponent(String(encoded[piece]))))
          .join("")
          .concat(query(queryNames, encoded)),
        body: endpoint.body === undefined ? undefined : JSON.stringify(pick(encoded, bodyNames))
      })
    })
}

/** The ids' own schemas refuse such values; those of an endpoint of one's own may not. */
const unfitForUrl = (
  pathNames: ReadonlyArray<string>,
  queryNames: ReadonlyArray<string>,
  encoded: EncodedInput
): ReadonlyArray<Issue> => [
  ...pathNames.flatMap((path) => {
    const message = unsafeInPath(String(encoded[path]))
    return message === undefined ? [] : [{ path, message }]
  }),
  ...queryNames.flatMap((path) =>
    String(encoded[path]).isWellFormed() ? [] : [{ path, message: "must not contain lone surrogates" }]
  )
]

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
