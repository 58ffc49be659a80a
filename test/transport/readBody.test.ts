/** Bodies over real sockets and all transports: packed or not, in any framing, too long, or broken. */
import type { ServerResponse } from "node:http"
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib"
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import {
  acceptEncoding,
  BodyTooLong,
  CannotUnpack,
  discard,
  readSomeText,
  readText
} from "../../src/transport/readBody.js"
import { serve, transports } from "../utils/server.js"

const text = `{"greeting":"grüß dich ${"€".repeat(3000)}"}`
const limit = 64 * 1024

interface Body {
  readonly bytes: Uint8Array | string
  readonly coding?: string
  readonly length?: boolean
}

const answer = (response: ServerResponse, { bytes, coding, length = false }: Body) => {
  response.writeHead(200, {
    ...(coding === undefined ? {} : { "content-encoding": coding }),
    ...(length ? { "content-length": Buffer.byteLength(bytes) } : {})
  })
  const whole = Buffer.from(bytes)
  // within a character, and in two packets
  response.write(whole.subarray(0, 25), () => setImmediate(() => response.end(whole.subarray(25))))
}

for (const [name, layer] of transports) {
  const reading = <A, E>(body: Body, read: (response: HttpClientResponse) => Effect.Effect<A, E>) =>
    Effect.gen(function* () {
      const url = yield* serve((_, response) => answer(response, body))
      return yield* Effect.flatMap(HttpClient.HttpClient, (client) => Effect.flatMap(client.get(url), read))
    }).pipe(Effect.provide(layer))
  const read = (body: Body) => reading(body, (response) => readText(response, limit))

  describe(name, () => {
    it.scopedLive("a body of any framing and coding is its text", () =>
      Effect.gen(function* () {
        for (const length of [true, false]) {
          for (const [coding, bytes] of [
            [undefined, text],
            ["identity", text],
            // the byte order mark is none of the text
            [undefined, `\uFEFF${text}`],
            ["gzip", gzipSync(`\uFEFF${text}`)],
            ["gzip", gzipSync(text)],
            ["X-GZip", gzipSync(text)],
            ["deflate", deflateSync(text)],
            // not what RFC 9110 says, but some servers do
            ["deflate", deflateRawSync(text)],
            ["deflate, gzip", gzipSync(deflateSync(text))]
          ] as const) {
            expect(yield* read({ bytes, length, ...(coding === undefined ? {} : { coding }) }), coding).toBe(text)
          }
        }
      })
    )

    it.scopedLive("what says that it is packed and is not is taken for what it is", () =>
      Effect.gen(function* () {
        for (const coding of ["gzip", "deflate", "br", "rot13"]) {
          // fetch itself does not forgive that
          if (name === "FetchHttpClient.layer" && coding !== "rot13") continue
          expect(yield* read({ bytes: text, coding }), coding).toBe(text)
        }
        expect(yield* read({ bytes: "", coding: "rot13" })).toBe("")
      })
    )

    it.scopedLive("a coding that cannot be undone is named", () =>
      Effect.gen(function* () {
        const zstd = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 1, 2, 3)
        const unknown = yield* read({ bytes: zstd, coding: "rot13" })
        expect(unknown).toBeInstanceOf(CannotUnpack)
        expect(unknown).toMatchObject({ message: expect.stringContaining('"rot13"') })
        const br = yield* read({ bytes: brotliCompressSync(text), coding: "br" })
        if (name === "FetchHttpClient.layer") expect(br).toBe(text)
        else expect(br).toBeInstanceOf(CannotUnpack)
        expect(
          yield* reading({ bytes: zstd, coding: "rot13" }, (response) => readSomeText(response, limit, 5000))
        ).toBe("")
      })
    )

    it.scopedLive("a body that is packed wrongly, or cut off, is no text", () =>
      Effect.gen(function* () {
        const broken = gzipSync(text)
        broken.fill(0xff, 40)
        for (const bytes of [broken, gzipSync(text).subarray(0, 50)]) {
          const result = yield* Effect.either(read({ bytes, coding: "gzip" }))
          // what fetch makes of it is its own affair
          if (name === "FetchHttpClient.layer") continue
          expect(result).toMatchObject({ _tag: "Right", right: expect.any(CannotUnpack) })
        }
      })
    )

    it.scopedLive("a body ends at the limit, whatever it is packed as", () =>
      Effect.gen(function* () {
        const long = Buffer.alloc(4 * 2 ** 20, "x")
        for (const body of [
          { bytes: long.subarray(0, limit + 1) },
          { bytes: long.subarray(0, limit + 1), length: true },
          { bytes: gzipSync(long), coding: "gzip" },
          { bytes: gzipSync(gzipSync(long)), coding: "gzip, gzip" },
          { bytes: deflateSync(long), coding: "deflate", length: true }
        ]) {
          expect(yield* read(body)).toEqual(new BodyTooLong(limit))
          const some = yield* reading(body, (response) => readSomeText(response, limit, 5000))
          expect(some).toBe("x".repeat(limit))
        }
        expect(yield* read({ bytes: long.subarray(0, limit) })).toHaveLength(limit)
        expect(yield* read({ bytes: gzipSync(long.subarray(0, limit)), coding: "gzip" })).toHaveLength(limit)
      })
    )

    it.scopedLive("what is too long, or not wanted, does not keep its connection", () =>
      Effect.gen(function* () {
        const runtime = yield* Effect.runtime()
        for (const end of [(response: HttpClientResponse) => Effect.asVoid(readText(response, 10)), discard]) {
          const closed = yield* Deferred.make<void>()
          const url = yield* serve((request, response) => {
            request.socket.on("close", () => Runtime.runSync(runtime)(Deferred.succeed(closed, undefined)))
            response.writeHead(200)
            const more = () => {
              if (!response.destroyed) response.write(Buffer.alloc(64 * 1024, "x"), () => setImmediate(more))
            }
            more()
          })
          yield* Effect.flatMap(HttpClient.HttpClient, (client) => Effect.flatMap(client.get(url), end))
          yield* Deferred.await(closed)
        }
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("as much as has come of a body that stalls or breaks off is there, packed too", () =>
      Effect.gen(function* () {
        const half = gzipSync(Buffer.from(text)).subarray(0, -4)
        for (const breaks of [true, false]) {
          const url = yield* serve((request, response) => {
            const packed = request.url === "/packed"
            response.writeHead(404, packed ? { "content-encoding": "gzip", "content-length": half.length + 4 } : {})
            response.write(packed ? half : '{"code":"gone"', () => {
              if (breaks) setTimeout(() => request.socket.destroy(), 20)
            })
          })
          const some = (path: string) =>
            Effect.flatMap(HttpClient.HttpClient, (client) =>
              Effect.flatMap(client.get(url + path), (response) => readSomeText(response, limit, "200 millis"))
            )
          expect(yield* some("/")).toBe('{"code":"gone"')
          if (name !== "FetchHttpClient.layer") expect(text).toContain(yield* some("/packed"))
        }
      }).pipe(Effect.provide(layer))
    )
  })
}

/** What a client of the user's own may do to a reply before it is ours. */
const readers: ReadonlyArray<readonly [name: string, (client: HttpClient.HttpClient) => HttpClient.HttpClient]> = [
  ["text", HttpClient.transformResponse(Effect.tap(({ text }) => Effect.ignore(text)))],
  ["json", HttpClient.transformResponse(Effect.tap(({ json }) => Effect.ignore(json)))],
  ["arrayBuffer", HttpClient.transformResponse(Effect.tap(({ arrayBuffer }) => Effect.ignore(arrayBuffer)))]
]

describe("a body that was read before", () => {
  for (const [name, layer] of transports) {
    it.scopedLive(`is read again over ${name}, and costs no status where it cannot be`, () =>
      Effect.gen(function* () {
        const body = '{"code":"gone"}'
        const url = yield* serve(({ url }, response) => {
          response.writeHead(404, url === "/length" ? { "content-length": body.length } : {})
          response.write(body.slice(0, 5), () => setImmediate(() => response.end(body.slice(5))))
        })
        const client = yield* HttpClient.HttpClient
        for (const [how, transform] of readers) {
          // of these, Node's own client alone keeps nothing, and that on Effect 3
          const kept = name === "NodeHttpClient.layer" && how === "arrayBuffer" ? ["", body] : [body]
          for (const path of ["/chunked", "/length"]) {
            for (const of of [transform(client), HttpClient.filterStatusOk(transform(client))]) {
              const response = yield* Effect.catchTag(of.get(url + path), "ResponseError", (error) =>
                Effect.succeed(error.response)
              )
              const texts = [yield* readText(response, limit), yield* readSomeText(response, limit, "5 seconds")]
              expect(
                kept.map((text) => [text, text]),
                `${how} ${path}`
              ).toContainEqual(texts)
            }
          }
        }
      }).pipe(Effect.provide(layer))
    )
  }
})

it("accept-encoding says what can be unpacked", () => {
  expect(acceptEncoding()).toBe("gzip, deflate")
})
