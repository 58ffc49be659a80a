/**
 * What Effect 4 calls the same thing: modules, exports of modules, members of types. What changes its
 * shape stands in `rules/`, what changes its meaning in `src/internal/effect` and `src/effect4`.
 */

type Names = Readonly<Record<string, string>>

/** Modules that moved. `@effect/platform/X` is `effect/http/X` where nothing else is said. */
export const modules: Names = {
  "effect/ConfigError": "effect/Config",
  "effect/Either": "effect/Result",
  "effect/MetricBoundaries": "effect/Metric",
  "effect/TestClock": "effect/testing/TestClock",
  "@effect/platform/FileSystem": "effect/FileSystem",
  "@effect/platform/HttpApi": "effect/http-api/HttpApi",
  "@effect/platform/HttpApiBuilder": "effect/http-api/HttpApiBuilder",
  "@effect/platform/HttpApiEndpoint": "effect/http-api/HttpApiEndpoint",
  "@effect/platform/HttpApiGroup": "effect/http-api/HttpApiGroup",
  "@effect/platform/HttpApiSchema": "effect/http-api/HttpApiSchema",
  "@effect/platform/OpenApi": "effect/http-api/OpenApi",
  "@effect/platform/Socket": "effect/socket/Socket",
  "@effect/platform/UrlParams": "effect/http/UrlParams"
}

/** Namespaces that are called after their module, and so by its new name. */
export const spaces: Names = { ConfigError: "Config", Either: "Result" }

/** Exports, by the module of Effect 3 that they are from. */
export const exports: Readonly<Record<string, Names>> = {
  "@effect/platform/HttpApiEndpoint": { del: "delete" },
  "effect/Array": { isNonEmptyReadonlyArray: "isReadonlyArrayNonEmpty", isNonEmptyArray: "isArrayNonEmpty" },
  "effect/Cause": {
    failureOption: "findErrorOption",
    isDie: "hasDies",
    isInterrupted: "hasInterrupts",
    isInterruptedOnly: "hasInterruptsOnly"
  },
  "effect/Chunk": { unsafeFromArray: "fromArrayUnsafe" },
  "effect/Clock": { currentTimeNanos: "monotonicTimeNanos" },
  "effect/Config": {
    boolean: "Boolean",
    date: "Date",
    duration: "Duration",
    integer: "Int",
    literal: "Literal",
    logLevel: "LogLevel",
    nonEmptyString: "NonEmptyString",
    number: "Number",
    port: "Port",
    redacted: "Redacted",
    string: "String",
    url: "URL"
  },
  "effect/Context": { unsafeGet: "getUnsafe", unsafeMake: "makeUnsafe", Tag: "Key", GenericTag: "Service" },
  "effect/DateTime": { unsafeMake: "makeUnsafe", unsafeNow: "nowUnsafe" },
  "effect/Deferred": { unsafeDone: "doneUnsafe" },
  "effect/Duration": {
    DurationInput: "Input",
    decode: "fromInputUnsafe",
    decodeUnknown: "fromInput",
    greaterThan: "isGreaterThan",
    greaterThanOrEqualTo: "isGreaterThanOrEqualTo",
    lessThan: "isLessThan",
    lessThanOrEqualTo: "isLessThanOrEqualTo"
  },
  "effect/Effect": {
    async: "callback",
    catchAll: "catch",
    catchAllCause: "catchCause",
    catchAllDefect: "catchDefect",
    contextWithEffect: "contextWith",
    either: "result",
    fork: "forkChild",
    forkDaemon: "forkDetach",
    mapInputContext: "updateContext",
    orElse: "catch",
    tapErrorCause: "tapCause",
    withFiberRuntime: "withFiber",
    zipRight: "andThen"
  },
  "effect/Either": {
    Either: "Result",
    getRight: "getSuccess",
    getLeft: "getFailure",
    isEither: "isResult",
    isLeft: "isFailure",
    isRight: "isSuccess",
    left: "fail",
    mapLeft: "mapError",
    right: "succeed"
  },
  "effect/Exit": { isInterrupted: "hasInterrupts" },
  "effect/Fiber": { RuntimeFiber: "Fiber" },
  "effect/Layer": {
    scoped: "effect",
    scopedContext: "effectContext",
    scopedDiscard: "effectDiscard",
    tapErrorCause: "tapCause",
    unwrapEffect: "unwrap",
    unwrapScoped: "unwrap"
  },
  "effect/MetricBoundaries": { exponential: "exponentialBoundaries" },
  "effect/Option": { fromNullable: "fromNullishOr" },
  "effect/Predicate": { isRecord: "isObject", isObject: "isObjectKeyword" },
  "effect/Schema": {
    DateTimeUtc: "DateTimeUtcFromString",
    DateTimeUtcFromSelf: "DateTimeUtc",
    RedactedFromSelf: "Redacted",
    annotations: "annotate",
    decode: "decodeEffect",
    decodeEither: "decodeResult",
    decodeUnknown: "decodeUnknownEffect",
    decodeUnknownEither: "decodeUnknownResult",
    encode: "encodeEffect",
    encodeEither: "encodeResult",
    encodeUnknown: "encodeUnknownEffect",
    encodeUnknownEither: "encodeUnknownResult",
    encodedSchema: "toEncoded",
    typeSchema: "toType",
    parseJson: "fromJsonString"
  },
  "effect/SchemaAST": {
    TupleType: "Arrays",
    TypeLiteral: "Objects",
    encodedAST: "toEncoded",
    isTupleType: "isArrays",
    isTypeLiteral: "isObjects",
    isUndefinedKeyword: "isUndefined",
    typeAST: "toType"
  },
  "effect/Random": { nextRange: "nextBetween" },
  "effect/Scope": { CloseableScope: "Closeable", extend: "provide" },
  "effect/Stream": {
    catchAll: "catch",
    provideSomeLayer: "provide",
    unwrapScoped: "unwrap",
    flattenIterables: "flattenIterable",
    runForEachChunk: "runForEachArray"
  }
}

