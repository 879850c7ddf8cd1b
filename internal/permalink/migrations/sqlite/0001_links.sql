CREATE TABLE links (
	key        BLOB    NOT NULL PRIMARY KEY, -- SHA-256 of the id
	delete_key BLOB    NOT NULL,             -- SHA-256 of the token for deleting
	created    INTEGER NOT NULL,             -- seconds since 1970
	expires    INTEGER NOT NULL,             -- the same; 0 is never
	size       INTEGER NOT NULL,             -- bytes of body
	body       BLOB    NOT NULL              -- compressed and encrypted under the id
);
CREATE INDEX links_expires ON links (expires) WHERE expires > 0;
CREATE INDEX links_size ON links (size);
