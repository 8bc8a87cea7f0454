/** Version 3: the id that the provider gave a call, so that one that is logged twice or imported again counts once. */
export const sql = `
ALTER TABLE samples ADD COLUMN request_id TEXT;
CREATE INDEX samples_of_request ON samples (request_id) WHERE request_id IS NOT NULL;
`;
