import * as Either from "effect/Either"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type { Issue } from "../ChatsError.js"
import type { Description } from "../declaration.js"
import { issuesOf } from "../internal/effect/issues.js"
import { typed } from "../internal/effect/schema.js"
import { unsafeInPath } from "../internal/pathSegment.js"
import { wholeBodyOf } from "../internal/wholeBody.js"
import { failed, taker } from "./compile.js"
import { fallbackOf } from "./otherwise.js"

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

/** A message about a value can quote the value, which may be long. */
const maxMessage = 300

/** What is wrong, without an unbounded quotation of the value. */
export const issues = (error: ParseResult.ParseError): ReadonlyArray<Issue> => {
  const all = formatted(error).map((issue) => ({
    path: issue.path.map(String).join("."),
    message: issue.message.length > maxMessage ? `${issue.message.slice(0, maxMessage)}…` : issue.message
  }))
  const told = all.filter((issue) => !isAside(issue))
  return all.filter((issue) => !isAside(issue) || !told.some(({ path }) => `${path}.`.startsWith(`${issue.path}.`)))
}

/** That a field could have been left out says nothing of what is wrong with it. */
const isAside = ({ message }: Issue): boolean => /^Expected (undefined|null)(, actual |$)/.test(message)

const formatted = (error: ParseResult.ParseError) => {
  try {
    return issuesOf(error)
  } catch {
    // a message quotes the value, and one that nests too deep exhausts the stack
    return [{ path: [], message: "is not what the schema says" }]
  }
}

/** An input is told of all that is wrong with it. */
const ofInputs: SchemaAST.ParseOptions = { errors: "all" }

const makeEncode = (endpoint: Description): Codec["encode"] => {
  const bodyFields = endpoint.body?.fields ?? {}
  const { ast } = Schema.Struct({ ...endpoint.pathParameters, ...endpoint.query, ...bodyFields })
  // descriptions say nothing of the fields' types; what encodes to keys is an object
  const encode = Schema.encodeUnknownEither(typed<unknown, EncodedInput>(ast), ofInputs)
  const segments = endpoint.path.split(/[{}]/)
  const pathNames = Object.keys(endpoint.pathParameters)
  const queryNames = Object.keys(endpoint.query)
  const bodyNames = Object.keys(bodyFields)
  const whole = endpoint.body === undefined ? undefined : wholeBodyOf(endpoint.body.ast)
  const toRequest = (encoded: EncodedInput): ReturnType<Codec["encode"]> => {
    const unfit = unfitForUrl(pathNames, queryNames, encoded)
    if (unfit.length > 0) return Either.left(unfit)
    const url = pathAndQuery(segments, queryNames, encoded)
    if (endpoint.body === undefined) return Either.right({ pathAndQuery: url, body: undefined })
    const sent = whole === undefined ? pick(encoded, bodyNames) : encoded[whole]
    return Either.right({ pathAndQuery: url, body: JSON.stringify(sent) })
  }
  if (pathNames.length + queryNames.length + bodyNames.length === 0) {
    const request = toRequest({})
    // where there is nothing to say, nothing said is wrong
    return () => request
  }
  return (input) => Either.flatMap(Either.mapLeft(encode(input), issues), toRequest)
}

interface EncodedInput {
  readonly [key: string]: unknown
}

/** The ids' own schemas refuse such values; those of your own endpoints may not. */
const unfitForUrl = (
  pathNames: ReadonlyArray<string>,
  queryNames: ReadonlyArray<string>,
  encoded: EncodedInput
): ReadonlyArray<Issue> => {
  const unfit: Array<Issue> = []
  for (const path of pathNames) {
    const message = unsafeInPath(String(encoded[path]))
    if (message !== undefined) unfit.push({ path, message })
  }
  for (const path of queryNames) {
    if (!String(encoded[path]).isWellFormed()) unfit.push({ path, message: "must not contain lone surrogates" })
  }
  return unfit
}

/** Every other piece of the split template is a parameter's name. */
const pathAndQuery = (
  segments: ReadonlyArray<string>,
  queryNames: ReadonlyArray<string>,
  encoded: EncodedInput
): string => {
  let text = ""
  for (let i = 0; i < segments.length; i++) {
    const piece = segments[i]!
    text += i % 2 === 0 ? piece : encodeURIComponent(String(encoded[piece]))
  }
  let mark = "?"
  for (const name of queryNames) {
    const value = encoded[name]
    if (value === undefined) continue
    text += `${mark}${name}=${encodeURIComponent(String(value))}`
    mark = "&"
  }
  return text
}

const pick = (encoded: EncodedInput, names: ReadonlyArray<string>): EncodedInput => {
  const picked: { [key: string]: unknown } = {}
  for (const name of names) {
    const value = encoded[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}

const makeDecode = (endpoint: Description): Codec["decode"] => {
  const { success } = endpoint
  if (success === undefined) return () => Either.void
  const quickly = taker(success.ast, {})
  return (text) => {
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      const message = text.trim() === "" ? "the body is empty" : `the body is not JSON (${text.length} characters)`
      return Either.left([{ path: "", message }])
    }
    const value = quickly(json)
    if (value !== failed) return Either.right(value)
    // what was taken is spoilt
    return Either.mapLeft(Schema.decodeUnknownEither(fallbackOf(success.ast) ?? success)(JSON.parse(text)), issues)
  }
}
