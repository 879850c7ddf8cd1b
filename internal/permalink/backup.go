package permalink

import (
	"bufio"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// A backup is a gzip file of JSON lines: a head, a line for each link as the store has
// it, and a foot with their number, so that one that was cut off is seen. It says no
// more of a link than the store does, and goes into a store of either kind.
const backupFormat = "netpolscope.links/v1"

type backupHead struct {
	Format string `json:"format"`
}

type backupLine struct {
	Key       []byte `json:"key,omitempty"`
	DeleteKey []byte `json:"deleteKey,omitempty"`
	Created   int64  `json:"created,omitempty"`
	Expires   int64  `json:"expires,omitempty"`
	Body      []byte `json:"body,omitempty"`
	// Links is only in the foot.
	Links *int `json:"links,omitempty"`
}

// Backup writes every link, as of one moment, while the store is in use.
func (s *Store) Backup(ctx context.Context, to io.Writer) (links int, err error) {
	packed := gzip.NewWriter(to)
	out := json.NewEncoder(packed)
	if err := out.Encode(backupHead{backupFormat}); err != nil {
		return 0, fmt.Errorf("writing the backup: %w", err)
	}
	tx, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.snapshot})
	if err != nil {
		return 0, s.trouble(err)
	}
	defer func() { _ = tx.Rollback() }()
	rows, err := tx.QueryContext(ctx, "SELECT key, delete_key, created, expires, body FROM links ORDER BY key")
	if err != nil {
		return 0, s.trouble(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var line backupLine
		if err := rows.Scan(&line.Key, &line.DeleteKey, &line.Created, &line.Expires, &line.Body); err != nil {
			return links, s.trouble(err)
		}
		if err := out.Encode(line); err != nil {
			return links, fmt.Errorf("writing the backup: %w", err)
		}
		links++
	}
	if err := rows.Err(); err != nil {
		return links, s.trouble(err)
	}
	if err := errors.Join(out.Encode(backupLine{Links: &links}), packed.Close()); err != nil {
		return links, fmt.Errorf("writing the backup: %w", err)
	}
	return links, nil
}

// Restore adds the links of a backup; those that the store has stay as they are. All
// of the backup is added, or nothing.
func (s *Store) Restore(ctx context.Context, from io.Reader) (added int, err error) {
	unpacked, err := gzip.NewReader(bufio.NewReader(from))
	if err != nil {
		return 0, fmt.Errorf("reading the backup: %w", err)
	}
	in := json.NewDecoder(unpacked)
	var head backupHead
	if err := in.Decode(&head); err != nil || head.Format != backupFormat {
		return 0, errors.New("this is not a backup of links that this version of Netpolscope can read")
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return 0, s.trouble(err)
	}
	defer func() { _ = tx.Rollback() }()
	for read := 0; ; read++ {
		var line backupLine
		if err := in.Decode(&line); err != nil {
			return 0, fmt.Errorf("the backup is cut off or damaged after %d links: %w", read, err)
		}
		if line.Links != nil {
			if *line.Links != read {
				return 0, fmt.Errorf("the backup has %d links and says that it has %d", read, *line.Links)
			}
			break
		}
		result, err := tx.ExecContext(ctx, `INSERT INTO links (key, delete_key, created, expires, size, body)
			VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (key) DO NOTHING`,
			line.Key, line.DeleteKey, line.Created, line.Expires, len(line.Body), line.Body)
		if err != nil {
			return 0, s.trouble(err)
		}
		n, err := result.RowsAffected()
		if err != nil {
			return 0, s.trouble(err)
		}
		added += int(n)
	}
	return added, s.trouble(tx.Commit())
}
