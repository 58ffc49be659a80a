/**
 * How many cases a property or a simulation tries. `TEST_RUNS=10 npm test` tries ten times as many, for a
 * night: what is found depends on the number alone, and a case that fails is printed with its seed.
 */
const factor = Number(process.env["TEST_RUNS"] ?? 1)

if (!(factor > 0)) throw new Error("TEST_RUNS must be a number above 0")

export const runs = (usual: number): number => Math.max(1, Math.round(usual * factor))
