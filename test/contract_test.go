package test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"dentalk/docs"
)

// contract is an http.RoundTripper that holds every exchange against the API's description.
type contract struct {
	router routers.Router
	inner  http.RoundTripper
}

// newContract reads the description once for all tests.
var newContract = sync.OnceValues(func() (*contract, error) {
	openapi3filter.RegisterBodyDecoder("application/problem+json", openapi3filter.JSONBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/yaml", openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("text/tab-separated-values", openapi3filter.PlainBodyDecoder)
	description, err := openapi3.NewLoader().LoadFromData(docs.OpenAPIYAML)
	if err != nil {
		return nil, err
	}
	router, err := legacy.NewRouter(description)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 512
	return &contract{router: router, inner: transport}, nil
})

// httpClient checks every exchange. Its idle connections are closed at the test's end.
func httpClient(t testing.TB) *http.Client {
	t.Helper()
	checked, err := newContract()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { checked.inner.(*http.Transport).CloseIdleConnections() })
	return &http.Client{Transport: checked, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// RoundTrip fails when an answer is not as described, or when a request succeeds although it is not.
func (c *contract) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := drain(&request.Body)
	if err != nil {
		return nil, err
	}
	response, err := c.inner.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	if err := c.check(request, response); err != nil {
		response.Body.Close()
		return nil, fmt.Errorf("%s %s → %d is not as described: %w", request.Method, request.URL.Path, response.StatusCode, err)
	}
	return response, nil
}

func drain(body *io.ReadCloser) ([]byte, error) {
	if *body == nil {
		return nil, nil
	}
	content, err := io.ReadAll(*body)
	if err != nil {
		return nil, err
	}
	*body = io.NopCloser(bytes.NewReader(content))
	return content, nil
}

func (c *contract) check(request *http.Request, response *http.Response) error {
	relative := request.Clone(context.Background())
	relative.URL.Host, relative.URL.Scheme = "", ""
	relative.Body = request.Body
	head := request.Method == http.MethodHead
	if head {
		relative.Method = http.MethodGet // its answer without the body
	}
	route, parameters, err := c.router.FindRoute(relative)
	if err != nil {
		if response.StatusCode == http.StatusNotFound || response.StatusCode == http.StatusMethodNotAllowed || !strings.HasPrefix(request.URL.Path, "/v1/") {
			return nil // neither the description nor the server knows it
		}
		return err
	}
	input := &openapi3filter.RequestValidationInput{
		Request: relative, PathParams: parameters, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, ExcludeResponseBody: head},
	}
	if response.StatusCode < 300 {
		if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
			return fmt.Errorf("it succeeded although the request is not valid: %w", err)
		}
	}
	if response.StatusCode == http.StatusRequestURITooLong || response.StatusCode == http.StatusRequestHeaderFieldsTooLarge {
		input.Options.IncludeResponseStatus = false // said once, of every route
	}
	return checkAnswer(input, response)
}

func checkAnswer(input *openapi3filter.RequestValidationInput, response *http.Response) error {
	output := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: response.StatusCode, Header: response.Header, Options: input.Options}
	kind := response.Header.Get("Content-Type")
	if strings.HasPrefix(kind, "text/event-stream") || strings.HasPrefix(kind, "application/yaml") {
		input.Options.ExcludeResponseBody = true
		return openapi3filter.ValidateResponse(context.Background(), output)
	}
	body, err := drain(&response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= 400 && kind != "application/problem+json" {
		return fmt.Errorf("an error of type %q: %s", kind, body)
	}
	if response.Header.Get("X-Request-Id") == "" {
		return fmt.Errorf("no X-Request-Id")
	}
	output.SetBodyBytes(body)
	return openapi3filter.ValidateResponse(context.Background(), output)
}

// checkSchema holds data against one property of a schema of the description.
func checkSchema(schema, property string, data any) error {
	description, err := openapi3.NewLoader().LoadFromData(docs.OpenAPIYAML)
	if err != nil {
		return err
	}
	described := description.Components.Schemas[schema].Value.Properties[property]
	if described == nil {
		return fmt.Errorf("it is not in the description")
	}
	return described.Value.VisitJSON(data)
}
