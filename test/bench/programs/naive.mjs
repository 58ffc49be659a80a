/** What one writes by hand with @effect/platform. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { firstReply } from "./firstReply.mjs"

const Room = Schema.Struct({ id: Schema.String, jid: Schema.String, subject: Schema.optional(Schema.String) })

const program = Effect.gen(function* () {
  const client = (yield* HttpClient.HttpClient).pipe(HttpClient.filterStatusOk)
  const response = yield* client.execute(
    HttpClientRequest.get(`${process.argv[2]}/api/v2/chats/rooms/adhoc-0b6f%40conference.acme.orgspan.com`).pipe(
      HttpClientRequest.bearerToken("benchmark-token"),
      HttpClientRequest.acceptJson
    )
  )
  return yield* HttpClientResponse.schemaBodyJson(Room)(response)
})

Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(FetchHttpClient.layer))).then(firstReply)
