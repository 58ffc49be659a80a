/** A seeded generator: the same numbers from the same seed, on either Effect. */
export { PCGRandom, type PCGRandomState } from "effect/Utils"
