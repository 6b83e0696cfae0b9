package test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"sort"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// generator makes requests of the API's description: most of them nearly right, so that they come
// far, and each with something bent. It is used by one goroutine.
type generator struct {
	*rand.Rand
	operations []operation
	// ids are things that exist, by the name of the path's parameter.
	ids map[string][]string
}

// operation is one method of one path of the description.
type operation struct {
	method, path string
	item         *openapi3.PathItem
	*openapi3.Operation
}

// hashes tells whether the operation hashes passwords.
func (o operation) hashes() bool {
	return o.method == "POST" && (strings.Contains(o.path, "/auth/") || strings.Contains(o.path, "password") || o.path == "/v1/users")
}

// operationsOf lists the description's operations in a fixed order.
func operationsOf(description *openapi3.T) (operations []operation) {
	for path, item := range description.Paths.Map() {
		for method, one := range item.Operations() {
			operations = append(operations, operation{method, path, item, one})
		}
	}
	sort.Slice(operations, func(i, j int) bool {
		return operations[i].path+operations[i].method < operations[j].path+operations[j].method
	})
	return operations
}

// generated is one request.
type generated struct {
	operation
	target      string // path and query
	body        string
	contentType string
	headers     map[string]string
	address     string // that it seems to come from
}

func (g *generator) next() generated {
	one := g.operations[g.IntN(len(g.operations))]
	if one.hashes() && g.IntN(10) > 0 {
		return g.next() // else most of the time would go into computing hashes
	}
	request := generated{operation: one, headers: map[string]string{}, target: one.path}
	request.address = fmt.Sprintf("198.18.%d.%d", g.IntN(256), g.IntN(256))
	query := url.Values{}
	for _, reference := range append(slices.Clone(one.item.Parameters), one.Parameters...) {
		parameter := reference.Value
		switch {
		case parameter.In == openapi3.ParameterInPath:
			request.target = strings.ReplaceAll(request.target, "{"+parameter.Name+"}", url.PathEscape(g.pathValue(parameter.Name)))
		case g.IntN(3) == 0:
		case parameter.In == openapi3.ParameterInQuery:
			query.Add(parameter.Name, g.parameter(parameter))
		case parameter.In == openapi3.ParameterInHeader:
			request.headers[parameter.Name] = headerSafe(g.parameter(parameter))
		}
	}
	if g.IntN(30) == 0 {
		query.Add(g.junk(), g.junk())
	}
	if len(query) > 0 {
		request.target += "?" + query.Encode()
	}
	g.addBody(&request)
	return request
}

// pathValue is mostly something that exists.
func (g *generator) pathValue(name string) string {
	if known := g.ids[name]; len(known) > 0 && g.IntN(8) > 0 {
		return known[g.IntN(len(known))]
	}
	if g.IntN(2) == 0 {
		return fmt.Sprintf("%024x", g.Uint64())
	}
	if junk := g.junk(); junk != "" && junk != "." && junk != ".." {
		return junk
	}
	return "x"
}

func (g *generator) parameter(parameter *openapi3.Parameter) string {
	switch {
	case parameter.Name == "wait":
		return []string{"0", "0", "-1", "31", "x"}[g.IntN(5)] // nobody waits here
	case g.IntN(6) == 0:
		return g.junk()
	case len(g.ids[parameter.Name]) > 0:
		return g.pathValue(parameter.Name)
	}
	value := g.value(parameter.Name, parameter.Schema.Value, 0)
	if text, ok := value.(string); ok {
		return text
	}
	encoded, _ := json.Marshal(value)
	return string(encoded)
}

func headerSafe(value string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, value)
}

// addBody writes a body of the first media type that the operation takes.
func (g *generator) addBody(request *generated) {
	if request.RequestBody == nil {
		return
	}
	content := request.RequestBody.Value.Content
	kinds := make([]string, 0, len(content))
	for kind := range content {
		kinds = append(kinds, kind)
	}
	sort.Strings(kinds)
	request.contentType = kinds[g.IntN(len(kinds))]
	schema := content[request.contentType].Schema
	if schema == nil {
		return
	}
	switch {
	case request.contentType == "multipart/form-data":
		request.contentType, request.body = g.multipart()
	case !strings.Contains(request.contentType, "json"):
		request.body = g.junk() + "\t" + g.junk() + "\nterm_en\tterm_ko\n" + g.junk()
	default:
		encoded, err := json.Marshal(g.value("", schema.Value, 0))
		if err != nil {
			panic(err) // values are made of what JSON knows
		}
		request.body = g.bend(string(encoded))
	}
	if g.IntN(50) == 0 {
		request.contentType = "x" + g.junkHeader() // none at all is taken for the right one
	}
}

func (g *generator) junkHeader() string { return headerSafe(strings.ToValidUTF8(g.junk(), "?")) }

