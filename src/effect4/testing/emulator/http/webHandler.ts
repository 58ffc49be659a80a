import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { HttpApiSchemaError } from "effect/http-api/HttpApiError"
import * as Layer from "effect/Layer"
import { issuesOf } from "../../../internal/effect/issues.js"
import type { Host } from "../host.js"
import type { Service } from "../service.js"
import { Api } from "./api.js"
import { handlers } from "./handlers.js"

/** What is wrong with a request, as Effect 3 replies: Effect 4 says nothing of it. A body that is no JSON has no issues. */
const explained = HttpRouter.middleware(
  (answered) =>
    Effect.catchDefect(answered, (defect) =>
      HttpApiSchemaError.is(defect) && defect.cause.issue._tag !== "InvalidValue"
        ? Effect.succeed(
            HttpServerResponse.jsonUnsafe(
              {
                _tag: "HttpApiDecodeError",
                issues: issuesOf(defect.cause).map(({ kind, message, path }) => ({ _tag: kind, path, message }))
              },
              { status: 400 }
            )
          )
        : Effect.die(defect)
    ),
  { global: true }
)

/** The control API as a handler of the web's requests. */
export const webHandler = (
  host: Host,
  service: Service
): { readonly handler: (request: Request) => Promise<Response>; readonly dispose: () => Promise<void> } =>
  HttpRouter.toWebHandler(
    HttpApiBuilder.layer(Api).pipe(
      Layer.provide(handlers(host, service)),
      Layer.provide(HttpServer.layerServices),
      Layer.merge(explained)
    ),
    { disableLogger: true }
  )
