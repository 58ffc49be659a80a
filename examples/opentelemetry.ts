/**
 * Exports the traces of a program through `@effect/opentelemetry`, and prints them as trees: one
 * span an operation, one below it an attempt, with the semantic conventions' attributes.
 */
import * as NodeSdk from "@effect/opentelemetry/NodeSdk"
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Struct from "effect/Struct"
import { Chats } from "effect-genesys-chats"
import { Faults } from "effect-genesys-chats/testing"
import * as Environment from "./support/environment.js"

const program = Effect.gen(function* () {
  const { foreignRoom, users } = yield* Environment.Org
  const { jid: roomJid } = yield* Chats.postChatsRooms({ subject: "Incident 4711", userIds: users })
  yield* Chats.postChatsRoomMessages({ roomJid, message: "Payments are down in Frankfurt" })
  yield* Effect.ignore(Chats.getChatsRoom({ roomJid: foreignRoom }))
}).pipe(Effect.withSpan("open incident room"))

const exporter = new InMemorySpanExporter()

const Telemetry = NodeSdk.layer(() => ({
  resource: { serviceName: "incident-bot" },
  // a backend puts `new BatchSpanProcessor(new OTLPTraceExporter())` here
  spanProcessor: new SimpleSpanProcessor(exporter)
}))

const shown = ["http.response.status_code", "http.request.resend_count", "error.type", "url.template"]

const tree = (spans: ReadonlyArray<ReadableSpan>, parent: string | undefined, indent: string): ReadonlyArray<string> =>
  spans
    .filter((span) => span.parentSpanContext?.spanId === parent)
    .flatMap((span) => [
      `${indent}${span.name} ${JSON.stringify(Struct.pick(span.attributes, ...shown))}`,
      ...span.events
        .filter((event) => event.name !== "exception")
        .map((event) => `${indent}  · ${event.name} ${JSON.stringify(event.attributes)}`),
      ...tree(spans, span.spanContext().spanId, `${indent}  `)
    ])

const faults = Faults.forOperation("postChatsRoomMessages", [Faults.status(503, { retryAfter: 1 })])

await program.pipe(
  // while the layers live: closing them empties the exporter
  Effect.zipRight(Effect.suspend(() => Console.log(tree(exporter.getFinishedSpans(), undefined, "").join("\n")))),
  Effect.provide(Layer.provideMerge(Environment.layer({ faults }), Telemetry)),
  Effect.runPromise
)
