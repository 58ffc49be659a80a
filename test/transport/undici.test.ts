/**
 * The lean layer over sockets, as a plain service of the platform: with spans of its own, by which it
 * goes through `HttpClient.make`, and without.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"
import { Readable } from "node:stream"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { gzipSync } from "node:zlib"
import * as Cookies from "@effect/platform/Cookies"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as UrlParams from "@effect/platform/UrlParams"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { constTrue } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Undici from "effect-genesys-chats/undici"
import { Agent, MockAgent } from "undici"
import { classify } from "../../src/transport/classify.js"
import { serve } from "../utils/server.js"
import { recordingTracer } from "../utils/tracing.js"

type Client = HttpClient.HttpClient
type Clients = Layer.Layer<HttpClient.HttpClient>

const changed = (change: (client: Client) => Client): Clients =>
  Layer.provide(Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, change)), Undici.layer)

/** All ways through the lean layer. */
const lean: ReadonlyArray<readonly [name: string, layer: Clients]> = [
  ["Undici.layer", Undici.layer],
  ["Undici.layer, without spans", changed(HttpClient.withTracerDisabledWhen(constTrue))]
]

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** Serves, and gives a client and the server's URL. */
const given = <A, E>(
  layer: Clients,
  handler: Handler,
  use: (client: Client, url: string) => Effect.Effect<A, E, Scope.Scope>
): Effect.Effect<A, E, Scope.Scope> =>
  Effect.flatMap(serve(handler), (url) =>
    Effect.provide(
      Effect.flatMap(HttpClient.HttpClient, (client) => use(client, url)),
      layer
    )
  )

/** Something that a server's callback tells. */
const signal = Effect.map(Effect.all([Deferred.make<void>(), Effect.runtime()]), ([deferred, runtime]) => ({
  tell: () => {
    Runtime.runSync(runtime)(Deferred.succeed(deferred, undefined))
  },
  told: Deferred.await(deferred)
}))

const reply =
  (body: string | Uint8Array, headers: Record<string, string> = {}): Handler =>
  (request, response) => {
    request.resume()
    response.writeHead(200, { "content-length": String(Buffer.byteLength(body)), ...headers })
    response.end(body)
  }

/** Each piece in a packet of its own, as far as a server can say so. */
const pieces =
  (...chunks: ReadonlyArray<Uint8Array>): Handler =>
  (_, response) => {
    response.writeHead(200)
    response.flushHeaders()
    const next = (index: number): void => {
      const chunk = chunks[index]
      if (chunk === undefined) response.end()
      else response.write(chunk, () => setTimeout(next, 1, index + 1))
    }
    next(0)
  }

const echo: Handler = (request, response) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk) => chunks.push(chunk))
  request.on("end", () => {
    const { headers, method, url } = request
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString("latin1") }))
  })
}

interface Echo {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
}

const echoed = (response: HttpClientResponse) => Effect.map(response.json, (json) => json as Echo)

const mebibyte = Buffer.alloc(2 ** 20, "x")

/** Writes so many MiB, as fast as they are taken, and counts them. */
const flood =
  (total: number, written: { mebibytes: number }): Handler =>
  (_, response) => {
    response.writeHead(200)
    const write = (): void => {
      if (written.mebibytes === total) return void response.end()
      written.mebibytes++
      response.write(mebibyte, () => setImmediate(write))
    }
    write()
  }

setFlagsFromString("--expose_gc")
const gc: () => void = runInNewContext("gc")

const bytesOf = (stream: Stream.Stream<Uint8Array, HttpClientError>) =>
  Effect.map(Stream.runCollect(stream), (chunks) => Buffer.concat(Chunk.toReadonlyArray(chunks)))

const hanging: RequestListener = (request) => void request.resume()

