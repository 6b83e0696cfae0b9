// Package docs holds the generated description of the API, for the server to serve.
package docs

import _ "embed"

// The description of the API as OpenAPI 3; make openapi writes it from the handlers' annotations.
var (
	//go:embed openapi.yaml
	OpenAPIYAML []byte
	//go:embed openapi.json
	OpenAPIJSON []byte
)
