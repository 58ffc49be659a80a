import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"

/** The transport that the second argument names. */
export const transport = () => (process.argv[3] === "fetch" ? FetchHttpClient.layer : NodeHttpClient.layerUndici)
