// Package common measures one database/sql driver: start, group append and history page.
package common

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Run prints one row of figures for the driver that is registered under driverName.
func Run(name, driverName, dsnFormat string) {
	started := time.Now()
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "drv")
	must(err)
	defer os.RemoveAll(dir)
	db, err := sql.Open(driverName, fmt.Sprintf(dsnFormat, filepath.Join(dir, "x.db")))
	must(err)
	db.SetMaxOpenConns(1)
	for _, q := range []string{"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
		"CREATE TABLE m(room TEXT, seq INTEGER, id TEXT UNIQUE, body BLOB, PRIMARY KEY(room,seq)) WITHOUT ROWID"} {
		_, err = db.ExecContext(ctx, q)
		must(err)
	}
	ready := time.Since(started)
	body := make([]byte, 400)
	insert := func(groups, size int) time.Duration {
		t := time.Now()
		for g := 0; g < groups; g++ {
			tx, err := db.BeginTx(ctx, nil)
			must(err)
			st, err := tx.PrepareContext(ctx, "INSERT INTO m VALUES(?,?,?,?)")
			must(err)
			for i := 0; i < size; i++ {
				n++
				_, err = st.ExecContext(ctx, fmt.Sprint("r", n%100), n/100, fmt.Sprintf("%024x", n), body)
				must(err)
			}
			st.Close()
			must(tx.Commit())
		}
		return time.Since(t) / time.Duration(groups*size)
	}
	single := insert(300, 1)
	group := insert(1000, 100)
	pg, err := db.PrepareContext(ctx, "SELECT seq,id,body FROM m WHERE room=? AND seq<? ORDER BY seq DESC LIMIT 50")
	must(err)
	t := time.Now()
	const pages = 2000
	for i := 0; i < pages; i++ {
		rows, err := pg.QueryContext(ctx, "r7", 500)
		must(err)
		c := 0
		for rows.Next() {
			var s int64
			var id string
			var b []byte
			must(rows.Scan(&s, &id, &b))
			c++
		}
		must(rows.Err())
		rows.Close()
		if c != 50 {
			panic(c)
		}
	}
	page := time.Since(t) / pages
	fmt.Printf("%-8s open %8v  append(1) %8v/row  append(100) %8v/row  page(50) %8v\n", name, ready, single, group, page)
}

var n int
