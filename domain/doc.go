// Package domain is the language of the business: rooms, participants, messages and their
// enrichment, the rules that they obey, the limits, and the ports that adapters implement.
//
// It knows nothing of HTTP, JSON, databases, logging or clocks, and imports nothing of ours.
// Every error whose text a client may see is an *Error; any other error is internal.
package domain
