// Package enrichment adds translations, mood and complaints to messages after their commit.
//
// The store is the queue: a message is committed in the state pending, a pipeline claims it under
// a lease, asks the providers, and saves. Ring is only a doorbell. A pipeline that dies loses
// nothing, since the lease runs out and any other claims the message; a result that comes after
// that is refused by the store.
//
// Every second claim takes only what nobody has claimed yet, newest first, and a backlog holds half
// of the places at most, so that nobody who writes now waits for it.
//
// A message has parts: its analysis, perhaps the opinion of a second analyser, and one translation
// for each language of the room's other participants. A claim asks the providers for the parts that the message lacks, side by side and
// in batches: all analyses of a claim are one call, all translations of a language pair are
// another. From what came of the parts follows the state:
//
//	pending  a part failed in a way that may pass, or is still under way
//	done     every part is there, or none was needed
//	partial  something is missing, and asking again would not bring it: terms without a text, a
//	         language pair that the provider does not know, a part that failed for good, a
//	         translation that does not keep the protected tokens
//	failed   nothing is there, and every part failed for good
//	off      there is no provider at all
//
// Failures that may pass are retried for ever, so that an outage of any length only delays: with
// exponential backoff and full jitter up to Config.MaxBackoff, and after Config.Attempts claims up
// to five minutes. Failures of the kind domain.ProviderError.Permanent are not retried; when they
// hit a whole batch its texts are asked one by one first, so that one bad text cannot spoil the
// others. A panic of a provider is a failure that may pass, and is isolated likewise. A message
// remembers only what it was given: when one part is retried, another part of the same message
// that failed for good is asked once more with it.
//
// The verdict on a complaint is the or of both analysers, and what an operator has corrected stays;
// what providers say of it later is kept beside it.
//
// Translators are put together from layers, each a domain.Translator around the next: the glossary,
// the Chain of providers with its Check, masks, Cached, a Guard, the provider. A provider's HTTP
// client has the limits of NewTransport.
//
// Parts do not wait long for each other. Usually all end within Config.Patience and are saved at
// once. When some take longer, what is there is saved as pending and due at once, and the calls
// go on; the save ends the lease, so the next claim of the message joins its call by way of
// underway instead of asking the provider twice. A claim by another instance asks again, which
// costs a call but is right. A claim that asks for one part only has nobody to wait for and takes
// the time that it needs, so a slow provider can never keep a message from being finished.
package enrichment
