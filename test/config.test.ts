import { describe, expect, it } from "@effect/vitest"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { FlowControl, MessageLoader, RetryBudget, RetryPolicy } from "effect-genesys-chats"
import { ChatsStub } from "effect-genesys-chats/testing"
import { isMissing, isWrong } from "./utils/configError.js"

const withEnvironment = (variables: { readonly [name: string]: string }) =>
  Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))

const policy = (variables: { readonly [name: string]: string }) =>
  RetryPolicy.RetryPolicy.pipe(Effect.provide(Layer.provide(RetryPolicy.layerConfig, withEnvironment(variables))))

const loader = MessageLoader.layerConfig.pipe(Layer.provide(ChatsStub.layer({})), Layer.discard)

describe("the environment", () => {
  it.effect("may say nothing: the defaults hold", () =>
    Effect.gen(function* () {
      const { deadline, maxRetries, patience, sends } = yield* policy({})
      expect({ deadline, maxRetries, patience, sends }).toEqual({
        deadline: RetryPolicy.standard.deadline,
        maxRetries: 4,
        patience: RetryPolicy.standard.patience,
        sends: "atLeastOnce"
      })
    })
  )

  it.effect("sets the retry policy", () =>
    Effect.gen(function* () {
      const { deadline, maxRetries, patience, sends } = yield* policy({
        GENESYS_CLOUD_MAX_RETRIES: "0",
        GENESYS_CLOUD_DEADLINE: "30 seconds",
        GENESYS_CLOUD_PATIENCE: "2 minutes",
        GENESYS_CLOUD_SENDS: "atMostOnce"
      })
      expect({ maxRetries, sends }).toEqual({ maxRetries: 0, sends: "atMostOnce" })
      expect([Duration.toSeconds(deadline), Duration.toSeconds(patience)]).toEqual([30, 120])
    })
  )

  it.effect("sets the retry budget", () =>
    Effect.gen(function* () {
      const { deposit, level, withdraw } = yield* RetryBudget.RetryBudget
      expect(yield* level).toBe(2)
      yield* withdraw
      yield* deposit
      expect(yield* level).toBe(1.5)
    }).pipe(
      Effect.provide(
        Layer.provide(
          RetryBudget.layerConfig,
          withEnvironment({ GENESYS_CLOUD_RETRY_BUDGET: "2", GENESYS_CLOUD_RETRY_REFUND: "0.5" })
        )
      )
    )
  )

  it.effect("sets flow control", () =>
    Effect.gen(function* () {
      const { acquire } = yield* FlowControl.FlowControl
      const request = { operation: "getChatsSettings", method: "GET", patience: Duration.minutes(1) }
      yield* acquire({ ...request, timeLeft: Duration.infinity })
      expect(yield* Effect.flip(acquire({ ...request, timeLeft: Duration.infinity }))).toMatchObject({
        _tag: "QueueFull"
      })
    }).pipe(
      Effect.provide(
        Layer.provide(
          FlowControl.layerConfig,
          withEnvironment({ GENESYS_CLOUD_MAX_CONCURRENCY: "1", GENESYS_CLOUD_MAX_QUEUE: "0" })
        )
      )
    )
  )

  it.effect("may say where the options of each flow control are", () =>
    Effect.gen(function* () {
      const configured = (name: string) =>
        FlowControl.layerFromConfig({
          maxConcurrency: Config.integer(`${name}_CONCURRENCY`),
          // left out
          maxQueue: undefined,
          maxClosure: Config.duration(`${name}_CLOSURE`).pipe(Config.withDefault("2 minutes"))
        })
      const most = (name: string) =>
        Effect.gen(function* () {
          const { acquire } = yield* FlowControl.FlowControl
          const request = { operation: "getChatsSettings", method: "GET", patience: Duration.zero }
          const permits = Effect.replicateEffect(Effect.either(acquire({ ...request, timeLeft: Duration.infinity })), 9)
          return (yield* permits).filter(Either.isRight).length
        }).pipe(Effect.provide(configured(name)))
      const environment = { SALES_CONCURRENCY: "3", CARE_CONCURRENCY: "5", WRONG_CONCURRENCY: "0" }
      const all = Effect.all([most("SALES"), most("CARE"), Effect.flip(most("WRONG"))])
      const [sales, care, wrong] = yield* Effect.provide(all, withEnvironment(environment))
      expect([sales, care]).toEqual([3, 5])
      const words = "must be a whole number from 1, or Infinity, but is 0"
      expect(String(wrong)).toBe(isWrong(["WRONG_CONCURRENCY"], words))
    })
  )

  it.effect("is held to the same rules under names of one's own: what is empty is missing", () =>
    Effect.gen(function* () {
      const retries = Config.integer("ACME_RETRIES")
      const read = (maxRetries: Config.Config<number>) =>
        Effect.map(RetryPolicy.RetryPolicy, (policy) => policy.maxRetries).pipe(
          Effect.provide(RetryPolicy.layerFromConfig({ maxRetries, deadline: undefined }))
        )
      for (const empty of ["", " ", "\n"]) {
        const environment = withEnvironment({ ACME_RETRIES: empty })
        expect(yield* Effect.provide(read(Config.withDefault(retries, 7)), environment)).toBe(7)
        const error = yield* Effect.flip(Effect.provide(read(retries), environment))
        expect(String(error)).toBe(isMissing("ACME_RETRIES"))
      }
      const environment = withEnvironment({ "ACME.ACME_RETRIES": " 3\n", "WRONG.ACME_RETRIES": "-1" })
      expect(yield* Effect.provide(read(Config.nested(retries, "ACME")), environment)).toBe(3)
      const error = yield* Effect.flip(Effect.provide(read(Config.nested(retries, "WRONG")), environment))
      const words = "must be a whole number from 0, or Infinity, but is -1"
      expect(String(error)).toBe(isWrong(["WRONG", "ACME_RETRIES"], words))
    })
  )

  it.effect("is read for each configuration: from one, one value provided twice is one; from two, two", () =>
    Effect.gen(function* () {
      const flows: Array<FlowControl.Service> = []
      const client = Layer.effectDiscard(Effect.map(FlowControl.FlowControl, (flow) => void flows.push(flow)))
      const one = Layer.provide(client, FlowControl.layerConfig)
      const other = Layer.provide(Layer.fresh(client), FlowControl.layerConfig)
      yield* Effect.scoped(Layer.build(Layer.provide(Layer.merge(one, other), withEnvironment({}))))
      expect(new Set(flows).size).toBe(1)
      const two = Layer.merge(Layer.provide(one, withEnvironment({})), Layer.provide(other, withEnvironment({})))
      yield* Effect.scoped(Layer.build(two))
      expect(new Set(flows).size).toBe(3)
    })
  )

  for (const [name, value, layer] of [
    ["GENESYS_CLOUD_MAX_RETRIES", "-1", Layer.discard(RetryPolicy.layerConfig)],
    ["GENESYS_CLOUD_DEADLINE", "soon", Layer.discard(RetryPolicy.layerConfig)],
    ["GENESYS_CLOUD_SENDS", "twice", Layer.discard(RetryPolicy.layerConfig)],
    ["GENESYS_CLOUD_RETRY_REFUND", "-0.1", Layer.discard(RetryBudget.layerConfig)],
    ["GENESYS_CLOUD_MAX_CONCURRENCY", "0", Layer.discard(FlowControl.layerConfig)],
    ["GENESYS_CLOUD_IDS_PER_REQUEST", "0", loader]
  ] as const) {
    it.effect(`${name}=${value} is an error that names it`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(
          Effect.scoped(Layer.build(Layer.provide(layer, withEnvironment({ [name]: value }))))
        )
        expect(String(error)).toContain(name)
      })
    )
  }
})
