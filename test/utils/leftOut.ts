import { hasPostgres, hasRedis } from "./services.js"

/** Says in one line which tests are left out for want of a server. */
export const setup = (): void => {
  const missing = [...(hasRedis ? [] : ["redis-server"]), ...(hasPostgres ? [] : ["PostgreSQL"])]
  if (missing.length > 0) {
    console.log(`left out: the tests that need ${missing.join(" and ")} (bash test/scripts/services.sh install)`)
  }
}
