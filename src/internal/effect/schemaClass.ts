/** What Effect leaves to be done to a schema or a class of it: nothing. */
export const finished = <S extends object>(schema: S): S => schema
