package openai

// The schemas keep to the part of JSON Schema that strict endpoints take: every property is
// required and ranges are left to our own check. The order is that in which the model writes: what
// speaks for the verdict comes before the verdict.
const (
	translationSchema = `{"type":"object","additionalProperties":false,` +
		`"required":["translation",` + judgementRequired + `],` +
		`"properties":{"translation":{"type":"string"},` + judgementProperties + `}}`
	analysisSchema = `{"type":"object","additionalProperties":false,` +
		`"required":[` + judgementRequired + `],` +
		`"properties":{` + judgementProperties + `}}`

	judgementRequired = `"complaint_reasons","complaint","complaint_category","complaint_confidence",` +
		`"sentiment","score","confidence"`
	judgementProperties = `"complaint_reasons":{"type":"array","items":{"type":"string"}},` +
		`"complaint":{"type":"boolean"},` +
		`"complaint_category":{"type":"string","enum":["none","fit","shade","delay","communication","damage","wrong_item","cost","other"]},` +
		`"complaint_confidence":{"type":"number"},` +
		`"sentiment":{"type":"string","enum":["positive","neutral","negative"]},` +
		`"score":{"type":"number"},` +
		`"confidence":{"type":"number"}`
)
