package test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dentalk/docs"
	"dentalk/handlers"
)

// audit reads all that the query selects, in pages of a size, newest first.
func (c *caller) audit(query string, size int) (entries []handlers.AuditEntry) {
	c.t.Helper()
	for cursor := ""; ; {
		var page handlers.Page[handlers.AuditEntry]
		c.must("GET", fmt.Sprintf("/v1/ops/audit?limit=%d%s%s", size, query, cursor), nil, http.StatusOK, &page)
		entries = append(entries, page.Items...)
		if page.Next == nil {
			return entries
		}
		cursor = "&cursor=" + *page.Next
	}
}

func TestADayLeavesExactlyItsTraces(t *testing.T) {
	d := newAuditDay(t)
	entries := d.operator.audit("", 200)
	var got []string
	for _, entry := range slices.Backward(entries) {
		got = append(got, d.line(entry))
		if alone := entry.Action == "erasure.completed" || entry.Action == "user.created" && entry.Actor == nil; alone != (entry.Address == "") {
			t.Errorf("%s has the address %q", entry.Action, entry.Address)
		}
	}
	if diff := cmp.Diff(d.want, got); diff != "" {
		t.Errorf("traces (-want +got):\n%s", diff)
	}
	d.holdsNoSecret(entries)
	d.filters(entries)
	d.unchangeable(entries)
}

// holdsNoSecret looks for every secret that was used, and for all that people have typed. The names of
// actors are left out: they are looked up when the log is read.
func (d *auditDay) holdsNoSecret(entries []handlers.AuditEntry) {
	d.Helper()
	for i := range entries {
		if entries[i].Actor != nil {
			actor := *entries[i].Actor
			actor.Name = nil
			entries[i].Actor = &actor
		}
	}
	text, err := json.Marshal(entries)
	if err != nil {
		d.Fatal(err)
	}
	used.checkNotIn(d, d.server.url, string(text))
	for _, typed := range []string{typedText, typedRoom, typedFile, typedKey, typedName, typedReason, typedWrong, newPassword, userPassword, operatorPassword} {
		if strings.Contains(string(text), typed) {
			d.Errorf("the audit log holds %q", typed)
		}
	}
}

// withoutNames compares entries but for the names, which are those of now.
var withoutNames = cmpopts.IgnoreFields(handlers.AuditActor{}, "Name")

// filters compares what each filter gives with what is left of all entries by the same rule.
func (d *auditDay) filters(all []handlers.AuditEntry) {
	d.Helper()
	tests := map[string]func(handlers.AuditEntry) bool{"": func(handlers.AuditEntry) bool { return true }}
	for i, one := range all {
		at := url.QueryEscape(one.At)
		tests["&action="+one.Action] = func(e handlers.AuditEntry) bool { return e.Action == one.Action }
		tests["&roomId="+one.RoomID] = func(e handlers.AuditEntry) bool { return e.RoomID == one.RoomID }
		tests["&userId="+one.UserID] = func(e handlers.AuditEntry) bool { return e.UserID == one.UserID }
		tests["&from="+at] = func(e handlers.AuditEntry) bool { return e.At >= one.At }
		tests["&to="+at] = func(e handlers.AuditEntry) bool { return e.At < one.At }
		if actor := one.Actor; actor != nil {
			by := func(e handlers.AuditEntry) bool { return e.Actor != nil && e.Actor.ID == actor.ID }
			tests["&actorId="+actor.ID] = by
			tests["&actorId="+actor.ID+"&action="+one.Action+"&from="+at] = func(e handlers.AuditEntry) bool { return by(e) && e.Action == one.Action && e.At >= one.At }
		}
		if last := all[len(all)-1-i]; last.At < one.At {
			tests["&from="+url.QueryEscape(last.At)+"&to="+at] = func(e handlers.AuditEntry) bool { return e.At >= last.At && e.At < one.At }
		}
	}
	delete(tests, "&roomId=")
	delete(tests, "&userId=")
	for query, keeps := range tests {
		want := slices.DeleteFunc(slices.Clone(all), func(e handlers.AuditEntry) bool { return !keeps(e) })
		if diff := cmp.Diff(want, d.operator.audit(query, 7), withoutNames, cmpopts.EquateEmpty()); diff != "" {
			d.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

// unchangeable holds that the description has nothing but the reading, that the server knows nothing
// else either, and that nothing of the day has changed.
func (d *auditDay) unchangeable(before []handlers.AuditEntry) {
	d.Helper()
	description, err := openapi3.NewLoader().LoadFromData(docs.OpenAPIYAML)
	if err != nil {
		d.Fatal(err)
	}
	for _, one := range operationsOf(description) {
		if strings.Contains(one.path, "audit") && (one.method != http.MethodGet || one.path != "/v1/ops/audit") {
			d.Errorf("there is %s %s", one.method, one.path)
		}
	}
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		d.operator.refused(method, "/v1/ops/audit", "{}", http.StatusMethodNotAllowed, "method_not_allowed")
		d.operator.refused(method, "/v1/ops/audit/"+before[0].ID, "{}", http.StatusNotFound, "route_not_found")
	}
	if diff := cmp.Diff(before, d.operator.audit("", 200), withoutNames); diff != "" {
		d.Errorf("the log has changed (-before +after):\n%s", diff)
	}
}

// TestAuditPagesWhileEntriesAreAdded reads in small pages while four writers add entries.
func TestAuditPagesWhileEntriesAreAdded(t *testing.T) {
	const writers, each = 4, 60
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	write := func(room string, n int) {
		operator.must("PATCH", "/v1/rooms/"+room, map[string]string{"name": fmt.Sprint("name ", n)}, http.StatusOK, nil)
	}
	rooms := make([]string, writers)
	for i := range rooms {
		rooms[i] = operator.room(fmt.Sprint("ORD-", i)).ID
		for n := range 20 {
			write(rooms[i], n)
		}
	}
	before := operator.audit("", 200)
	var group sync.WaitGroup
	for _, room := range rooms {
		group.Go(func() {
			for n := range each {
				write(room, 100+n)
			}
		})
	}
	read := operator.audit("", 3)
	group.Wait()
	after := operator.audit("", 200)
	if want := len(before) + writers*each; len(after) != want {
		t.Errorf("%d entries, want %d", len(after), want)
	}
	newestFirst(t, read)
	newestFirst(t, after)
	if diff := cmp.Diff(before, read[max(0, len(read)-len(before)):]); diff != "" {
		t.Errorf("what was there before the pages (-want +got):\n%s", diff)
	}
	for _, entry := range read {
		if !slices.ContainsFunc(after, func(e handlers.AuditEntry) bool { return cmp.Equal(e, entry) }) {
			t.Errorf("entry %s was read and is not there", entry.ID)
		}
	}
}

// newestFirst holds that each entry comes once, and in order.
func newestFirst(t testing.TB, entries []handlers.AuditEntry) {
	t.Helper()
	for i := range len(entries) - 1 {
		if entries[i].ID <= entries[i+1].ID || entries[i].At < entries[i+1].At {
			t.Errorf("entry %s of %s is before %s of %s", entries[i].ID, entries[i].At, entries[i+1].ID, entries[i+1].At)
		}
	}
}
