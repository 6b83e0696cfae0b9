// Command openapi turns the Swagger 2 description that swag has made of the handlers' annotations
// into OpenAPI 3, checks it, and writes it in both spellings.
//
//	go run ./docs/openapi swagger.json docs
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/goccy/go-yaml"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: openapi SWAGGER.json DIR")
		os.Exit(2)
	}
	if err := convert(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

func convert(source, dir string) error {
	raw, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	// Clients see names, not Go packages.
	raw = bytes.ReplaceAll(raw, []byte("handlers.Page-handlers_"), []byte("PageOf"))
	raw = bytes.ReplaceAll(raw, []byte("handlers."), nil)
	var old openapi2.T
	if err := json.Unmarshal(raw, &old); err != nil {
		return fmt.Errorf("read %s: %w", source, err)
	}
	description, err := openapi2conv.ToV3(&old)
	if err != nil {
		return fmt.Errorf("convert to OpenAPI 3: %w", err)
	}
	finish(description)
	if err := description.Validate(context.Background()); err != nil {
		return fmt.Errorf("check the description: %w", err)
	}
	return write(description, dir)
}

// finish says what Swagger 2 cannot.
func finish(description *openapi3.T) {
	description.Servers = openapi3.Servers{{URL: "/"}}
	description.Components.SecuritySchemes = openapi3.SecuritySchemes{
		"Bearer": {Value: openapi3.NewSecurityScheme().WithType("http").WithScheme("bearer").WithBearerFormat("JWT").
			WithDescription("The accessToken of POST /v1/auth/login, or an API key (dtk_…).")},
		"Cookie": {Value: openapi3.NewSecurityScheme().WithType("apiKey").WithIn("cookie").WithName("dentalk_session").
			WithDescription("Set by POST /v1/auth/login, for browsers.")},
	}
	either := openapi3.NewSecurityRequirements().With(openapi3.NewSecurityRequirement().Authenticate("Bearer")).
		With(openapi3.NewSecurityRequirement().Authenticate("Cookie"))
	for _, path := range description.Paths.Map() {
		for _, operation := range path.Operations() {
			if operation.Security != nil {
				operation.Security = either
			}
			separate(operation)
			acceptEmpty(operation)
			limitKeys(operation)
			describeHeaders(operation)
		}
	}
	for name, schema := range description.Components.Schemas {
		if strings.HasSuffix(name, "Request") {
			schema.Value.AdditionalProperties = openapi3.AdditionalProperties{Has: new(bool)}
			acceptNull(schema.Value)
		}
	}
}

// acceptNull lets null stand for an optional field that is left out, as the server takes it.
func acceptNull(request *openapi3.Schema) {
	for name, property := range request.Properties {
		if property.Ref == "" && !slices.Contains(request.Required, name) {
			property.Value.Nullable = true
		}
		if values := property.Value.AdditionalProperties.Schema; values != nil && values.Ref == "" {
			values.Value.Nullable = true
		}
	}
}

// acceptEmpty lets an empty query parameter stand for one that is left out, as the server takes it.
func acceptEmpty(operation *openapi3.Operation) {
	for _, parameter := range operation.Parameters {
		if parameter.Value.In == openapi3.ParameterInQuery && !parameter.Value.Required {
			parameter.Value.AllowEmptyValue = true
		}
	}
}

// separate gives successes and errors each their own media type: swag gives all to both.
func separate(operation *openapi3.Operation) {
	if operation.RequestBody != nil {
		operation.RequestBody.Value.Extensions = nil
	}
	for status, response := range operation.Responses.Map() {
		failed := status >= "400"
		for media := range response.Value.Content {
			if (media == "application/problem+json") != failed {
				delete(response.Value.Content, media)
			}
		}
	}
}

// limitKeys adds what every route with credentials may answer to an API key, as it answers 401. Streams
// tell it in-band.
func limitKeys(operation *openapi3.Operation) {
	refused := operation.Responses.Status(http.StatusUnauthorized)
	if operation.Security == nil || refused == nil || streams(operation) || operation.Responses.Status(http.StatusTooManyRequests) != nil {
		return
	}
	limited := openapi3.NewResponse().WithDescription(http.StatusText(http.StatusTooManyRequests)).WithContent(refused.Value.Content)
	operation.AddResponse(http.StatusTooManyRequests, limited)
}

// streams tells whether the answer is one of Server-Sent Events.
func streams(operation *openapi3.Operation) bool {
	success := operation.Responses.Status(http.StatusOK)
	return success != nil && success.Value.Content["text/event-stream"] != nil
}

// describeHeaders adds what answers carry whatever the route.
func describeHeaders(operation *openapi3.Operation) {
	for status, response := range operation.Responses.Map() {
		if response.Value.Headers == nil {
			response.Value.Headers = openapi3.Headers{}
		}
		headers := response.Value.Headers
		headers["X-Request-Id"] = header("The request's id: the client's own when it is a sane token")
		switch status {
		case "401":
			headers["WWW-Authenticate"] = header("Bearer")
		case "429", "503":
			headers["Retry-After"] = header("Seconds to wait")
		}
		if (operation.Responses.Status(429) != nil || streams(operation)) && (status < "300" || status == "429") {
			headers["RateLimit-Limit"] = header("How many requests the window allows; absent while there is no limit")
			headers["RateLimit-Remaining"] = header("How many of them are left")
			headers["RateLimit-Reset"] = header("Seconds until the window is full again")
		}
		if status == "200" && operation.Parameters.GetByInAndName("query", "cursor") != nil {
			headers["Link"] = header(`<…>; rel="next" where a page follows`)
		}
		if (status == "200" || status == "201") && operation.Parameters.GetByInAndName("header", "Idempotency-Key") != nil {
			headers["Idempotent-Replayed"] = header("true on the answer to a repeated Idempotency-Key")
		}
	}
}

func header(description string) *openapi3.HeaderRef {
	return &openapi3.HeaderRef{Value: &openapi3.Header{Parameter: openapi3.Parameter{
		Description: description, Schema: openapi3.NewSchemaRef("", openapi3.NewStringSchema()),
	}}}
}

func write(description *openapi3.T, dir string) error {
	encoded, err := json.MarshalIndent(description, "", "  ")
	if err != nil {
		return fmt.Errorf("encode as JSON: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "openapi.json"), append(encoded, '\n'), 0o644); err != nil {
		return err
	}
	spelled, err := yaml.JSONToYAML(encoded)
	if err != nil {
		return fmt.Errorf("encode as YAML: %w", err)
	}
	return os.WriteFile(filepath.Join(dir, "openapi.yaml"), spelled, 0o644)
}
