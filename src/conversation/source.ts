import { roomSource, userSource } from "../history/sources.js"
import type { Conversation } from "./model.js"

/** The history of a conversation, by pages. */
export const sourceOf =
  (self: Conversation, options: { readonly excludeMetadata?: boolean | undefined } | undefined) => () =>
    self._tag === "Room"
      ? roomSource(self.jid, options?.excludeMetadata)
      : userSource(self.userId, options?.excludeMetadata)
