import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
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
  HttpRouter.toWebHandler(
    HttpApiBuilder.layer(Api).pipe(Layer.provide(handlers(host, service)), Layer.provide(HttpServer.layerServices)),
    { disableLogger: true }
  )
