import * as Either from "effect/Either"
import * as Schema from "effect/Schema"

/** A header line, and then a line for each exchange: what was recorded before a crash is there. */
export const Header = Schema.Struct({
  format: Schema.Literal("effect-genesys-chats/recording"),
  version: Schema.Literal(1),
  /** Whether ids, names and texts were replaced. */
  pseudonymised: Schema.Boolean
})

const ExchangeSchema = Schema.Struct({
  operation: Schema.optional(Schema.String),
  request: Schema.Struct({
    method: Schema.String,
    path: Schema.String,
    query: Schema.Record({ key: Schema.String, value: Schema.String }),
    body: Schema.optional(Schema.Unknown)
  }),
  /** Left out where no reply came. */
  reply: Schema.optional(
    Schema.Struct({
      status: Schema.Int,
      headers: Schema.Record({ key: Schema.String, value: Schema.String }),
      body: Schema.optional(Schema.Unknown)
    })
  )
})

/**
 * A request, and what was answered.
 *
 * @since 0.1.0
 * @category models
 */
export interface Exchange extends Schema.Schema.Type<typeof ExchangeSchema> {}

/**
 * What a real org answered, in the order of the requests.
 *
 * @since 0.1.0
 * @category models
 */
export interface Recording {
  /** Whether ids, names and texts were replaced. */
  readonly pseudonymised: boolean
  readonly exchanges: ReadonlyArray<Exchange>
}

/** As an option of the emulator. */
export const RecordingSchema = Schema.Struct({
  pseudonymised: Schema.Boolean,
  exchanges: Schema.Array(ExchangeSchema)
})

const encodeHeader = Schema.encodeSync(Schema.parseJson(Header))
const encodeExchange = Schema.encodeSync(Schema.parseJson(ExchangeSchema))
const decodeHeader = Schema.decodeEither(Schema.parseJson(Header))
const decodeExchange = Schema.decodeEither(Schema.parseJson(ExchangeSchema))

/** A recorded body as it goes over the wire: text is no JSON there. */
export const bodyText = (body: unknown): string | undefined =>
  body === undefined || typeof body === "string" ? body : JSON.stringify(body)

export const headerLine = (pseudonymised: boolean): string =>
  `${encodeHeader({ format: "effect-genesys-chats/recording", version: 1, pseudonymised })}\n`

export const exchangeLine = (exchange: Exchange): string => `${encodeExchange(exchange)}\n`

/** What is wrong is said in one line; a last line that is half there is left out. */
export const parseLines = (text: string): Either.Either<Recording, string> => {
  const [first = "", ...lines] = text.split("\n")
  const header = decodeHeader(first)
  if (Either.isLeft(header)) return Either.left("this is no recording, or of another version")
  const exchanges: Array<Exchange> = []
  for (const [index, line] of lines.entries()) {
    if (line === "") continue
    const exchange = decodeExchange(line)
    if (Either.isRight(exchange)) exchanges.push(exchange.right)
    else if (index < lines.length - 1) return Either.left(`line ${index + 2} of the recording is broken`)
  }
  return Either.right({ pseudonymised: header.right.pseudonymised, exchanges })
}
