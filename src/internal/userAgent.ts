/** How the library names itself in `User-Agent` (RFC 9110, 10.1.5); the version is that of package.json. */
export const defaultUserAgent = "effect-genesys-chats/3.0.0"