for (const [name, layer] of lean) {
  describe(name, () => {
    describe("a reply", () => {
      it.scopedLive("is status, headers and body", () =>
        given(layer, reply('{"a":[1]}', { "content-type": "application/json", "x-one": "1" }), (client, url) =>
          Effect.gen(function* () {
            const response = yield* client.get(url)
            expect(response.status).toBe(200)
            expect(response.headers["x-one"]).toBe("1")
            expect(response.headers["content-length"]).toBe("9")
            expect(response.remoteAddress._tag).toBe("None")
            expect(response.request.url).toBe(url)
            expect(yield* response.json).toEqual({ a: [1] })
            expect(yield* response.text).toBe('{"a":[1]}')
            expect(yield* response.text).toBe('{"a":[1]}')
            expect(response.toJSON()).toMatchObject({
              _id: "@effect/platform/HttpClientResponse",
              request: { method: "GET", url },
              status: 200,
              headers: { "x-one": "1" },
              remoteAddress: { _tag: "None" }
            })
          })
        )
      )

      it.scopedLive("shows what was read of its body", () =>
        given(layer, reply('{"a":[1]}', { "content-type": "application/json" }), (client, url) =>
          Effect.gen(function* () {
            const response = yield* client.get(url)
            yield* response.json
            expect(response.toJSON()).toMatchObject({ body: { a: [1] } })
          })
        )
      )

      it.scopedLive("is bytes, a form, or parameters", () =>
        given(
          layer,
          (request, response) => {
            if (request.url === "/urlencoded") reply("a=1&b=2&a=3", { "content-type": "text/x" })(request, response)
            else if (request.url === "/form") {
              reply('--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n', {
                "content-type": "multipart/form-data; boundary=x"
              })(request, response)
            } else reply(Uint8Array.of(0, 255, 128))(request, response)
          },
          (client, url) =>
            Effect.gen(function* () {
              const bytes = yield* Effect.flatMap(client.get(url), (response) => response.arrayBuffer)
              expect(new Uint8Array(bytes)).toEqual(Uint8Array.of(0, 255, 128))
              const params = yield* Effect.flatMap(
                client.get(`${url}/urlencoded`),
                ({ urlParamsBody }) => urlParamsBody
              )
              expect(UrlParams.getAll(params, "a")).toEqual(["1", "3"])
              const streamed = yield* Effect.flatMap(client.get(url), ({ stream }) => bytesOf(stream))
              expect(new Uint8Array(streamed)).toEqual(Uint8Array.of(0, 255, 128))
              const form = yield* Effect.flatMap(client.get(`${url}/form`), ({ formData }) => formData)
              expect(form.get("a")).toBe("1")
            })
        )
      )

      it.scopedLive("is decoded as UTF-8 across all borders of chunks", () => {
        const text = "\ufeffaé€😀\u2028ß"
        const bytes = Buffer.from(text)
        return given(layer, pieces(...Array.from(bytes, (byte) => Uint8Array.of(byte))), (client, url) =>
          Effect.gen(function* () {
            // the byte order mark is none of the text
            expect(yield* Effect.flatMap(client.get(url), (response) => response.text)).toBe(text.slice(1))
            const whole = yield* Effect.flatMap(client.get(url), ({ arrayBuffer }) => arrayBuffer)
            expect(Buffer.from(whole)).toEqual(bytes)
          })
        )
      })

      it.scopedLive("is decoded as UTF-8 where it is none", () =>
        given(layer, reply(Uint8Array.of(0x61, 0xff, 0xe2, 0x82, 0x62)), (client, url) =>
          Effect.gen(function* () {
            const text = yield* Effect.flatMap(client.get(url), (response) => response.text)
            expect(text).toBe("a\ufffd\ufffdb")
          })
        )
      )

      it.scopedLive("has an empty body where it has none", () =>
        given(
          layer,
          (request, response) => {
            const status = Number(request.url?.slice(1))
            response.writeHead(status, request.method === "HEAD" ? { "content-length": "100" } : {}).end()
          },
          (client, url) =>
            Effect.gen(function* () {
              for (const request of [
                HttpClientRequest.get(`${url}/204`),
                HttpClientRequest.get(`${url}/304`),
                HttpClientRequest.get(`${url}/200`),
                HttpClientRequest.head(`${url}/200`)
              ]) {
                const response = yield* client.execute(request)
                expect(response.status).toBe(Number(request.url.slice(-3)))
                expect(yield* response.text).toBe("")
                expect(yield* response.json).toBe(null)
              }
              const { stream } = yield* client.get(`${url}/200`)
              expect(yield* bytesOf(stream)).toHaveLength(0)
            })
        )
      )

      it.scopedLive("comes after informational ones", () =>
        given(
          layer,
          (_, response) => {
            response.writeProcessing()
            response.writeEarlyHints({ link: "</a>; rel=preload" }, () => response.end("later"))
          },
          (client, url) =>
            Effect.gen(function* () {
              const response = yield* client.get(url)
              expect([response.status, yield* response.text]).toEqual([200, "later"])
            })
        )
      )

      it.scopedLive("has cookies, and headers given more than once", () =>
        given(
          layer,
          (_, response) => {
            response.setHeader("set-cookie", ["a=1; Path=/", "b=2; HttpOnly"])
            response.setHeader("x-twice", ["1", "2"])
            response.end()
          },
          (client, url) =>
            Effect.gen(function* () {
              const response = yield* client.get(url)
              expect(Cookies.toRecord(response.cookies)).toEqual({ a: "1", b: "2" })
              expect(response.headers["x-twice"]).toBe("1, 2")
            })
        )
      )

      it.scopedLive("is no JSON: a ResponseError", () =>
        given(layer, reply("<html>"), (client, url) =>
          Effect.gen(function* () {
            const error = yield* Effect.flip(Effect.flatMap(client.get(url), (response) => response.json))
            expect(error).toMatchObject({ _tag: "ResponseError", reason: "Decode" })
          })
        )
      )

      it.scopedLive("that is packed stays packed", () =>
        given(layer, reply(gzipSync("packed"), { "content-encoding": "gzip" }), (client, url) =>
          Effect.gen(function* () {
            const bytes = yield* Effect.flatMap(client.get(url), ({ arrayBuffer }) => arrayBuffer)
            expect(Buffer.from(bytes)).toEqual(gzipSync("packed"))
          })
        )
      )

      it.scopedLive("is no redirect that is followed", () =>
        given(
          layer,
          (_, response) => void response.writeHead(302, { location: "/elsewhere" }).end("moved"),
          (client, url) =>
            Effect.gen(function* () {
              const response = yield* client.get(url)
              expect([response.status, yield* response.text]).toEqual([302, "moved"])
            })
        ).pipe(Effect.provideService(FetchHttpClient.RequestInit, { redirect: "manual" }))
      )
    })

    describe("a long body", () => {
      it.scopedLive("is read whole", () => {
        const written = { mebibytes: 0 }
        return given(layer, flood(8, written), (client, url) =>
          Effect.gen(function* () {
            const text = yield* Effect.flatMap(client.get(url), (response) => response.text)
            expect(text.length).toBe(8 * 2 ** 20)
          })
        )
      })

      it.scopedLive("waits at the server until somebody reads it", () => {
        const written = { mebibytes: 0 }
        return given(layer, flood(64, written), (client, url) =>
          Effect.gen(function* () {
            const response = yield* client.get(url)
            yield* Effect.sleep("250 millis")
            // the kernel takes some
            expect(written.mebibytes).toBeLessThan(32)
            const slowly = yield* response.stream.pipe(
              Stream.tap(() => (written.mebibytes < 32 ? Effect.sleep("1 millis") : Effect.void)),
              Stream.runFold(0, (sum, chunk) => sum + chunk.length)
            )
            expect(slowly).toBe(64 * 2 ** 20)
          })
        )
      })

      it.scopedLive("ends with its stream, and frees the connection", () =>
        Effect.gen(function* () {
          const closed = yield* signal
          const handler: Handler = (request, response) => {
            request.socket.on("close", closed.tell)
            flood(64, { mebibytes: 0 })(request, response)
          }
          yield* given(layer, handler, (client, url) =>
            Effect.gen(function* () {
              const { stream } = yield* client.get(url)
              const [first] = yield* Stream.runCollect(Stream.take(stream, 1))
              expect(first?.length).toBeGreaterThan(0)
              yield* closed.told
            })
          )
        })
      )
    })

    describe("an interruption", () => {
      const interrupted = (
        handler: (begun: () => void) => Handler,
        use: (client: Client, url: string) => Effect.Effect<unknown, HttpClientError>
      ) =>
        Effect.gen(function* () {
          const [begun, closed] = yield* Effect.all([signal, signal])
          const watched: Handler = (request, response) => {
            request.socket.on("close", closed.tell)
            handler(begun.tell)(request, response)
          }
          yield* given(layer, watched, (client, url) =>
            Effect.gen(function* () {
              const fiber = yield* Effect.fork(use(client, url))
              yield* begun.told
              expect(Exit.isInterrupted(yield* Fiber.interrupt(fiber))).toBe(true)
              yield* closed.told
            })
          )
        })

      it.scopedLive("before the headers frees the connection", () =>
        interrupted(
          (begun) => begun,
          (client, url) => client.get(url)
        )
      )

      const begins =
        (begun: () => void): Handler =>
        (_, response) => {
          response.writeHead(200, { "content-length": "100" })
          response.write("{", () => setTimeout(begun, 20))
        }

      it.scopedLive("within the body frees the connection", () =>
        interrupted(begins, (client, url) => Effect.flatMap(client.get(url), (response) => response.text))
      )

      it.scopedLive("within the stream frees the connection", () =>
        interrupted(begins, (client, url) =>
          Effect.flatMap(client.get(url), (response) => Stream.runDrain(response.stream))
        )
      )
    })

    describe("a failure", () => {
      const breaks: Handler = (request, response) => {
        response.writeHead(200, { "content-length": "100" })
        response.write("12345", () => setTimeout(() => request.socket.destroy(), 20))
      }

      it.scopedLive("within the body is a ResponseError", () =>
        given(layer, breaks, (client, url) =>
          Effect.gen(function* () {
            const response = yield* client.get(url)
            const error = yield* Effect.flip(response.text)
            expect(error).toMatchObject({ _tag: "ResponseError", reason: "Decode", cause: expect.any(Error) })
            expect(classify(error)).toMatchObject({ reason: "Reset", mayHaveArrived: true, code: "UND_ERR_SOCKET" })
            expect((yield* Effect.flip(response.text))._tag).toBe("ResponseError")
          })
        )
      )

      it.scopedLive("within the stream comes after what was there", () =>
        given(layer, breaks, (client, url) =>
          Effect.gen(function* () {
            const seen: Array<string> = []
            const { stream } = yield* client.get(url)
            const error = yield* Effect.flip(
              Stream.runForEach(stream, (chunk) => Effect.sync(() => seen.push(Buffer.from(chunk).toString())))
            )
            expect(seen.join("")).toBe("12345")
            expect(error).toMatchObject({ _tag: "ResponseError", reason: "Decode" })
          })
        )
      )

      it.scopedLive("before the headers is a RequestError", () =>
        given(
          layer,
          (request) => request.socket.resetAndDestroy(),
          (client, url) =>
            Effect.gen(function* () {
              const error = yield* Effect.flip(client.get(url))
              expect(error).toMatchObject({ _tag: "RequestError", reason: "Transport" })
              expect(classify(error)).toMatchObject({ reason: "Reset", mayHaveArrived: true })
            })
        )
      )

      it.scopedLive("to make a request is a RequestError", () =>
        given(layer, hanging, (client, url) =>
          Effect.gen(function* () {
            const refused = yield* Effect.flip(client.get("http://127.0.0.1:1/"))
            expect(refused).toMatchObject({ _tag: "RequestError", reason: "Transport" })
            expect(classify(refused)).toMatchObject({ reason: "Refused", mayHaveArrived: false })
            for (const nowhere of ["no url", "http://", "http://a b/"]) {
              const error = yield* Effect.flip(client.get(nowhere))
              expect(error).toMatchObject({ _tag: "RequestError", reason: "InvalidUrl" })
            }
            for (const request of [
              HttpClientRequest.get(url, { headers: { "x-a": "b\r\nc: d" } }),
              HttpClientRequest.get(url, { headers: { "a b": "c" } }),
              HttpClientRequest.get("ftp://a.example/b"),
              HttpClientRequest.setBody(HttpClientRequest.post(url), HttpBody.raw({}))
            ]) {
              const error = yield* Effect.flip(client.execute(request))
              expect(error).toMatchObject({ _tag: "RequestError", reason: "Transport", cause: expect.any(Error) })
            }
          })
        )
      )
    })

    describe("a request", () => {
      const sent = (body: HttpBody.HttpBody, more: HttpClientRequest.Options.NoUrl = {}) =>
        given(layer, echo, (client, url) => Effect.flatMap(client.post(url, { ...more, body }), echoed))

      it.scopedLive("has method, path, query and headers", () =>
        given(layer, echo, (client, url) =>
          Effect.gen(function* () {
            const request = HttpClientRequest.patch(`${url}/a/../b%20c?d=e`, {
              urlParams: { f: "g h" },
              hash: "i",
              headers: { "x-one": "1" }
            })
            for (const each of [request, request]) {
              const seen = yield* Effect.flatMap(client.execute(each), echoed)
              expect(seen).toMatchObject({ method: "PATCH", url: "/b%20c?d=e&f=g+h", body: "" })
              expect(seen.headers).toMatchObject({ "x-one": "1" })
            }
          })
        )
      )

      it.scopedLive("sends text and bytes", () =>
        Effect.gen(function* () {
          const text = yield* sent(HttpBody.text("é", "text/x"))
          expect(text).toMatchObject({ body: "Ã©", headers: { "content-type": "text/x", "content-length": "2" } })
          expect(yield* sent(HttpBody.uint8Array(Uint8Array.of(1, 255)))).toMatchObject({ body: "\x01ÿ" })
          expect(yield* sent(HttpBody.uint8Array(new Uint8Array(0)))).toMatchObject({ body: "" })
        })
      )

      it.scopedLive("sends whatever undici takes", () =>
        Effect.gen(function* () {
          expect(yield* sent(HttpBody.raw("raw"))).toMatchObject({ body: "raw" })
          expect(yield* sent(HttpBody.raw(null))).toMatchObject({ body: "" })
          expect(yield* sent(HttpBody.raw(Readable.from([Buffer.from("a"), "b"])))).toMatchObject({ body: "ab" })
          expect(yield* sent(HttpBody.raw(new Blob(["blob"])))).toMatchObject({ body: "blob" })
        })
      )

      it.scopedLive("sends a stream", () =>
        Effect.gen(function* () {
          const chunks = Stream.map(Stream.range(1, 500), (n) => Buffer.from(`${n},`))
          const seen = yield* sent(HttpBody.stream(chunks, "text/x"))
          expect(seen).toMatchObject({ headers: { "content-type": "text/x", "transfer-encoding": "chunked" } })
          expect(seen.body).toBe(Array.from({ length: 500 }, (_, n) => `${n + 1},`).join(""))
          expect(yield* sent(HttpBody.stream(Stream.empty))).toMatchObject({ body: "" })
        })
      )

      it.scopedLive("fails as its stream does", () =>
        Effect.gen(function* () {
          const broken = new Error("broken")
          for (const end of [Stream.fail(broken), Stream.die(broken)]) {
            const body = HttpBody.stream(Stream.concat(Stream.make(Buffer.from("a")), end))
            const error = yield* Effect.flip(sent(body))
            expect(error).toMatchObject({ _tag: "RequestError", reason: "Transport" })
            expect(error.cause).toMatchObject({ message: "broken" })
          }
        })
      )

      it.scopedLive("makes no more of its stream than is taken, and interrupts it in the end", () =>
        Effect.gen(function* () {
          const [begun, stopped] = yield* Effect.all([signal, signal])
          let pulled = 0
          const body = Stream.repeatEffect(
            Effect.sync(() => {
              pulled++
              return mebibyte
            })
          ).pipe(Stream.rechunk(1), Stream.ensuring(Effect.sync(stopped.tell)))
          yield* given(
            layer,
            () => begun.tell(),
            (client, url) =>
              Effect.gen(function* () {
                const fiber = yield* Effect.fork(client.post(url, { body: HttpBody.stream(body) }))
                yield* begun.told
                yield* Effect.sleep("100 millis")
                expect(pulled).toBeLessThan(32)
                yield* Fiber.interrupt(fiber)
                yield* stopped.told
              })
          )
        })
      )

      it.scopedLive("sends a form", () =>
        Effect.gen(function* () {
          const form = new FormData()
          form.set("a", "1")
          form.set("b", new File(["two"], "b.txt", { type: "text/x" }))
          const { body, headers } = yield* sent(HttpBody.formData(form))
          expect(headers["content-type"]).toMatch(/^multipart\/form-data; ?boundary=/)
          const read = yield* Effect.promise(() =>
            new Response(body, { headers: { "content-type": headers["content-type"] ?? "" } }).formData()
          )
          expect(read.get("a")).toBe("1")
          expect(read.get("b")).toMatchObject({ name: "b.txt", size: 3 })
        })
      )
    })

    describe("composes", () => {
      it.scopedLive("with mapRequest, filterStatusOk and retry", () => {
        let requests = 0
        const handler: Handler = (request, response) => {
          requests++
          response.writeHead(requests < 3 ? 503 : 200).end(request.headers["x-mapped"])
        }
        return given(layer, handler, (client, url) =>
          Effect.gen(function* () {
            const composed = client.pipe(
              HttpClient.mapRequest(HttpClientRequest.setHeader("x-mapped", "yes")),
              HttpClient.filterStatusOk,
              HttpClient.retry(Schedule.recurs(5))
            )
            const response = yield* composed.get(url)
            expect(yield* response.text).toBe("yes")
            expect(requests).toBe(3)
            const error = yield* Effect.flip(HttpClient.filterStatus(client, () => false).get(url))
            expect(error).toMatchObject({ _tag: "ResponseError", reason: "StatusCode" })
          })
        )
      })

      it.scopedLive("with withScope: the end of the scope is the end of the request", () =>
        Effect.gen(function* () {
          const closed = yield* signal
          const handler: Handler = (request, response) => {
            request.socket.on("close", closed.tell)
            response.writeHead(200)
            response.write("a")
          }
          yield* given(layer, handler, (client, url) =>
            Effect.gen(function* () {
              const scope = yield* Scope.make()
              const response = yield* Scope.extend(HttpClient.withScope(client).get(url), scope)
              yield* Scope.close(scope, Exit.void)
              yield* closed.told
              expect(yield* Effect.flip(response.text)).toMatchObject({ _tag: "ResponseError", reason: "Decode" })
            })
          )
        })
      )
    })
  })
}

