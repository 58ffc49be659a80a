/** The vendor's SDK. */
import { roomJid, serve, text } from "../peer.js"

type Sdk = typeof import("purecloud-platform-client-v2")

await serve(async (url) => {
  // CommonJS whose types are written as if it had named exports
  const imported: Sdk & { readonly default?: Sdk } = await import("purecloud-platform-client-v2")
  const sdk = imported.default ?? imported
  const client = sdk.ApiClient.instance
  const { hostname, port } = new URL(url)
  client.setGateway({ host: hostname, protocol: "http", port: Number(port) })
  await client.loginClientCredentialsGrant("client", "secret")
  const chats = new sdk.ChatApi()
  return {
    post: () => chats.postChatsRoomMessages(roomJid, { message: text }),
    room: () => chats.getChatsRoom(roomJid),
    listing: () => chats.getChatsRoomMessages(roomJid, { limit: "100" }),
    chunked: () => chats.getChatsRoomMessages(roomJid, { limit: "99" })
  }
})