func (g *generator) multipart() (contentType, body string) {
	const boundary = "boundary-of-the-parts"
	name := []string{"photo.png", "../../etc/passwd", "scan.stl", "x.exe", "", g.junk()}[g.IntN(6)]
	content := []string{"\x89PNG\r\n\x1a\n", "solid x\nendsolid x\n", "%PDF-1.7\n%%EOF\n", "MZ\x90\x00", "", g.junk(), strings.Repeat("v 1 2 3\n", 500)}[g.IntN(7)]
	field := []string{"file", "file", "file", "files", g.junk()}[g.IntN(5)]
	body = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + field + "\"; filename=\"" + name + "\"\r\n\r\n" + content
	if g.IntN(8) > 0 {
		body += "\r\n--" + boundary + "--\r\n"
	}
	return "multipart/form-data; boundary=" + boundary, body
}

// bend damages the text now and then.
func (g *generator) bend(text string) string {
	if len(text) < 2 || g.IntN(6) > 0 {
		return text
	}
	at := g.IntN(len(text))
	switch g.IntN(4) {
	case 0:
		return text[:at]
	case 1:
		return text[:at] + string(rune(g.IntN(0x300))) + text[at:]
	case 2:
		return text[:at] + "\xff\x00" + text[at:]
	default:
		return strings.Replace(text, `"`, `\u0000"`, 1+g.IntN(2))
	}
}

// junk are texts that have broken other programs.
func (g *generator) junk() string {
	all := []string{"", " ", "\x00", "null", "-1", "0", "9223372036854775808", "1e400", "NaN", "true", "%00", "%2e%2e%2f", "..", "../..",
		"a/b", "'; DROP TABLE messages; --", `{"$ne":null}`, "$where", "<script>alert(1)</script>", "=1+1", "ㅎㅎ", "\u202egnp.exe", "\u200b",
		"e\u0301", "İ", "ß", "\U0001F9B7", "\r\nX-Injected: 1", strings.Repeat("A", 300), strings.Repeat("가", 2000), "2026-02-30T25:00:00Z",
		"000000000000000000000000", "ffffffffffffffffffffffff", "FFFFFFFFFFFFFFFFFFFFFFFF", "cursor", "eyJhIjoxfQ", "a,b,,c", "*", "\\", "\t"}
	return all[g.IntN(len(all))]
}

// value is of the schema, except now and then.
func (g *generator) value(name string, schema *openapi3.Schema, depth int) any {
	switch {
	case g.IntN(25) == 0:
		return []any{nil, "", g.junk(), -1, 1.5, true, []any{}, map[string]any{}, []any{nil}}[g.IntN(9)]
	case len(schema.Enum) > 0 && g.IntN(12) > 0:
		return schema.Enum[g.IntN(len(schema.Enum))]
	case len(schema.AllOf) > 0:
		return g.value(name, schema.AllOf[0].Value, depth)
	case schema.Type.Is(openapi3.TypeObject):
		return g.object(schema, depth)
	case schema.Type.Is(openapi3.TypeArray):
		return g.array(name, schema, depth)
	case schema.Type.Is(openapi3.TypeBoolean):
		return g.IntN(2) == 0
	case schema.Type.Is(openapi3.TypeInteger), schema.Type.Is(openapi3.TypeNumber):
		return []any{0, 1, 2, 50, 200, 201, -1, int64(1) << 62, g.IntN(1000)}[g.IntN(9)]
	}
	return g.text(name, schema)
}

func (g *generator) object(schema *openapi3.Schema, depth int) map[string]any {
	object := map[string]any{}
	if depth > 4 {
		return object
	}
	for name, property := range schema.Properties {
		if slices.Contains(schema.Required, name) && g.IntN(15) > 0 || g.IntN(2) == 0 {
			object[name] = g.value(name, property.Value, depth+1)
		}
	}
	if extra := schema.AdditionalProperties.Schema; extra != nil {
		object[[]string{"en", "ko", "es", "x-y"}[g.IntN(4)]] = g.value("", extra.Value, depth+1)
	}
	if g.IntN(40) == 0 {
		object[g.junk()] = g.junk()
	}
	return object
}

func (g *generator) array(name string, schema *openapi3.Schema, depth int) []any {
	array := []any{}
	for range g.IntN(4) {
		array = append(array, g.value(strings.TrimSuffix(name, "s"), schema.Items.Value, depth+1))
	}
	return array
}

// text fits the field by its name, as far as the name tells.
func (g *generator) text(name string, schema *openapi3.Schema) string {
	switch {
	case g.IntN(10) == 0:
		return g.junk()
	case len(g.ids[name]) > 0:
		return g.ids[name][g.IntN(len(g.ids[name]))]
	case strings.HasSuffix(strings.ToLower(name), "language"):
		return []string{"en", "ko", "es-MX", "zh-Hant"}[g.IntN(4)]
	case name == "email":
		return "a@b.example"
	case name == "timezone":
		return "Asia/Seoul"
	case name == "country":
		return "KR"
	case schema.Format == "date-time":
		return []string{"2030-01-02T03:04:05.678Z", "2020-01-01T00:00:00Z", "2026-11-23"}[g.IntN(3)]
	case name == "username", name == "orderId":
		return fmt.Sprintf("fuzz.%d", g.IntN(1_000_000))
	}
	words := []string{"Shade A2 please", "크라운 교합이 높아요", "the crown on 26 does not fit", "long enough password", "x"}
	return words[g.IntN(len(words))]
}