for (const [name, layer] of lean) {
  describe(`${name}: bodies`, () => {
    it.scopedLive("a whole one is read again and again, by any reader", () =>
      given(layer, reply("[1]"), (client, url) =>
        Effect.gen(function* () {
          const response = yield* client.get(url)
          expect(Buffer.from(yield* bytesOf(response.stream)).toString()).toBe("[1]")
          expect(yield* response.text).toBe("[1]")
          expect(yield* response.json).toEqual([1])
          // what one reader does to its bytes is nothing to the others
          new Uint8Array(yield* response.arrayBuffer).fill(0)
          expect(Buffer.from(yield* bytesOf(response.stream)).toString()).toBe("[1]")
        })
      )
    )

    it.scopedLive("one that was read whole, in many chunks, is too", () => {
      const chunks = Array.from({ length: 20 }, (_, n) => Buffer.from(`${n},`))
      return given(layer, pieces(...chunks), (client, url) =>
        Effect.gen(function* () {
          const response = yield* client.get(url)
          const all = Effect.all([response.text, response.text, Effect.map(bytesOf(response.stream), String)], {
            concurrency: "unbounded"
          })
          const text = Buffer.concat(chunks).toString()
          expect(yield* all).toEqual([text, text, text])
          expect(yield* all).toEqual([text, text, text])
        })
      )
    })

    it.scopedLive("one that a stream took is for nobody else", () => {
      const written = { mebibytes: 0 }
      return given(layer, flood(4, written), (client, url) =>
        Effect.gen(function* () {
          const response = yield* client.get(url)
          const taken = { _tag: "ResponseError", reason: "Decode", cause: expect.any(TypeError) }
          const during = yield* response.stream.pipe(
            Stream.mapEffect((chunk) => Effect.as(Effect.flip(response.text), chunk)),
            Stream.runFold(0, (sum, chunk) => sum + chunk.length)
          )
          expect(during).toBe(4 * 2 ** 20)
          expect(yield* Effect.flip(response.text)).toMatchObject(taken)
          expect(yield* Effect.flip(Stream.runDrain(response.stream))).toMatchObject(taken)
        })
      )
    })

    it.scopedLive("one that nobody reads does not keep its connection: the reply is collected", () =>
      Effect.gen(function* () {
        const closed = yield* signal
        const handler: Handler = (request, response) => {
          request.socket.on("close", closed.tell)
          response.writeHead(200)
          response.write("a")
        }
        yield* given(layer, handler, (client, url) =>
          Effect.gen(function* () {
            expect(yield* Effect.map(client.get(url), ({ status }) => status)).toBe(200)
            const collecting = yield* Effect.fork(Effect.forever(Effect.delay(Effect.sync(gc), "10 millis")))
            yield* closed.told
            yield* Fiber.interrupt(collecting)
          })
        )
      })
    )

    it.scopedLive("one whose stream is read slowly is not collected", () =>
      given(layer, flood(1, { mebibytes: 0 }), (client, url) =>
        Effect.gen(function* () {
          const stream = yield* Effect.map(client.get(url), (response) => response.stream)
          let chunks = 0
          const read = yield* stream.pipe(
            Stream.tap(() =>
              Effect.zipRight(
                Effect.sync(() => chunks++ % 4 === 0 && gc()),
                Effect.yieldNow()
              )
            ),
            Stream.runFold(0, (sum, chunk) => sum + chunk.length)
          )
          expect(read).toBe(2 ** 20)
        })
      )
    )

    it.scopedLive("one of a request that nobody waits for any more is read to no end", () =>
      Effect.gen(function* () {
        const [begun, closed] = yield* Effect.all([signal, signal])
        const handler: Handler = (request, response) => {
          request.socket.on("close", closed.tell)
          begun.tell()
          flood(64, { mebibytes: 0 })(request, response)
        }
        yield* given(layer, handler, (client, url) =>
          Effect.gen(function* () {
            const response = yield* client.get(url)
            const readers = yield* Effect.fork(
              Effect.raceFirst(response.text, Effect.zipRight(begun.told, Effect.void))
            )
            yield* Fiber.join(readers)
            yield* closed.told
            expect(yield* Effect.flip(response.text)).toMatchObject({ _tag: "ResponseError" })
          })
        )
      })
    )
  })

  it.scopedLive(`${name}: a failed request ends the readable that it was to send`, () =>
    given(layer, hanging, (client) =>
      Effect.gen(function* () {
        const body = Readable.from(["a"])
        yield* Effect.flip(client.post("http://127.0.0.1:1/", { body: HttpBody.raw(body) }))
        expect(body.destroyed).toBe(true)
      })
    )
  )
}

