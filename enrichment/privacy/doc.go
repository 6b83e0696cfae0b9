// Package privacy keeps what names a patient from providers outside: it masks the texts on their
// way out and puts the values back into the answers.
//
// It masks e-mail addresses, telephone numbers, Korean resident numbers and, where a clue stands
// beside them, dates of birth, numbers of charts and insurances, and names: after "Mrs.",
// "patient", "paciente" or "환자명", before "님" or "환자". A name that was seen once is masked in
// the whole text.
//
// It cannot see a name without a clue ("Maria came back today"), a name in a file's name, a name in
// lower case after "patient", an address, an account, or what the patient is known by otherwise. A
// part of a name that is a word as well ("Rose", "Park") is masked beside its clue only. What has
// the look of a name there, such as an unknown brand after "patient", is masked in vain. It
// reads Latin script and Hangul; names in other scripts are found after a title or a label only. It
// lowers what leaves the house and is no ground to send texts where they must not go: who needs
// certainty runs the provider in the house.
package privacy
