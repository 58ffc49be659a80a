/** What tests take from Effect 3 and Effect 4 has in another form, or leaves to its users. */
import * as Arbitrary from "effect/Arbitrary"
import * as ByteSize from "effect/ByteSize"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HashMap from "effect/HashMap"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import type * as Random from "effect/Random"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as FastCheck from "fast-check"
import { it } from "vitest"

/** Interrupts a fiber, and says how it ended. */
export const interrupt = <A, E>(fiber: Fiber.Fiber<A, E>): Effect.Effect<Exit.Exit<A, E>> =>
  Effect.andThen(Fiber.interrupt(fiber), Fiber.await(fiber))

/** Metrics of the effect carry these attributes as well. */
export const tagMetrics = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  tags: Readonly<Record<string, string>>
): Effect.Effect<A, E, R> =>
  Effect.flatMap(Metric.CurrentMetricAttributes, (before) =>
    Effect.provideService(effect, Metric.CurrentMetricAttributes, { ...before, ...tags })
  )

/** The JSON schema by itself, with what it refers to at its side. */
export const jsonSchema = (schema: Schema.Constraint): object => {
  const { definitions, schema: root } = Schema.toJsonSchemaDocument(schema)
  const name = typeof root.$ref === "string" ? root.$ref.split("/").at(-1)?.replaceAll("~1", "/") : undefined
  return (name === undefined ? root : definitions[name]) ?? root
}

const levels: Readonly<Record<string, { readonly _tag: string; readonly label: string }>> = {
  Warn: { _tag: "Warning", label: "WARN" }
}

type Logged = Omit<Parameters<Parameters<typeof Logger.make>[0]>[0], "logLevel"> & {
  readonly logLevel: { readonly _tag: string; readonly label: string }
  readonly annotations: HashMap.HashMap<string, unknown>
}

/** A logger that is told what one of Effect 3 is told. */
export const logger = <A>(log: (logged: Logged) => A): Logger.Logger<unknown, A> =>
  Logger.make((logged) =>
    log({
      ...logged,
      // to the loggers of Effect 4, which it may be passed on to, it is a text
      logLevel: Object.assign(
        Object(logged.logLevel),
        levels[logged.logLevel] ?? { _tag: logged.logLevel, label: logged.logLevel.toUpperCase() }
      ),
      annotations: HashMap.fromIterable(Object.entries(logged.fiber.getRef(References.CurrentLogAnnotations)))
    })
  )

/** The functions of a console give effects on Effect 3. */
export const consoleOf = (console: object): Console.Console =>
  Object.fromEntries(
    Object.entries(console).map(([name, write]) => [
      name,
      (...args: ReadonlyArray<unknown>) => {
        const done: unknown = typeof write === "function" ? write(...args) : undefined
        if (Effect.isEffect(done)) Effect.runSync(done as Effect.Effect<unknown>)
      }
    ])
  ) as never

/** All metrics of the process, by their attributes. */
export const metrics = () =>
  Metric.snapshotUnsafe(Context.empty()).map(({ attributes = {} }) => ({
    metricKey: { tags: Object.entries(attributes).map(([key, value]) => ({ key, value })) }
  }))

export const clock = Clock.clockWith(Effect.succeed)

export const console = Console.consoleWith(Effect.succeed)

export const defects = <E>(cause: Cause.Cause<E>): ReadonlyArray<unknown> =>
  cause.reasons.filter(Cause.isDieReason).map(({ defect }) => defect)

export const failures = <E>(cause: Cause.Cause<E>): ReadonlyArray<E> =>
  cause.reasons.filter(Cause.isFailReason).map(({ error }) => error)

export const dieOption = <E>(cause: Cause.Cause<E>): Option.Option<unknown> => {
  const found = cause.reasons.find(Cause.isDieReason)
  return found === undefined ? Option.none() : Option.some(found.defect)
}

export const mapErrorCause =
  <E, E2>(f: (cause: Cause.Cause<E>) => Cause.Cause<E2>) =>
  <A>(exit: Exit.Exit<A, E>): Exit.Exit<A, E2> =>
    Exit.isFailure(exit) ? Exit.failCause(f(exit.cause)) : exit

/** Keys are the names of variables, which may be set later. They nest by another letter than on Effect 3. */
export const configFromMap = (map: ReadonlyMap<string, string>): ConfigProvider.ConfigProvider =>
  ConfigProvider.make((path) => {
    const env = Array.from(map, ([key, value]) => [key.replaceAll(".", "_"), value] as const)
    return ConfigProvider.fromEnv({ env: Object.fromEntries(env) }).load(path)
  })

export const discard = <A, E, R>(layer: Layer.Layer<A, E, R>): Layer.Layer<never, E, R> =>
  Layer.effectDiscard(Layer.build(layer))

export const mapLayer = <A, E, R, B>(
  layer: Layer.Layer<A, E, R>,
  f: (context: Context.Context<A>) => Context.Context<B>
): Layer.Layer<B, E, R> => Layer.effectContext(Effect.map(Layer.build(layer), f))

export const project =
  <I, A, J, B>(from: Context.Key<I, A>, to: Context.Key<J, B>, f: (service: A) => B) =>
  <E, R>(layer: Layer.Layer<I, E, R>): Layer.Layer<J, E, R> =>
    Layer.provide(Layer.effect(to, Effect.map(from, f)), layer)

