CREATE TABLE links (
	key        BYTEA  NOT NULL PRIMARY KEY, -- SHA-256 of the id
	delete_key BYTEA  NOT NULL,             -- SHA-256 of the token for deleting
	created    BIGINT NOT NULL,             -- seconds since 1970
	expires    BIGINT NOT NULL,             -- the same; 0 is never
	size       BIGINT NOT NULL,             -- bytes of body
	body       BYTEA  NOT NULL              -- compressed and encrypted under the id
);
CREATE INDEX links_expires ON links (expires) WHERE expires > 0;
CREATE INDEX links_size ON links (size);
