/** The vendor's SDK. */
import sdk from "purecloud-platform-client-v2"
import { firstReply } from "./firstReply.mjs"

const { hostname, port } = new URL(process.argv[2])
const client = sdk.ApiClient.instance
client.setGateway({ host: hostname, protocol: "http", port: Number(port) })
client.setAccessToken("benchmark-token")

new sdk.ChatApi().getChatsRoom("adhoc-0b6f@conference.acme.orgspan.com").then(firstReply)
