import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { call, samples } from "../utils/samples.js"
import { clientAt, serve, transports } from "../utils/server.js"

const sample = (name: string) => samples.filter((candidate) => candidate.name === name)

describe("a redirect is refused: its location is never visited", () => {
  for (const [name, transport] of transports) {
    it.scopedLive(name, () =>
      Effect.gen(function* () {
        const visits: Array<string> = []
        const elsewhere = yield* serve((request, response) => {
          visits.push(`${request.method} ${request.url} ${request.headers.authorization}`)
          response.writeHead(200).end("{}")
        })
        const asked: Array<string> = []
        const url = yield* serve((request, response) => {
          asked.push(`${request.method} ${request.url}`)
          request.resume()
          const status = Number(request.url?.slice(-3))
          response.writeHead(status, { location: `${elsewhere}/stolen` }).end("moved")
        })
        const redirected = Effect.gen(function* () {
          for (const status of [300, 301, 302, 303, 307, 308]) {
            for (const { endpoint, input } of [...sample("getChatsRoom"), ...sample("deleteChatsRoomParticipant")]) {
              const last = endpoint.path.endsWith("{roomJid}") ? { roomJid: `x${status}` } : { userId: `x${status}` }
              const error = yield* Effect.flip(call(endpoint, { ...input, ...last }))
              expect(error).toMatchObject({ _tag: "UnexpectedStatus", status, body: "moved", attempts: 1 })
            }
          }
        })
        yield* Effect.provide(redirected, clientAt(url, transport))
        expect(asked).toHaveLength(12)
        expect(visits).toEqual([])

        // the body of a POST goes nowhere else either
        const moved = yield* serve((request, response) => {
          request.resume()
          response.writeHead(307, { location: `${elsewhere}/stolen` }).end()
        })
        for (const { endpoint, input } of sample("postChatsRooms")) {
          const error = yield* Effect.flip(Effect.provide(call(endpoint, input), clientAt(moved, transport)))
          expect(error).toMatchObject({ _tag: "UnexpectedStatus", status: 307 })
        }
        expect(visits).toEqual([])
      })
    )
  }
})
