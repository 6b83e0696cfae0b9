package handlers

// The description that swag puts in front of the routes' annotations.
//
//	@title			dentalk API
//	@version		1
//	@description	Chat between overseas dental clinics and Korean dental labs: one room per order, messages by REST, updates by Server-Sent Events. Every message is translated (original kept) and analysed for mood and complaints.
//	@description
//	@description				**Errors** are problem+json (RFC 9457) with a stable `code`; validation errors name their fields in `errors`. **Lists** answer `items` and `next`, an opaque cursor for `cursor`, and a `Link` header. **Creating** with an `Idempotency-Key` is safe to repeat. **Unknown** fields and parameters are refused with 400. Every answer carries `X-Request-Id`. Names in JSON count with their case; a body has at most 65,536 bytes where nothing else is said; texts and names are trimmed; an empty optional text counts as absent, and so does null. Every path can also answer 405, 414 (more than 8 kB) and 431 (headers of more than 16 kB). `x-access` says who may call a route: a role, who takes part in the room, or the scope that an API key needs.
//	@license.name				MIT
//	@BasePath					/
//
//	@securityDefinitions.apikey	Bearer
//	@in							header
//	@name						Authorization
//	@description				An access token or an API key as `Bearer <token>`. Browsers may use the cookie that login sets instead.
