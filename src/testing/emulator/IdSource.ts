import { PCGRandom, type PCGRandomState } from "../../internal/effect/random.js"

/** A seeded source of ids: the same seed and the same calls give the same ids. */
export class IdSource {
  readonly #random: PCGRandom

  constructor(seed: number) {
    this.#random = new PCGRandom(seed)
  }

  clone(): IdSource {
    const copy = new IdSource(0)
    copy.#random.setState(this.#random.getState())
    return copy
  }

  /** Where it is, to go on from there. */
  get state(): PCGRandomState {
    return this.#random.getState()
  }

  moveTo(state: PCGRandomState): void {
    this.#random.setState(state)
  }

  /** Lower-case hexadecimal digits. */
  hex(length: number): string {
    let digits = ""
    // 48 of the 53 random bits of a number are twelve digits
    while (digits.length < length) {
      digits += Math.floor(this.#random.number() * 0x1_0000_0000_0000)
        .toString(16)
        .padStart(12, "0")
    }
    return digits.slice(0, length)
  }

  /** A version 4 UUID. */
  uuid(): string {
    const d = this.hex(32)
    const variant = "89ab"[d.charCodeAt(16) % 4]
    return `${d.slice(0, 8)}-${d.slice(8, 12)}-4${d.slice(13, 16)}-${variant}${d.slice(17, 20)}-${d.slice(20)}`
  }
}
