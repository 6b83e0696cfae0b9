package glossary_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/enrichment/glossary"
)

const header = "term_en\tterm_ko\tsynonyms_en\tsynonyms_ko\tcategory\n"

func TestMalformedRowsAreRejectedWithTheirLine(t *testing.T) {
	const good = "crown\t크라운\tcap|full crown\t금관\trestoration\n"
	tests := map[string]struct{ table, want string }{
		"empty":             {"", "line 1: the header"},
		"another header":    {"term\n" + good, "line 1: the header"},
		"too few columns":   {header + good + "bridge\t브릿지\trestoration\n", "line 3: has 3 columns"},
		"too many columns":  {header + "bridge\t브릿지\t\t\trestoration\tmore\n", "line 2: has 6 columns"},
		"a blank line":      {header + good + "\n" + good, "line 3: has 1 columns"},
		"no English term":   {header + "\t브릿지\t\t\trestoration\n", "line 2: a term"},
		"no Korean term":    {header + "bridge\t\t\t\trestoration\n", "line 2: a term"},
		"no category":       {header + "bridge\t브릿지\t\t\t\n", "line 2: a term"},
		"an empty synonym":  {header + "bridge\t브릿지\tFPD|\t\trestoration\n", "line 2: a term, a synonym"},
		"a space at an end": {header + "bridge \t브릿지\t\t\trestoration\n", `line 2: "bridge " begins or ends`},
		"not UTF-8":         {header + "bridge\t\xff\t\t\trestoration\n", "line 2: is not UTF-8"},
		"a term twice":      {header + good + "Crown\t관\t\t\trestoration\n", `line 3: term "Crown" is in line 2`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := glossary.Parse(test.table)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestMainTermWinsOverSynonym(t *testing.T) {
	g, err := glossary.Parse(header +
		"orthodontic retainer\t유지장치\tretainer\t\tappliance\n" +
		"retainer\t리테이너\t\t\trestoration\n")
	if err != nil {
		t.Fatal(err)
	}
	got := written(find(t, g, "en", "ko", "retainer, orthodontic retainer"))
	want := []string{"retainer=리테이너", "orthodontic retainer=유지장치"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
