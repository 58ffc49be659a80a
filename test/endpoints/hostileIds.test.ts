import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { facts } from "../utils/facts.js"
import { carried, refused } from "../utils/hostileIds.js"
import { call, type Sample, samples } from "../utils/samples.js"
import { clientAt, serve, transports } from "../utils/server.js"

/** Enough for each single parameter, over one transport; all go over every transport on one parameter of each kind. */
const telling: ReadonlyArray<string> = ["../../admin", "a?b", "%2F", "😀"]
const tellingRefused: ReadonlyArray<string> = ["", "..", "%252e%252e", "a\r\nb", "\ud800"]

interface Seen {
  readonly method: string | undefined
  readonly url: string
}

/** The same endpoint with another id in one of its path parameters. */
const withId = ({ input }: Sample, parameter: string, id: string): object => ({
  ...input,
  [parameter]: parameter === "messageIds" ? [id] : id
})

const segmentsOf = (url: string): ReadonlyArray<string> => url.split(/[?#]/)[0]?.split("/") ?? []

const checkSeen = (sample: Sample, parameter: string, id: string, [seen, ...more]: ReadonlyArray<Seen>) => {
  const { endpoint, input } = sample
  expect(more).toEqual([])
  expect(seen?.method).toBe(endpoint.method)
  const expected = endpoint.path.split("/").map((segment) => {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1]
    if (name === undefined) return segment
    if (name === parameter) return id
    const value = Object.entries(input).find(([key]) => key === name)?.[1]
    return Array.isArray(value) ? value.join(",") : String(value)
  })
  expect(segmentsOf(seen?.url ?? "").map(decodeURIComponent)).toEqual(expected)
}

describe("an id in a path: the server sees exactly that id in that segment, or nothing is sent", () => {
  const withParameters = samples.flatMap((sample) =>
    Object.keys(sample.endpoint.pathParameters).map((parameter) => [sample, parameter] as const)
  )

  it("every path parameter is tried", () => {
    expect(withParameters).toHaveLength(facts.endpoints.flatMap(({ pathParameters }) => pathParameters).length)
  })

  for (const [name, transport] of transports) {
    it.scopedLive(name, () =>
      Effect.gen(function* () {
        const seen: Array<Seen> = []
        const oneOfEachKind = new Set(withParameters.map(([, parameter]) => parameter))
        const url = yield* serve((request, response) => {
          seen.push({ method: request.method, url: request.url ?? "" })
          request.resume()
          response.writeHead(409).end()
        })
        const tryId = (sample: Sample, parameter: string, id: string) =>
          Effect.map(Effect.flip(call(sample.endpoint, withId(sample, parameter, id))), (error) => ({
            error,
            seen: seen.splice(0)
          }))
        yield* Effect.gen(function* () {
          for (const [sample, parameter] of withParameters) {
            const noComma = (id: string) => parameter === "messageIds" && id.includes(",")
            const first = oneOfEachKind.delete(parameter)
            if (!first && transport !== FetchHttpClient.layer) continue
            for (const id of [...(first ? refused : tellingRefused), ...carried.filter(noComma)]) {
              const result = yield* tryId(sample, parameter, id)
              expect(result.error._tag).toBe("InvalidRequest")
              expect(result.seen).toEqual([])
            }
            const ids = first ? carried : telling
            for (const id of ids.filter((id) => !noComma(id))) {
              const result = yield* tryId(sample, parameter, id)
              expect(result.error._tag).toBe("Conflict")
              checkSeen(sample, parameter, id, result.seen)
            }
          }
        }).pipe(Effect.provide(clientAt(url, transport)))
      })
    )
  }
})
