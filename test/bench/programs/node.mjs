/** Node alone, without a reply. */
import { firstReply } from "./firstReply.mjs"

firstReply()
