/**
 * Version 2: the memory of an attempt over time. `points` holds the columns named in `columns` (a JSON array) one after the
 * other, each `count` numbers of 64 bits, little-endian; NaN means not measured. So a minute at a thousand points a second
 * is one row of a few MB, not sixty thousand rows.
 */
export const sql = `
CREATE TABLE traces (
  sample_id INTEGER PRIMARY KEY REFERENCES samples (id),
  probe     TEXT NOT NULL,
  count     INTEGER NOT NULL,
  columns   TEXT NOT NULL,
  points    BLOB NOT NULL
) STRICT;
`;
