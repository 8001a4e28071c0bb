// Package statements connects to SQLite and keeps prepared statements.
//
// Start with [NewConnector]. It promises that a statement is used by one query at a time.
package statements

import (
	"context"
	"database/sql/driver"
	"fmt"

	modernc "modernc.org/sqlite" // needs no C compiler
)

// maxStatements is how many prepared statements a connection keeps. The store has
// about a hundred, and one with a list of IDs has many lengths.
const maxStatements = 128

// NewConnector returns a connector to SQLite whose connections keep prepared
// statements. database/sql prepares a statement again in each transaction, which took a third
// of the time of a short one.
func NewConnector(dsn string) (driver.Connector, error) {
	c, err := modernc.NewConnector(dsn)
	return cachingConnector{c}, err
}

type cachingConnector struct{ driver.Connector }

func (c cachingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	raw, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := raw.(sqliteConn)
	if !ok {
		_ = raw.Close()
		return nil, fmt.Errorf("the SQLite driver's connection is a %T, which does not do all that is needed", raw)
	}
	return &cachingConn{sqliteConn: conn, idle: map[string]sqliteStmt{}}, nil
}

// sqliteConn is the methods of the driver's connection.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// sqliteStmt is the methods of the driver's statement.
type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// sqliteRows is the methods of the driver's rows.
type sqliteRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

// A cachingConn keeps prepared statements that are not in use. A statement in use is removed,
// so a second query with the same text prepares another. It needs no mutex: database/sql uses
// a connection from one goroutine at a time.
type cachingConn struct {
	sqliteConn

	idle map[string]sqliteStmt
	used []string // the keys of idle, the last used one last
}

// ExecContext runs a statement without rows.
func (c *cachingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 {
		// It may be a script of several statements, and it is rare.
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	result, err := s.ExecContext(ctx, args)
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return result, c.put(query, s)
}

// QueryContext runs a statement with rows.
func (c *cachingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	r, ok := rows.(sqliteRows)
	if !ok {
		_, _ = rows.Close(), s.Close()
		return nil, fmt.Errorf("the SQLite driver's rows are a %T, which does not do all that is needed", rows)
	}
	return &cachingRows{sqliteRows: r, conn: c, query: query, stmt: s}, nil
}

// Close closes the statements and the connection.
func (c *cachingConn) Close() error {
	for _, s := range c.idle {
		_ = s.Close()
	}
	c.idle, c.used = nil, nil
	return c.sqliteConn.Close()
}

// take returns an idle statement, or prepares one.
func (c *cachingConn) take(ctx context.Context, query string) (sqliteStmt, error) {
	if s, has := c.idle[query]; has {
		c.forget(query)
		return s, nil
	}
	prepared, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s, ok := prepared.(sqliteStmt)
	if !ok {
		_ = prepared.Close()
		return nil, fmt.Errorf("the SQLite driver's statement is a %T, which does not do all that is needed", prepared)
	}
	return s, nil
}

// put keeps a statement after use. If there are too many it closes the least recently used
// one.
func (c *cachingConn) put(query string, s sqliteStmt) error {
	if _, has := c.idle[query]; has || c.idle == nil {
		return s.Close()
	}
	c.idle[query] = s
	c.used = append(c.used, query)
	if len(c.used) <= maxStatements {
		return nil
	}
	oldest := c.idle[c.used[0]]
	c.forget(c.used[0])
	return oldest.Close()
}

func (c *cachingConn) forget(query string) {
	delete(c.idle, query)
	for i, q := range c.used {
		if q == query {
			c.used = append(c.used[:i], c.used[i+1:]...)
			return
		}
	}
}

// cachingRows return their statement when they are closed.
type cachingRows struct {
	sqliteRows

	conn  *cachingConn
	query string
	stmt  sqliteStmt // nil when it was given back
}

// Close closes the rows and returns the statement.
func (r *cachingRows) Close() error {
	err := r.sqliteRows.Close()
	s := r.stmt
	if r.stmt = nil; s == nil {
		return err
	}
	if err != nil {
		_ = s.Close()
		return err
	}
	return r.conn.put(r.query, s)
}
