import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Redacted from "effect/Redacted"

/*
 * What is kept in a shared store is encrypted (AES-256-GCM) with a key that everybody derives from the
 * client secret (HKDF, RFC 5869): whoever reads the store alone can read no token, nor put one there.
 */

/** Seals texts, and opens those that the same secret sealed for the same slot. */
export interface Seal {
  /** Where to keep them: it tells nothing of whose they are, and another secret has another slot. */
  readonly slot: string
  readonly seal: (text: string) => Effect.Effect<string, SealFailed>
  /** `undefined` where the text is not such a one, unharmed. */
  readonly open: (sealed: string) => Effect.Effect<string | undefined>
}

/** This runtime has no Web Crypto, as browsers have none for pages without TLS. */
export class SealFailed {
  readonly _tag = "SealFailed"
}

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, SealFailed> =>
  Effect.tryPromise({ try: run, catch: () => new SealFailed() })

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text))

/** `identity` tells apart what one secret is used for. */
export const makeSeal = (secret: Redacted.Redacted, identity: ReadonlyArray<string>): Effect.Effect<Seal, SealFailed> =>
  attempt(async () => {
    const { subtle } = globalThis.crypto
    const salt = await subtle.digest("SHA-256", utf8(JSON.stringify(identity)))
    const material = await subtle.importKey("raw", utf8(Redacted.value(secret)), "HKDF", false, [
      "deriveBits",
      "deriveKey"
    ])
    const derive = (info: string) => ({
      name: "HKDF",
      hash: "SHA-256",
      salt,
      info: utf8(`effect-genesys-chats/${info}`)
    })
    const slot = Encoding.encodeHex(new Uint8Array(await subtle.deriveBits(derive("slot"), material, 128)))
    const algorithm = { name: "AES-GCM", length: 256 }
    const key = await subtle.deriveKey(derive("token"), material, algorithm, false, ["encrypt", "decrypt"])
    const parameters = (iv: Uint8Array<ArrayBuffer>) => ({ name: "AES-GCM", iv, additionalData: utf8(`v1 ${slot}`) })
    return {
      slot,
      seal: (text) =>
        attempt(async () => {
          const iv = globalThis.crypto.getRandomValues(new Uint8Array(ivLength))
          const sealed = new Uint8Array(await subtle.encrypt(parameters(iv), key, utf8(text)))
          const all = new Uint8Array(ivLength + sealed.length)
          all.set(iv)
          all.set(sealed, ivLength)
          return `v1.${Encoding.encodeBase64(all)}`
        }),
      open: (sealed) => {
        const bytes = Either.getOrUndefined(Encoding.decodeBase64(sealed.replace(/^v1\./, "")))
        if (bytes === undefined || bytes.length <= ivLength) return Effect.sync(() => undefined)
        const iv = new Uint8Array(bytes.slice(0, ivLength))
        return attempt(async () =>
          new TextDecoder().decode(await subtle.decrypt(parameters(iv), key, new Uint8Array(bytes.slice(ivLength))))
        ).pipe(Effect.orElseSucceed(() => undefined))
      }
    }
  })

const ivLength = 12
