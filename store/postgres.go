package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
)

// A postgresEngine is a PostgreSQL database. It has the password only to remove it from
// messages.
type postgresEngine struct {
	where    string // host:port/database
	database string
	user     string
	password string
}

func (e postgresEngine) snapshot() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

func (e postgresEngine) jsonRows() string { return "json_array_elements(CAST(? AS json)) r" }

// retry is true for a deadlock and a serialization failure: PostgreSQL has undone one side so
// that the other can continue.
func (e postgresEngine) retry(err error) bool {
	failed, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (failed.Code == "40P01" || failed.Code == "40001")
}

func (e postgresEngine) explain(err error) error {
	says := e.says(err)
	if says == "" && e.password != "" && strings.Contains(err.Error(), e.password) {
		says = strings.ReplaceAll(err.Error(), e.password, "[secret]")
	}
	if says == "" {
		return err
	}
	return &explainedError{message: says, err: err}
}

func (e postgresEngine) says(err error) string {
	if failed, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch failed.Code {
		case "28P01", "28000":
			return fmt.Sprintf("PostgreSQL at %s refuses the user %s; check the user name and password of the DSN", e.where, e.user)
		case "3D000":
			return fmt.Sprintf("PostgreSQL at %s has no database %s; create it with createdb, or name another", e.where, e.database)
		case "42501":
			return fmt.Sprintf("the user %s may not do this in PostgreSQL at %s (%s); grant it the right to create and change tables there",
				e.user, e.where, failed.Message)
		case "25006":
			return fmt.Sprintf("PostgreSQL at %s is read-only, as a standby is; give the DSN of the primary", e.where)
		case "53100":
			return fmt.Sprintf("the disk of PostgreSQL at %s is full; nothing of this step was stored, and it is repeated once there is space", e.where)
		case "53300":
			return fmt.Sprintf("PostgreSQL at %s has no connection left; raise max_connections, or stop other programs", e.where)
		case "57P01", "57P02", "57P03":
			return fmt.Sprintf("PostgreSQL at %s is starting or stopping; try again in a moment", e.where)
		}
		return ""
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return fmt.Sprintf("PostgreSQL at %s cannot be reached; check that it runs and that host and port of the DSN are right", e.where)
	}
	return ""
}

func openPostgres(ctx context.Context, o Options) (*Store, error) {
	config, err := pgx.ParseConfig(o.DSN)
	if err != nil {
		// The parser's own words may quote the DSN.
		return nil, errors.New("open the database: the PostgreSQL DSN cannot be read; " +
			"want postgres://user:password@host:5432/database or host=… user=… password=… dbname=…")
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "regwatch"
	}
	e := postgresEngine{
		where:    net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port))) + "/" + config.Database,
		database: config.Database,
		user:     config.User,
		password: config.Password,
	}
	s := &Store{engine: e}
	if err := s.openPostgres(ctx, config, o); err != nil {
		return nil, errors.Join(s.failed(ctx, "open the database", err), s.Close())
	}
	return s, nil
}

func (s *Store) openPostgres(ctx context.Context, config *pgx.ConnConfig, o Options) error {
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(limitIdle))
	pool.SetMaxOpenConns(o.Readers + 4)
	pool.SetMaxIdleConns(o.Readers)
	s.pools = append(s.pools, pool)
	if err := pool.PingContext(ctx); err != nil {
		return err
	}
	if err := migratePostgres(ctx, pool, o); err != nil {
		return err
	}
	db, err := openGORM(postgres.New(postgres.Config{Conn: pool}))
	if err != nil {
		return err
	}
	s.write, s.read = db, db
	return s.mergeOptOuts(ctx)
}

// limitIdle ends the transaction of a program that was frozen inside it, which would block all
// others forever.
func limitIdle(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SET idle_in_transaction_session_timeout = '60s'")
	return err
}
