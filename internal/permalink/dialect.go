package permalink

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is what differs between the databases.
type dialect struct {
	// migrations is the folder of the statements that make the tables.
	migrations string
	// lock keeps other processes from making them at the same time. A database that does
	// not know it makes them without.
	lock string
	// tune follows new tables; a database that does not know it goes without.
	tune string
	// forget takes deleted rows out of what the database keeps beside its tables.
	forget string
	// snapshot is the isolation in which one transaction sees one moment.
	snapshot sql.IsolationLevel
	// full reports that the database has no room.
	full func(error) bool
}

var sqliteDialect = dialect{
	migrations: "migrations/sqlite",
	forget:     "PRAGMA wal_checkpoint(TRUNCATE)",
	full: func(err error) bool {
		var e *sqlite.Error
		return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_FULL
	},
}

var postgresDialect = dialect{
	migrations: "migrations/postgres",
	snapshot:   sql.LevelRepeatableRead,
	tune:       "ALTER TABLE links ALTER COLUMN body SET STORAGE EXTERNAL", // it cannot be compressed
	lock:       "SELECT pg_advisory_xact_lock(7351042986)",
	full: func(err error) bool {
		var e *pgconn.PgError
		const insufficientResources, diskFull = "53000", "53100"
		return errors.As(err, &e) && (e.Code == diskFull || e.Code == insufficientResources)
	},
}

// OpenStore opens a store by its address: sqlite:PATH or postgres://…, and makes its
// tables where they are missing. An error says what is wrong with the address or the
// store, without a password.
func OpenStore(ctx context.Context, address string) (*Store, error) {
	var s *Store
	var err error
	switch scheme, rest, _ := strings.Cut(address, ":"); scheme {
	case "sqlite":
		s, err = openSQLite(rest)
	case "postgres", "postgresql":
		s, err = openPostgres(address)
	default:
		return nil, fmt.Errorf("a link store is sqlite:PATH or postgres://USER@HOST/DATABASE, not %q", scheme+":…")
	}
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func openSQLite(path string) (*Store, error) {
	if path == "" {
		return nil, errors.New("sqlite: has no path; write sqlite:/var/lib/netpolscope/links.db")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of the link store: %w", err)
	}
	// The file is nobody else's business; SQLite gives its log the same rights.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the link store: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("opening the link store: %w", err)
	}
	open := func(connections int) *sql.DB {
		pragmas := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)"}, "_txlock": {"immediate"}}
		db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: pragmas.Encode()}).String())
		if err != nil {
			panic("permalink: " + err.Error()) // Only an unknown driver fails.
		}
		db.SetMaxOpenConns(connections)
		db.SetMaxIdleConns(connections)
		return db
	}
	const readers = 4
	return &Store{dialect: sqliteDialect, writer: open(1), reader: open(readers)}, nil
}

func openPostgres(address string) (*Store, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		// The error of the library hides the password.
		return nil, fmt.Errorf("the address of the link store: %w", err)
	}
	config.ConnectTimeout = patience
	db := stdlib.OpenDB(*config)
	const most = 16
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	db.SetConnMaxIdleTime(time.Minute)
	return &Store{dialect: postgresDialect, writer: db, reader: db}, nil
}

//go:embed migrations
var migrations embed.FS

// migrate brings the tables up to date. Replicas that start together wait for each
// other.
func (s *Store) migrate(ctx context.Context) error {
	made, err := s.makeTables(ctx, s.dialect.lock)
	var unknown *pgconn.PgError
	const notSupported, noFunction = "0A000", "42883"
	if errors.As(err, &unknown) && (unknown.Code == notSupported || unknown.Code == noFunction) {
		made, err = s.makeTables(ctx, "")
	}
	if err == nil && made && s.dialect.tune != "" {
		_, _ = s.writer.ExecContext(ctx, s.dialect.tune)
	}
	return err
}

// makeTables makes what is missing under a lock, and reports whether anything was.
func (s *Store) makeTables(ctx context.Context, lock string) (made bool, err error) {
	files, err := migrations.ReadDir(s.dialect.migrations)
	if err != nil {
		panic("permalink: " + err.Error())
	}
	ctx, cancel := context.WithTimeout(ctx, 10*patience)
	defer cancel()
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return false, fmt.Errorf("opening the link store: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	exec := func(statement string, args ...any) {
		if err == nil {
			_, err = tx.ExecContext(ctx, statement, args...)
		}
	}
	if lock != "" {
		exec(lock)
	}
	exec("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
	var version int
	if err == nil {
		err = tx.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM schema_version").Scan(&version)
	}
	if err != nil {
		return false, fmt.Errorf("reading the version of the link store: %w", err)
	}
	if version > len(files) {
		return false, fmt.Errorf("the link store has version %d and this Netpolscope knows %d: start the newer Netpolscope that made it, or name another store with --store", version, len(files))
	}
	for n, file := range files[version:] {
		text, err := migrations.ReadFile(s.dialect.migrations + "/" + file.Name())
		if err != nil {
			panic("permalink: " + err.Error())
		}
		if _, err := tx.ExecContext(ctx, string(text)); err != nil {
			return false, fmt.Errorf("making the tables of the link store (%s): %w", file.Name(), err)
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO schema_version (version) VALUES ($1)", version+n+1); err != nil {
			return false, fmt.Errorf("noting the version of the link store: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return false, fmt.Errorf("making the tables of the link store: %w", err)
	}
	return version < len(files), nil
}