export const contextWithMemoMap = <A, E, R>(
  layer: Layer.Layer<A, E, R>,
  memoMap: Layer.MemoMap
): Effect.Effect<Context.Context<A>, E, R | Scope.Scope> =>
  Effect.flatMap(Effect.scope, (scope) => Layer.buildWithMemoMap(layer, memoMap, scope))

export const iterate = <A, E, R>(
  initial: A,
  { body, while: goesOn }: { readonly while: (a: A) => boolean; readonly body: (a: A) => Effect.Effect<A, E, R> }
): Effect.Effect<A, E, R> =>
  goesOn(initial)
    ? Effect.flatMap(body(initial), (next) => iterate(next, { body, while: goesOn }))
    : Effect.succeed(initial)

export const encodeBase64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url")

/** The same numbers for the same seed. */
export const seededRandom = (seed: unknown): typeof Random.Random.Service => {
  let state = Array.from(String(seed)).reduce(
    (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16777619),
    2166136261
  )
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  return { nextDoubleUnsafe: next, nextIntUnsafe: () => Math.floor((next() - 0.5) * Number.MAX_SAFE_INTEGER) }
}

export const fixedRandom = (values: ReadonlyArray<number>): typeof Random.Random.Service => {
  let at = 0
  const next = () => values[at++ % values.length] ?? 0
  return { nextDoubleUnsafe: next, nextIntUnsafe: () => Math.floor(next()) }
}

interface Failed {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly reason: string
  readonly cause?: unknown
  readonly description?: string
}

export const requestError = ({ reason, ...failed }: Failed): HttpClientError.HttpClientError => {
  const of = { Encode: HttpClientError.EncodeError, InvalidUrl: HttpClientError.InvalidUrlError }[reason]
  return new HttpClientError.HttpClientError({ reason: new (of ?? HttpClientError.TransportError)(failed) })
}

export const responseError = ({
  reason,
  ...failed
}: Failed & { readonly response: HttpClientResponse.HttpClientResponse }): HttpClientError.HttpClientError => {
  const of = { Decode: HttpClientError.DecodeError, EmptyBody: HttpClientError.EmptyBodyError }[reason]
  return new HttpClientError.HttpClientError({ reason: new (of ?? HttpClientError.StatusCodeError)(failed) })
}

type Client = HttpClient.HttpClient

const providing =
  <I, A>(key: Context.Key<I, A>) =>
  (service: A) =>
  (client: Client): Client =>
    HttpClient.transformResponse(client, Effect.provideService(key, service))

export const withTracerDisabledWhen = providing(HttpClient.TracerDisabledWhen)
export const withTracerPropagation = providing(HttpClient.TracerPropagationEnabled)
export const withSpanNameGenerator = providing(HttpClient.SpanNameGenerator)
export const withMaxBodySize = <A, E, R>(effect: Effect.Effect<A, E, R>, size: Option.Option<unknown>) =>
  Effect.provideService(
    effect,
    HttpIncomingMessage.MaxBodySize,
    Option.getOrUndefined(Option.map(size, (bytes) => ByteSize.bytes(Number(bytes))))
  )

/** Values of a schema, for FastCheck: drawn by Effect's own generator, and so not shrunk. */
export const arbitrary = <A>(schema: Schema.Schema<A>): FastCheck.Arbitrary<A> =>
  FastCheck.integer().map((seed) => {
    const [value] = Effect.runSync(Arbitrary.sampleEffect(Arbitrary.schema(schema as never), { seed, count: 1 }))
    return value as A
  })

type Arbitraries =
  | ReadonlyArray<FastCheck.Arbitrary<unknown>>
  | { readonly [name: string]: FastCheck.Arbitrary<unknown> }

const all = (arbitraries: Arbitraries): FastCheck.Arbitrary<never> =>
  (Array.isArray(arbitraries)
    ? FastCheck.tuple(...arbitraries)
    : FastCheck.record(arbitraries as { [name: string]: FastCheck.Arbitrary<unknown> })) as FastCheck.Arbitrary<never>

interface PropertyOptions {
  readonly fastCheck?: FastCheck.Parameters<[never]>
}

const settings = (options: number | PropertyOptions | undefined) =>
  typeof options === "object" ? (options.fastCheck ?? {}) : {}

export const prop = (
  name: string,
  arbitraries: Arbitraries,
  property: (values: never) => unknown,
  options?: number | PropertyOptions
): void =>
  it(name, () => {
    const holds = (values: never) => property(values) !== false
    FastCheck.assert(FastCheck.property(all(arbitraries), holds), settings(options))
  })

export const effectProp = (
  name: string,
  arbitraries: Arbitraries,
  property: (values: never) => Effect.Effect<unknown, unknown, Scope.Scope>,
  options?: number | PropertyOptions
): void =>
  it(name, () => {
    const holds = async (values: never) => {
      const tried = Effect.scoped(Effect.provide(property(values), TestClock.layer()))
      return (await Effect.runPromise(tried)) !== false
    }
    return FastCheck.assert(FastCheck.asyncProperty(all(arbitraries), holds), settings(options))
  })
