/*
 * The generator of Effect 3's `effect/Utils` (PCG, XSH-RR, 64 bits of state), so that a seed means the same
 * on either version, and a state that one has saved is read by the other.
 */

/** Where a generator is: its state and its increment, each as two words. */
export type PCGRandomState = [number, number, number, number]

const multiplier = 0x5851f42d4c957f2dn
const increment = 0x14057b7ef767814fn
const word = (value: bigint, high: boolean): number => Number((high ? value >> 32n : value) & 0xffffffffn)
const long = (high: number, low: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
const wrapped = (value: bigint): bigint => BigInt.asUintN(64, value)

export class PCGRandom {
  #state = 0n
  #increment = increment

  constructor(seed: number) {
    this.#next()
    this.#state = wrapped(this.#state + BigInt(seed >>> 0))
    this.#next()
  }

  getState(): PCGRandomState {
    return [
      word(this.#state, true),
      word(this.#state, false),
      word(this.#increment, true),
      word(this.#increment, false)
    ]
  }

  setState([high, low, incrementHigh, incrementLow]: PCGRandomState): void {
    this.#state = long(high, low)
    this.#increment = long(incrementHigh, incrementLow) | 1n
  }

  /** From 0 up to 1, with 53 random bits. */
  number(): number {
    const high = this.#next() & 0x03ffffff
    const low = this.#next() & 0x07ffffff
    return (high * 134217728 + low) / 9007199254740992
  }

  #next(): number {
    const old = this.#state
    this.#state = wrapped(old * multiplier + this.#increment)
    const shifted = Number((((old >> 18n) ^ old) >> 27n) & 0xffffffffn)
    const turn = Number(old >> 59n)
    return ((shifted >>> turn) | (shifted << (-turn & 31))) >>> 0
  }
}
