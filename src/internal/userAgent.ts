/** Name and version, as RFC 9110 (10.1.5) has them; a test holds the version to that of package.json. */
export const defaultUserAgent = "effect-genesys-chats/0.1.0"
