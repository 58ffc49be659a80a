import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServer from "@effect/platform/HttpServer"
import * as Layer from "effect/Layer"
import type { Host } from "../host.js"
import type { Service } from "../service.js"
import { Api } from "./api.js"
import { handlers } from "./handlers.js"

/** The control API as a handler of the web's requests. */
export const webHandler = (
  host: Host,
  service: Service
): { readonly handler: (request: Request) => Promise<Response>; readonly dispose: () => Promise<void> } =>
  HttpApiBuilder.toWebHandler(
    HttpApiBuilder.api(Api).pipe(Layer.provide(handlers(host, service)), Layer.merge(HttpServer.layerContext))
  )
