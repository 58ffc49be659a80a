/** Whether a text is the JID of a user or a room: all of them are on hosts below `orgspan.com`. */
export const isJid = (value: string): boolean => /@([^@]+\.)?orgspan\.com$/i.test(value)
