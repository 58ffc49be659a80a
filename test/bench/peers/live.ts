import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { ChatsClient, Credentials, type FlowControl, Region } from "effect-genesys-chats"
import { transport } from "./transport.js"

/** This library with everything on, over the transport of a name. */
export const live = async (
  url: string,
  name: string,
  flow: Layer.Layer<FlowControl.FlowControl> | Layer.Layer<never>
) => {
  const runtime = ManagedRuntime.make(
    ChatsClient.layer.pipe(
      Layer.provide(Credentials.layerClientCredentials({ clientId: "client", clientSecret: Redacted.make("secret") })),
      Layer.provide(Region.layerCustom({ apiUrl: url, loginUrl: url })),
      Layer.provide(flow),
      Layer.provide(await transport(name))
    )
  )
  await runtime.runPromise(Effect.void)
  return runtime
}
