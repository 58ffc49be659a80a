import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type * as Layer from "effect/Layer"

/** A variable, because a package without this subpath is measured without it. */
const lean: string = "effect-genesys-chats/undici"

/** The transport of a name: `fetch`, `layerUndici` or `lean`. */
export const transport = async (name: string): Promise<Layer.Layer<HttpClient.HttpClient>> => {
  if (name === "fetch") return FetchHttpClient.layer
  if (name !== "lean") return NodeHttpClient.layerUndici
  const module: { readonly layer: Layer.Layer<HttpClient.HttpClient> } = await import(lean)
  return module.layer
}
