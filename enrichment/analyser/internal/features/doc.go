// Package features turns the text of a message into numbered features for a linear model. Training
// and inference both use it, so that the two cannot differ.
package features
