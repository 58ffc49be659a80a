/**
 * The few endpoints beyond chat that find people and groups, and say who calls, under the API's own
 * names. Any other endpoint of the platform is declared with `Endpoint.make`.
 *
 * @since 0.1.0
 */
export * from "./endpoints/Authorization.js"
export * from "./endpoints/Groups.js"
export * from "./endpoints/Users.js"