/**
 * Exports that stand in another module: as `module.name` of Effect 3, with the module, its namespace and the name.
 * A module of ours is named by its path.
 */
export const moved: Readonly<Record<string, readonly [module: string, space: string, name: string]>> = {
  "effect/Effect.clock": ["effect/Clock", "Clock", "Clock"],
  "effect/Effect.intoDeferred": ["effect/Deferred", "Deferred", "into"],
  "effect/Effect.makeLatch": ["effect/Latch", "Latch", "make"],
  "effect/Effect.makeSemaphore": ["effect/Semaphore", "Semaphore", "make"],
  "effect/Effect.unsafeMakeLatch": ["effect/Latch", "Latch", "makeUnsafe"],
  "effect/Effect.unsafeMakeSemaphore": ["effect/Semaphore", "Semaphore", "makeUnsafe"],
  "effect/Encoding.decodeBase64": ["effect/encoding/Base64", "Base64", "decode"],
  "effect/Encoding.decodeBase64String": ["effect/encoding/Base64", "Base64", "decodeString"],
  "effect/Encoding.encodeBase64": ["effect/encoding/Base64", "Base64", "encode"],
  "effect/Encoding.encodeBase64Url": ["effect/encoding/Base64Url", "Base64Url", "encode"],
  "effect/Encoding.encodeHex": ["effect/encoding/Hex", "Hex", "encode"],
  "effect/Schema.BooleanFromString": ["src/internal/effect/schema.js", "Schemas", "BooleanFromString"],
  "effect/ParseResult.ParseError": ["effect/Schema", "Schema", "SchemaError"]
}

/** Members, as `module#type::member` of Effect 3. */
export const members: Names = {
  "effect/Clock#Clock::unsafeCurrentTimeMillis": "currentTimeMillisUnsafe",
  "effect/Clock#Clock::unsafeCurrentTimeNanos": "monotonicTimeNanosUnsafe",
  "effect/Context#Context::unsafeMap": "mapUnsafe",
  "effect/DateTime#Utc::epochMillis": "epochMilliseconds",
  "effect/Either#Left::left": "failure",
  "effect/Either#Right::right": "success",
  "effect/Fiber#RuntimeFiber::currentContext": "context",
  "effect/Fiber#RuntimeFiber::unsafePoll": "pollUnsafe",
  "effect/Effect#Latch::unsafeClose": "closeUnsafe",
  "effect/Effect#Latch::unsafeOpen": "openUnsafe"
}