describe("spans", () => {
  const handler: Handler = (request, response) => {
    response.sendDate = false
    response.setHeader("x-trace", request.headers["traceparent"] ?? "none")
    reply("{}", { authorization: "secret", "x-one": "1" })(request, response)
  }

  const described = (layer: Clients, url: string, change: (client: Client) => Client = (client) => client) =>
    Effect.gen(function* () {
      const { spans, tracer } = yield* recordingTracer
      const request = HttpClientRequest.get(`${url}/a/b?c=d`, { headers: { authorization: "Bearer secret" } })
      const [trace, error] = yield* Effect.gen(function* () {
        const client = change(yield* HttpClient.HttpClient)
        const { headers } = yield* client.execute(request)
        return [headers["x-trace"], yield* Effect.flip(client.get("http://127.0.0.1:1/"))] as const
      }).pipe(Effect.withTracer(tracer), Effect.provide(layer))
      const ids = /(trace|span)Id|x-trace|traceparent|b3/
      return {
        traced: trace === "none" ? trace : spans.some(({ span }) => trace?.includes(span.spanId)),
        error: error._tag,
        spans: spans.map(({ span }) => ({
          name: span.name,
          kind: span.kind,
          status: span.status._tag,
          attributes: Object.fromEntries([...span.attributes].map(([key, value]) => [key, ids.test(key) || value]))
        }))
      }
    })

  it.scopedLive("are the stock layer's", () =>
    Effect.gen(function* () {
      const url = yield* serve(handler)
      for (const change of [
        (client: Client) => client,
        HttpClient.withTracerPropagation(false),
        HttpClient.withSpanNameGenerator((request) => `named ${request.method}`),
        HttpClient.withTracerDisabledWhen((request) => request.url.includes("/a/"))
      ]) {
        const stock = yield* described(NodeHttpClient.layerUndici, url, change)
        expect(stock.spans.length).toBeGreaterThan(0)
        expect(yield* described(Undici.layer, url, change)).toEqual(stock)
      }
      const one = yield* described(Undici.layer, url)
      expect(one).toMatchObject({ traced: true, error: "RequestError" })
      expect(one.spans[0]?.attributes).toMatchObject({ "url.path": "/a/b", "http.response.status_code": 200 })
    })
  )

  it.scopedLive("are named as the context of the layer says", () =>
    Effect.gen(function* () {
      const url = yield* serve(handler)
      const naming = Layer.succeed(HttpClient.SpanNameGenerator, () => "of the layer")
      const { spans } = yield* described(Layer.provide(Undici.layer, naming), url)
      expect(spans.map(({ name }) => name)).toEqual(["of the layer", "of the layer"])
    })
  )

  it.scopedLive("there are none where the tracer is off", () =>
    Effect.gen(function* () {
      const url = yield* serve(handler)
      const { spans, traced } = yield* Effect.withTracerEnabled(described(Undici.layer, url), false)
      expect([spans, traced]).toEqual([[], "none"])
    })
  )
})

