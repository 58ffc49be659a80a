import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

/**
 * The address of a channel's socket, where it is one to connect to: encrypted, or on this machine. Who
 * knows it hears the channel, so it is a secret.
 */
export const connectUri = (text: string): Option.Option<Redacted.Redacted> => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.username !== "" || url.password !== "" || url.hash !== "") return Option.none()
  const isAllowed = url.protocol === "wss:" || (url.protocol === "ws:" && loopback.test(url.hostname))
  return isAllowed ? Option.some(Redacted.make(url.href)) : Option.none()
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/
