package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"dentalk/enrichment/analyser/internal/features"
)

// curveFolds is the number of parts of the written messages for every point of the curve.
const curveFolds = 4

// curveSteps are the shares of the corpus that the points of the curve are trained on: every 32nd
// message, every 16th, and so on.
func curveSteps() [6]int { return [...]int{32, 16, 8, 4, 2, 1} }

// point is what models reach that were trained on so many messages.
type point struct {
	messages int
	counts   tallies
}

// The picture, in pixels: two charts side by side.
const (
	chartWidth, chartHeight = 300, 240
	chartLeft, chartTop     = 50, 50
	chartGap                = 90
	lowestF1, highestF1     = 0.4, 1.0
)

// drawCurve measures with ever more of the corpus and draws what it brings.
func drawCurve(path string, messages []message, extractor *features.Extractor) error {
	var points []point
	for _, step := range curveSteps() {
		counts, trainedOn := crossMeasure(messages, curveFolds, step, extractor)
		points = append(points, point{trainedOn, counts})
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, curvePicture(points), 0o644)
}

func curvePicture(points []point) []byte {
	var svg bytes.Buffer
	width, height := 2*chartWidth+chartLeft+2*chartGap, chartHeight+chartTop+60
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&svg, `<rect width="%d" height="%d" fill="white"/>`+"\n", width, height)
	drawChart(&svg, chartLeft, "Complaint F1", points, (*tally).complaintF1)
	drawChart(&svg, chartLeft+chartWidth+chartGap, "Mood macro-F1", points, (*tally).moodF1)
	svg.WriteString("</svg>\n")
	return svg.Bytes()
}

// drawChart draws one figure against the number of messages; every point has twice those of the one before.
func drawChart(svg *bytes.Buffer, left int, title string, points []point, figure func(*tally) float64) {
	fmt.Fprintf(svg, `<text x="%d" y="%d" font-weight="bold">%s</text>`+"\n", left, chartTop-20, title)
	for tenth := 4; tenth <= 10; tenth++ {
		y := height(float64(tenth) / 10)
		fmt.Fprintf(svg, `<path d="M%d %.1fh%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%.1f</text>`+"\n",
			left, y, chartWidth, left-6, y+4, float64(tenth)/10)
	}
	across := func(at int) float64 { return float64(left) + float64(chartWidth*at)/float64(len(points)-1) }
	for at, p := range points {
		fmt.Fprintf(svg, `<text x="%.1f" y="%d" text-anchor="middle">%d</text>`+"\n", across(at), chartTop+chartHeight+18, p.messages)
	}
	fmt.Fprintf(svg, `<text x="%d" y="%d" text-anchor="middle">messages trained on</text>`+"\n", left+chartWidth/2, chartTop+chartHeight+40)
	colours := [...]string{"#1b6ca8", "#c1443c", "#3a8f4d"}
	for number, language := range languages() {
		fmt.Fprintf(svg, `<polyline fill="none" stroke="%s" stroke-width="2" points="`, colours[number])
		for at, p := range points {
			fmt.Fprintf(svg, "%.1f,%.1f ", across(at), height(figure(p.counts[language])))
		}
		last := figure(points[len(points)-1].counts[language])
		fmt.Fprintf(svg, `"/><text x="%d" y="%.1f" fill="%s">%s %.2f</text>`+"\n",
			left+chartWidth+6, height(last)+4, colours[number], language, last)
	}
}

// height is the place of a figure on the vertical axis.
func height(value float64) float64 {
	return chartTop + chartHeight*(highestF1-max(value, lowestF1))/(highestF1-lowestF1)
}