describe("dispatchers", () => {
  it.scopedLive("an Agent is destroyed with the layer", () =>
    Effect.gen(function* () {
      const closed = yield* signal
      const url = yield* serve((request, response) => {
        request.socket.on("close", closed.tell)
        response.end("{}")
      })
      const client = yield* Effect.provide(
        Effect.tap(HttpClient.HttpClient, (client) => client.get(url)),
        Undici.layer
      )
      yield* closed.told
      expect(yield* Effect.flip(client.get(url))).toMatchObject({
        _tag: "RequestError",
        reason: "Transport",
        cause: { code: "UND_ERR_DESTROYED" }
      })
    })
  )

  it.scopedLive("one of somebody's own is left alone, and once it is closed there are no replies", () =>
    Effect.gen(function* () {
      const url = yield* serve((_, response) => response.end("{}"))
      const agent = new Agent()
      const get = Effect.flatMap(HttpClient.HttpClient, (client) => client.get(url)).pipe(
        Effect.provide(Undici.layerDispatcher(agent))
      )
      yield* get
      expect((yield* get).status).toBe(200)
      const closing = agent.close()
      const error = yield* Effect.flip(get)
      expect(error).toMatchObject({ _tag: "RequestError", reason: "Transport" })
      expect(classify(error)).toEqual({ reason: "Other", mayHaveArrived: false, code: "UND_ERR_CLOSED" })
      yield* Effect.promise(() => closing)
    })
  )

  it.scopedLive("one that throws is no defect", () => {
    const agent = new Agent()
    agent.dispatch = () => {
      throw new Error("thrown")
    }
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Undici.make(agent).get("http://a.example/"))
      expect(error).toMatchObject({ _tag: "RequestError", reason: "Transport", cause: { message: "thrown" } })
    })
  })

  it.scopedLive("one that answers itself", () =>
    Effect.gen(function* () {
      const agent = new MockAgent()
      agent.disableNetConnect()
      agent
        .get("https://a.example")
        .intercept({ path: "/b" })
        .reply(201, { c: 1 }, { headers: { "X-One": "1" } })
      const response = yield* Undici.make(agent).get("https://a.example/b")
      expect([response.status, response.headers["x-one"], yield* response.json]).toEqual([201, "1", { c: 1 }])
      expect(yield* Effect.flip(Undici.make(agent).get("https://a.example/d"))).toMatchObject({ _tag: "RequestError" })
    })
  )

  it.effect("options that undici does not accept are refused by name when the layer is built", () =>
    Effect.gen(function* () {
      const nan = Number.NaN
      for (const options of [
        { connections: nan },
        { connections: Number.POSITIVE_INFINITY },
        { connections: -1 },
        { connections: 1.5 },
        { pipelining: nan },
        { pipelining: -1 },
        { headersTimeout: nan },
        { headersTimeout: -1 },
        { bodyTimeout: 1.5 },
        { keepAliveTimeout: 0 },
        { keepAliveMaxTimeout: nan },
        { connectTimeout: nan },
        { maxHeaderSize: nan },
        { maxResponseSize: nan },
        { maxRequestsPerClient: nan },
        { maxConcurrentStreams: 0 },
        { clientTtl: -1 },
        { maxOrigins: nan }
      ]) {
        const exit = yield* Effect.exit(Effect.scoped(Layer.build(Undici.layerWith(options))))
        const [name] = Object.keys(options)
        expect(Exit.isFailure(exit) && Cause.pretty(exit.cause), name).toContain("InvalidOption: Undici.layerWith: ")
        expect(Exit.isFailure(exit) && Cause.pretty(exit.cause)).toContain(name)
      }
      // as undici of another major version, or Bun's own
      const foreign = new Agent()
      Object.defineProperty(foreign, "dispatch", { value: undefined })
      expect(() => Undici.make(foreign)).toThrow("Undici.make: dispatcher must be one of undici 7 or 8")
      const exit = yield* Effect.exit(Effect.scoped(Layer.build(Undici.layerDispatcher(foreign))))
      expect(Exit.isFailure(exit) && Cause.isDie(exit.cause)).toBe(true)
    })
  )

  it.scopedLive("a layer is one pool in a graph, which lives as long as anybody uses it", () =>
    Effect.gen(function* () {
      const url = yield* serve((_, response) => response.end("{}"))
      const memo = yield* Layer.makeMemoMap
      const build = (scope: Scope.Scope) => Layer.buildWithMemoMap(Undici.layer, memo, scope)
      const [early, late] = yield* Effect.all([Scope.make(), Scope.make()])
      const [one, two] = yield* Effect.all([build(early), build(late)])
      const get = Effect.flatMap(HttpClient.HttpClient, (client) => client.get(url))
      yield* Effect.provide(get, one)
      yield* Scope.close(early, Exit.void)
      expect((yield* Effect.provide(get, one)).status).toBe(200)
      expect((yield* Effect.provide(get, two)).status).toBe(200)
      yield* Scope.close(late, Exit.void)
      expect((yield* Effect.flip(Effect.provide(get, two)))._tag).toBe("RequestError")
    })
  )

  it.scopedLive("a body is no longer than MaxBodySize, and ends its connection when it is", () =>
    Effect.gen(function* () {
      const closed = yield* signal
      const handler: Handler = (request, response) => {
        if (request.url === "/short") return void response.end("12345")
        request.socket.on("close", closed.tell)
        flood(64, { mebibytes: 0 })(request, response)
      }
      yield* given(Undici.layer, handler, (client, url) =>
        Effect.gen(function* () {
          const short = yield* client.get(`${url}/short`)
          expect(yield* HttpIncomingMessage.withMaxBodySize(short.text, Option.some(5))).toBe("12345")
          const tooLong = { _tag: "ResponseError", reason: "Decode", cause: { name: "BodyTooLong", limit: 4 } }
          expect(yield* Effect.flip(HttpIncomingMessage.withMaxBodySize(short.json, Option.some(4)))).toMatchObject(
            tooLong
          )
          expect(yield* short.text).toBe("12345")
          const long = yield* client.get(url)
          expect(
            yield* Effect.flip(HttpIncomingMessage.withMaxBodySize(long.arrayBuffer, Option.some(4)))
          ).toMatchObject(tooLong)
          yield* closed.told
        })
      )
    })
  )

  it.scopedLive("timeouts of an Agent's options hold", () =>
    given(Undici.layerWith({ headersTimeout: 1 }), hanging, (client, url) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(client.get(url))
        expect(error).toMatchObject({ _tag: "RequestError", cause: { code: "UND_ERR_HEADERS_TIMEOUT" } })
      })
    )
  )

  it.scopedLive("a request that is given up while it waits for a connection is not sent later", () =>
    Effect.gen(function* () {
      const seen: Array<string | undefined> = []
      const [begun, go] = yield* Effect.all([signal, Deferred.make<void>()])
      const runtime = yield* Effect.runtime()
      const url = yield* serve((request, response) => {
        seen.push(request.url)
        begun.tell()
        Runtime.runFork(runtime)(
          Effect.zipRight(
            Deferred.await(go),
            Effect.sync(() => response.end("{}"))
          )
        )
      })
      yield* Effect.gen(function* () {
        const client = yield* HttpClient.HttpClient
        const first = yield* Effect.fork(client.get(`${url}/1`))
        yield* begun.told
        const second = yield* Effect.fork(client.get(`${url}/2`))
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(second)
        yield* Deferred.succeed(go, undefined)
        yield* Fiber.join(first)
        yield* client.get(`${url}/3`)
        expect(seen).toEqual(["/1", "/3"])
      }).pipe(Effect.provide(Undici.layerWith({ connections: 1 })))
    })
  )
})
